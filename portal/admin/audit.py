"""Who did what when: the admin's log, with sign-ins and sign-outs, in the reader's language.

Each message begins with a fixed English sentence ("Published. note"), so that it can be searched and translated.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from portal.models import LostSecondFactor

SIGNED_IN = gettext_noop("Signed in.")
SIGNED_OUT = gettext_noop("Signed out.")
CODE_USED = gettext_noop("Used a recovery code.")
CODES_MADE = gettext_noop("Made new recovery codes.")
LOST = gettext_noop("Asked to be let in without the second factor.")
LOST_CONFIRMED = gettext_noop("Confirmed that the second factor was lost.")
LOST_REFUSED = gettext_noop("Refused that the second factor was lost.")
ROLES_FROM_DIRECTORY = gettext_noop("The office's directory gave these roles.")
SECOND_FACTOR_ADDED = gettext_noop("Set up a second factor.")
SECOND_FACTOR_FORGOTTEN = gettext_noop("An operator removed the second factor.")
SECOND_FACTOR_REMOVED = gettext_noop("Removed a second factor.")
SESSION_ENDED = gettext_noop("Ended a session.")
SIGN_INS_FOR = timedelta(days=365)
REFUSED_FOR = timedelta(days=90)
"""How long records of sign-ins are kept, as the page about privacy says; axes' own records of all of them as long as
those of refused ones."""
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell of a CSV file begins with if spreadsheets take it for a formula."""


def log_own_account(user: User, sentence: str) -> None:
    """Log what somebody did with their own account."""
    LogEntry.objects.log_actions(user.pk, [user], CHANGE, change_message=sentence, single_object=True)


def delete_old_sign_ins() -> int:
    """Deletes records of sign-ins, which have addresses; who changed what stays. Returns how many."""
    now = timezone.now()
    own = LogEntry.objects.filter(Q(change_message__startswith=SIGNED_IN) | Q(change_message=SIGNED_OUT))
    old = [
        own.filter(action_time__lt=now - SIGN_INS_FOR),
        AccessLog.objects.filter(attempt_time__lt=now - REFUSED_FOR),
        AccessFailureLog.objects.filter(attempt_time__lt=now - REFUSED_FOR),
        AccessAttempt.objects.filter(attempt_time__lt=now - REFUSED_FOR),
        LostSecondFactor.objects.filter(asked_at__lt=now - REFUSED_FOR),
    ]
    return sum(rows.delete()[0] for rows in old)


def describe_entry(entry: LogEntry) -> str:
    """What an entry says was done, in the active language."""
    message = entry.change_message
    if not message or message.startswith("["):
        return entry.get_change_message()  # in Django's own format
    sentence, dot, note = message.partition(".")
    return gettext(sentence + dot) + note


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The lines of a CSV file in the form that spreadsheets read, with no cell that is a formula."""
    yield "\ufeff"
    line = io.StringIO()
    writer = csv.writer(line)
    for row in rows:
        writer.writerow([defuse_formula(str(cell)) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def defuse_formula(cell: str) -> str:
    """The cell with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
