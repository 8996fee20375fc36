"""Who did what when: Django's log of the admin, with sign-ins and sign-outs in it, told in the reader's language.

The log keeps English, fixed first sentences ("Published. note"), so that it can be asked and translated.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.utils.translation import gettext, gettext_noop

SIGNED_IN = gettext_noop("Signed in.")
SIGNED_OUT = gettext_noop("Signed out.")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a cell of a CSV file a formula to spreadsheets."""


def write_down(user: User, sentence: str) -> None:
    """What somebody did with their own account."""
    LogEntry.objects.log_actions(user.pk, [user], CHANGE, change_message=sentence, single_object=True)


def tell(entry: LogEntry) -> str:
    """What was done, in the active language."""
    message = entry.change_message
    if not message or message.startswith("["):
        return entry.get_change_message()  # Django's own
    sentence, dot, note = message.partition(".")
    return gettext(sentence + dot) + note


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A table line by line as spreadsheets read it, none of its cells a formula."""
    yield "\ufeff"
    line = io.StringIO()
    writer = csv.writer(line)
    for row in rows:
        writer.writerow([harmless(str(cell)) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
