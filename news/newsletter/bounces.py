"""Reads what mail servers send back about a letter, and finds out to whom it was sent and what became of it.

Three forms are read: delivery reports (RFC 3464, and RFC 6533 for international addresses), complaints that a reader's
provider passes on (RFC 5965), and the plain text of Exim, qmail and Mail.ru. Only a report that brings back a letter of
ours counts, because anybody may write to this mailbox.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import NamedTuple

from news.models import Subscription
from news.newsletter import messages
from news.newsletter.subscriptions import BounceKind

MAX_BYTES = 2 * 1024 * 1024

MESSAGE_TYPE = re.compile(
    rb"^(content-type:\s*)message/(?:global-)?(delivery-status|feedback-report|global|headers|rfc822)",
    re.IGNORECASE | re.MULTILINE,
)
HEADERS_TYPE = re.compile(rb"^(content-type:\s*)text/rfc822-headers", re.IGNORECASE | re.MULTILINE)
STATUS = "text/x-delivery-status"
COMPLAINT = "text/x-feedback-report"
ORIGINALS = ("text/x-rfc822", "text/x-global", "text/x-headers")
COMPLAINTS = ("abuse", "fraud", "opt-out", "opt-out-list", "virus", "other")
"""RFC 5965 and 5965's registry; `not-spam` says the opposite, and the others are about us and not by a reader."""

LETTER_BEGINS = re.compile(r"^Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
REPLY_CODE = re.compile(r"\b5[05]\d\b")
DELAY = re.compile(r"delay|warning|retr(?:y|ied) (?:later|for)|will be retried", re.IGNORECASE)

WORDS = {
    BounceKind.FULL: re.compile(
        r"quota|mailbox (?:is )?full|full mailbox|storage|size limit|disk full|переполнен"
        r"|retry time|timed? ?out|expired",
        re.IGNORECASE,
    ),
    BounceKind.UNKNOWN: re.compile(
        r"user unknown|unknown (?:user|recipient|local)|no such (?:user|recipient|mailbox|person)|user not found"
        r"|(?:account|address|user|mailbox|recipient)\b.{0,60}\b(?:does ?n[o']t exist|not found|disabled|inactive)"
        r"|invalid (?:mailbox|recipient)|unrouteable|recipient ?not ?found|no mailbox|не существует",
        re.IGNORECASE | re.DOTALL,
    ),
    BounceKind.POLICY: re.compile(
        r"spam|policy|blocked|black ?list|block ?list|reputation|dmarc|\bspf\b|\bdkim\b|unsolicited|virus",
        re.IGNORECASE,
    ),
}
"""What servers write beside a status that says little, such as 5.0.0, or another thing, such as Yandex' "5.7.1 No such
user"."""
KIND_OF_STATUS = (
    ("4.", BounceKind.FULL),
    ("5.2.2", BounceKind.FULL),
    ("5.1.8", BounceKind.POLICY),
    ("5.1.7", BounceKind.POLICY),
    ("5.3", BounceKind.POLICY),
    ("5.5", BounceKind.POLICY),
    ("5.6", BounceKind.POLICY),
    ("5.7", BounceKind.POLICY),
)


class Bounce(NamedTuple):
    """To whom a letter was sent that came back, and why it did."""

    subscription: Subscription
    kind: BounceKind


def read_report(content: bytes) -> Bounce | None:
    """What a report says of a letter of ours; None for a delay, and for any other letter."""
    report = parse_report(content[:MAX_BYTES])
    kind = kind_of_report(report) or kind_of_plain_report(report)
    if kind is None:
        return None
    subscriptions = (messages.subscription_of(name) for name in message_ids_in(report))
    subscription = next(filter(None, subscriptions), None)
    return Bounce(subscription, kind) if subscription else None


def classify_refusal(status: str, text: str) -> BounceKind:
    """What the words of a refusal mean, or else its status (RFC 3463)."""
    for kind, words in WORDS.items():
        if words.search(text):
            return kind
    return next((kind for begin, kind in KIND_OF_STATUS if status.startswith(begin)), BounceKind.UNKNOWN)


def parse_report(content: bytes) -> EmailMessage:
    """The report, with each letter and status in it as a text: Python's parser knows only some of their types.

    So a report inside a letter that came back, or that somebody has forwarded, is not taken for one either.
    """
    content = MESSAGE_TYPE.sub(rb"\1text/x-\2", content)
    return message_from_bytes(HEADERS_TYPE.sub(rb"\1text/x-headers", content), policy=policy.default)


def kind_of_report(report: EmailMessage) -> BounceKind | None:
    """What the parts that are written for programs say; None if nothing has failed for good."""
    for part in report.walk():
        if part.get_content_type() == COMPLAINT:
            kind = parse_headers(content_of(part)).get("Feedback-Type", "").strip().lower()
            return BounceKind.COMPLAINT if kind in COMPLAINTS else None
        if part.get_content_type() == STATUS:
            for block in re.split(rb"\r?\n\s*\r?\n", content_of(part)):
                fields = parse_headers(block)
                if str(fields.get("Action", "")).strip().lower() == "failed":
                    status = ENHANCED.search(str(fields.get("Status", "")))
                    return classify_refusal(status[1] if status else "", str(fields.get("Diagnostic-Code", "")))
    return None


def kind_of_plain_report(report: EmailMessage) -> BounceKind | None:
    """What a report for people says, as servers write that know no other; None if it is none, or tells of a delay."""
    failed = str(report.get("X-Failed-Recipients", ""))
    if not failed and "mailer-daemon" not in str(report.get("From", "")).lower():
        return None
    if report.get_content_type() == "multipart/report" or DELAY.search(str(report.get("Subject", ""))):
        return None
    text = text_of(report)
    begins = LETTER_BEGINS.search(text)
    said = text[: begins.start()] if begins else text
    status = ENHANCED.search(said)
    if failed or REPLY_CODE.search(said) or (status and status[1].startswith("5")):
        return classify_refusal(status[1] if status else "", said)
    return None


def message_ids_in(report: EmailMessage) -> Iterator[str]:
    """The Message-ID of each letter that came back, of which a report holds the whole or only the headers."""
    for part in report.walk():
        if part.get_content_type() in ORIGINALS:
            yield str(parse_headers(content_of(part)).get("Message-ID", ""))
    if report.get_content_type() != "multipart/report":
        yield from LETTER_BEGINS.findall(text_of(report))


def text_of(report: EmailMessage) -> str:
    return "\n".join(
        content_of(part).decode(errors="replace") for part in report.walk() if part.get_content_maintype() == "text"
    )


def content_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content.strip() if isinstance(content, bytes) else b""


def parse_headers(content: bytes) -> Message:
    return message_from_bytes(content)
