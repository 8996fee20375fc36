"""The way back for somebody who has lost each second factor: a second person confirms that it is them.

Whoever knows the password asks, and sees a number. They tell it to somebody with the permission, by telephone or in the
office, who types it in the admin. Then what was lost works no more, all sessions end, and the browser that has asked,
and no other one, may set up a new second factor.
"""

import secrets
from datetime import timedelta
from typing import cast

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from portal.admin import audit
from portal.models import LostSecondFactor
from portal.sign_in import letters, second_factor, sessions, steps
from portal.sign_in.browsers import name_browser

PERMISSION = "portal.confirm_lostsecondfactor"
MOST_WRONG_NUMBERS = 3
CHANGED_LATELY = timedelta(days=30)
OWN_DECISIONS = (audit.LOST_CONFIRMED, audit.LOST_REFUSED, audit.SESSION_ENDED)
"""What changes nothing by which somebody signs in."""


class Refused(Exception):
    """Says in a sentence why nothing was decided."""


def ask(request: HttpRequest, user: User) -> LostSecondFactor:
    """Write down that this browser waits for a second person, and mail those who can confirm it."""
    LostSecondFactor.objects.filter(user=user, decided_at=None).delete()  # the newest number alone holds
    number = f"{secrets.randbelow(10**6):06}"
    lost = LostSecondFactor.objects.create(user=user, number=number, browser=name_browser(request))
    request.session[steps.BEGUN] = request.session[steps.BEGUN] | {"lost": lost.pk}
    audit.log_own_account(user, audit.LOST)
    letters.tell_of_change(request, user, _("Somebody who knows your password says that your second factor is lost."))
    for person in User.objects.with_perm(PERMISSION, backend=steps.BACKEND).exclude(pk=user.pk).filter(is_staff=True):
        if may_decide(person, lost):
            letters.tell_of_lost(person, user)
    return lost


def may_decide(person: User, lost: LostSecondFactor) -> bool:
    """Whether a person may confirm this: never for themselves, and for superusers only as one.

    Whoever has changed the account lately may have given it the password that is known to them, or their own address.
    """
    is_above = person.is_superuser or not lost.user.is_superuser
    changed = LogEntry.objects.filter(
        user=person,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(lost.user_id),
        action_flag=CHANGE,
        action_time__gte=timezone.now() - CHANGED_LATELY,
    ).exclude(change_message__in=OWN_DECISIONS)
    return person.pk != lost.user_id and is_above and person.has_perm(PERMISSION) and not changed.exists()


def is_open(lost: LostSecondFactor) -> bool:
    return lost.decided_at is None and timezone.now() - lost.asked_at < steps.LOST_FOR


def confirm(request: HttpRequest, pk: int, number: str) -> LostSecondFactor:
    """Let the browser that has asked set up a new second factor. Raises Refused."""
    with transaction.atomic():
        lost = find_open(request, pk)
        is_right = constant_time_compare("".join(number.split()), lost.number)
        if is_right:
            close(request, lost, is_confirmed=True)
            second_factor.disable_lost(lost.user)
            sessions.end_sessions(lost.user)
        else:
            lost.wrong_numbers += 1
            lost.save(update_fields=["wrong_numbers"])
            if lost.wrong_numbers >= MOST_WRONG_NUMBERS:
                close(request, lost, is_confirmed=False)
    if not is_right:
        raise Refused(_("This is not the number that the person sees. Ask them for it once more."))
    sentence = _("%(name)s confirmed that you lost your second factor. What was lost works no more.")
    letters.tell_of_change(request, lost.user, sentence % {"name": request.user})
    return lost


def refuse(request: HttpRequest, pk: int) -> LostSecondFactor:
    """End what was asked for. Raises Refused."""
    with transaction.atomic():
        lost = find_open(request, pk)
        close(request, lost, is_confirmed=False)
    return lost


def find_open(request: HttpRequest, pk: int) -> LostSecondFactor:
    """The locked row. Raises Refused if the user may not decide, or nothing is to be decided any more."""
    lost = LostSecondFactor.objects.select_for_update(of=["self"]).select_related("user").filter(pk=pk).first()
    if lost is None or not is_open(lost):
        raise Refused(_("This was decided already, or it was asked more than twelve hours ago."))
    if not may_decide(cast(User, request.user), lost):
        raise Refused(
            _(
                "Somebody else has to decide this: nobody decides it for themselves, nor for an account that they "
                "changed in the last 30 days, and for superusers only a superuser does."
            )
        )
    return lost


def close(request: HttpRequest, lost: LostSecondFactor, *, is_confirmed: bool) -> None:
    by = cast(User, request.user)
    lost.decided_at, lost.decided_by, lost.is_confirmed = timezone.now(), by, is_confirmed
    lost.save(update_fields=["decided_at", "decided_by", "is_confirmed"])
    sentence = audit.LOST_CONFIRMED if is_confirmed else audit.LOST_REFUSED
    LogEntry.objects.log_actions(by.pk, [lost.user], CHANGE, change_message=sentence, single_object=True)
