"""Sends the letters that are due, each once.

A run ends after SECONDS so that other jobs get their turn; the next run continues where it stopped or crashed.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)
from time import monotonic
from typing import Any

from django.core.mail import mailers
from django.utils import timezone

from news.models import Letter
from news.newsletter import bounces, messages, subscriptions
from portal.circuit import PAUSE_OF_JOBS, Circuit, Paused

logger = logging.getLogger(__name__)

SECONDS = 100.0
LETTERS_A_CONNECTION = 50
RETRY_FOR = timedelta(days=2)

State = Letter.State
circuit = Circuit(PAUSE_OF_JOBS)


class NotSent(Exception):
    """The mail server cannot be reached, or broke off."""


def send_letters(seconds: float = SECONDS) -> Counter[str]:
    """Returns how many letters were `sent`, `came_back` at once, are still `due`, or need a person (`unknown`).

    Raises NotSent if the mail server cannot be reached or breaks off.
    """
    done: Counter[str] = Counter(sent=0, came_back=0)
    Letter.mark_broken_off()
    Letter.objects.filter(state__in=[State.SENT, State.SKIPPED]).delete()  # an editor decided that
    until = monotonic() + seconds
    for batch in due_batches():
        if monotonic() > until:
            break
        try:
            with circuit.attempt(NotSent):
                send_batch(batch, until, done)
        except Paused as pause:
            raise NotSent(f"The mail server: {pause}") from pause
    for name in (State.DUE, State.UNKNOWN):
        done[name] = Letter.objects.filter(state=name).count()
    return done


def send_batch(batch: list[Letter], until: float, done: Counter[str]) -> None:
    """Sends letters through one connection until it is time to stop, which a slow server may bring soon."""
    connection = open_connection()
    try:
        for letter in batch:
            done[deliver_letter(letter, connection)] += 1
            if monotonic() > until:
                break
    finally:
        connection.close()


def due_batches() -> Iterator[list[Letter]]:
    """The letters that are due, in batches of what one connection may carry."""
    due, last = Letter.objects.filter(state=State.DUE).select_related("subscription").order_by("pk"), 0
    while batch := list(due.filter(pk__gt=last)[:LETTERS_A_CONNECTION]):
        last = batch[-1].pk
        yield batch


def open_connection() -> Any:
    connection = mailers.default
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        raise NotSent(f"The mail server cannot be reached: {error}") from error
    return connection


def deliver_letter(letter: Letter, connection: Any) -> str:
    """Sends one letter and returns what became of it, a key of the counts in `send()`. Raises NotSent."""
    try:
        message = messages.build_message(letter)
    except Exception as error:  # a letter that cannot be written must not keep the others waiting
        logger.exception("Letter %d cannot be written", letter.pk)
        letter.begin()
        letter.end(State.REFUSED, f"{type(error).__name__}: {error}")
        return "refused"
    if message is None:  # none of its articles is public any more
        letter.delete()
        return "dropped"
    if not letter.begin():
        return "another's"
    try:
        connection.send_messages([message])
    except SMTPRecipientsRefused as error:
        ((code, reason),) = error.recipients.values()
        return record_refusal(letter, code, decode_reason(reason), came_back=True)
    except (SMTPSenderRefused, SMTPDataError, SMTPHeloError) as error:
        return record_refusal(letter, error.smtp_code, decode_reason(error.smtp_error))
    except (ValueError, SMTPNotSupportedError) as error:  # an address that no server, or not ours, would take
        return record_refusal(letter, 550, str(error), came_back=True)
    except (OSError, SMTPException) as error:
        letter.end(State.UNKNOWN, str(error))
        # The next letters would probably fail the same way.
        raise NotSent(f"The mail server broke off: {error}") from error
    letter.same.filter(claim=letter.claim).delete()
    subscriptions.record_taken(letter.subscription)
    return "sent"


def record_refusal(letter: Letter, code: int, reason: str, *, came_back: bool = False) -> str:
    """Records that the server refused a letter: it is tried again later, or given up."""
    if code < 500 and timezone.now() - letter.made_at < RETRY_FOR:
        letter.end(State.DUE, f"{code} {reason}")
        return "put_off"
    if came_back:
        subscriptions.record_bounce(letter.subscription, bounces.classify_refusal(enhanced_status(reason), reason))
        letter.delete()
        return "came_back"
    letter.end(State.REFUSED, f"{code} {reason}")
    return "refused"


def decode_reason(reason: bytes | str) -> str:
    return reason.decode(errors="replace") if isinstance(reason, bytes) else reason


def enhanced_status(reason: str) -> str:
    """The status that a server put before its words, such as 5.1.1; empty if it gave none."""
    found = bounces.ENHANCED.match(reason.strip())
    return found[1] if found else ""
