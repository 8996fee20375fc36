"""Reads a letter that came back (RFC 3464) and finds out to whom it was sent."""

from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from news.models import Subscription
from news.newsletter import messages

MAX_BYTES = 2 * 1024 * 1024


def find_subscription(content: bytes) -> Subscription | None:
    """The subscription whose address a server reports as permanently unreachable; None for any other letter.

    Only a report that brings back a letter of ours counts, because anybody may write to this mailbox.
    """
    report = message_from_bytes(content[:MAX_BYTES], policy=policy.default)
    parts = list(report.walk())
    if not any(map(is_permanent_failure, parts)):
        return None
    subscriptions = (messages.subscription_of(name) for part in parts if (name := message_id_in(part)))
    return next(filter(None, subscriptions), None)


def is_permanent_failure(part: Message) -> bool:
    """Whether a block of a delivery-status has "Action: failed" and a status of class 5, a permanent failure."""
    return str(part.get("Action", "")).strip().lower() == "failed" and str(part.get("Status", "")).startswith("5")


def message_id_in(part: Message) -> str:
    """The Message-ID of the letter that came back, of which a report holds the whole or only the headers."""
    if part.get_content_type() == "text/rfc822-headers" and isinstance(part, EmailMessage):
        part = message_from_bytes(part.get_content().encode(errors="replace"), policy=policy.default)
    return str(part.get("Message-ID", ""))
