"""Sends the letters that wait: each once.

A run ends after SECONDS, so that other jobs have their turn; the next one goes on where it ended, or died.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPDataError, SMTPException, SMTPHeloError, SMTPRecipientsRefused, SMTPSenderRefused
from time import monotonic
from typing import Any

from django.core.mail import mailers
from django.utils import timezone

from news.models import Letter
from news.newsletter import messages, subscriptions

SECONDS = 100.0
LETTERS_A_CONNECTION = 50
TRIED_FOR = timedelta(days=2)

State = Letter.State


class NotSent(Exception):
    """The mail server cannot be had."""


def send(seconds: float = SECONDS) -> Counter[str]:
    """How many letters were `sent`, came back at once, are left (`due`), and have to be looked at (`unknown`).

    Raises NotSent when the mail server cannot be had.
    """
    done: Counter[str] = Counter(sent=0, came_back=0)
    Letter.mark_broken_off()
    Letter.objects.filter(state__in=[State.SENT, State.SKIPPED]).delete()  # somebody has decided so
    until = monotonic() + seconds
    for batch in waiting():
        if monotonic() > until:
            break
        connection = connected()
        try:
            for letter in batch:
                done[deliver(letter, connection)] += 1
        finally:
            connection.close()
    for name in (State.DUE, State.UNKNOWN):
        done[name] = Letter.objects.filter(state=name).count()
    return done


def waiting() -> Iterator[list[Letter]]:
    """As many at a time as one connection may carry."""
    due, last = Letter.objects.filter(state=State.DUE).select_related("subscription").order_by("pk"), 0
    while batch := list(due.filter(pk__gt=last)[:LETTERS_A_CONNECTION]):
        last = batch[-1].pk
        yield batch


def connected() -> Any:
    connection = mailers.default
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        raise NotSent(f"The mail server cannot be reached: {error}") from error
    return connection


def deliver(letter: Letter, connection: Any) -> str:
    message = messages.message(letter)
    if message is None:  # readers have nothing of it any more
        letter.delete()
        return "dropped"
    if not letter.begin():
        return "another's"
    try:
        connection.send_messages([message])
    except SMTPRecipientsRefused as error:
        (code, reason), *_others = error.recipients.values()
        return refused(letter, code, said(reason), came_back=True)
    except (SMTPSenderRefused, SMTPDataError, SMTPHeloError) as error:
        return refused(letter, error.smtp_code, said(error.smtp_error))
    except ValueError as error:  # an address that no server would take
        return refused(letter, 550, str(error), came_back=True)
    except (OSError, SMTPException) as error:
        letter.end(State.UNKNOWN, str(error))
        raise NotSent(f"The mail server broke off: {error}") from error  # the next ones might end like this one
    letter.same.filter(claim=letter.claim).delete()
    return "sent"


def refused(letter: Letter, code: int, reason: str, *, came_back: bool = False) -> str:
    """For now, and it is tried again; or for good."""
    if code < 500 and timezone.now() - letter.made_at < TRIED_FOR:
        letter.end(State.DUE, f"{code} {reason}")
        return "put_off"
    if came_back:
        subscriptions.came_back(letter.subscription)
        letter.delete()
        return "came_back"
    letter.end(State.REFUSED, f"{code} {reason}")
    return "refused"


def said(reason: bytes | str) -> str:
    return reason.decode(errors="replace") if isinstance(reason, bytes) else reason
