"""Reads a letter that came back (RFC 3464), and says whose it was."""

from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from news.models import Subscription
from news.newsletter import messages

MOST_BYTES = 2 * 1024 * 1024


def read(content: bytes) -> Subscription | None:
    """Who cannot be reached for good, when a server says so of a letter of ours. Others may write what they like."""
    report = message_from_bytes(content[:MOST_BYTES], policy=policy.default)
    parts = list(report.walk())
    if not any(map(says_for_good, parts)):
        return None
    found = (messages.subscription_of(name) for part in parts if (name := name_in(part)))
    return next(filter(None, found), None)


def says_for_good(part: Message) -> bool:
    """One block of a delivery-status: a recipient with Action: failed and a status of the fifth class."""
    return str(part.get("Action", "")).strip().lower() == "failed" and str(part.get("Status", "")).startswith("5")


def name_in(part: Message) -> str:
    """Of the letter that is brought back, whole or its headers alone."""
    if part.get_content_type() == "text/rfc822-headers" and isinstance(part, EmailMessage):
        part = message_from_bytes(part.get_content().encode(errors="replace"), policy=policy.default)
    return str(part.get("Message-ID", ""))
