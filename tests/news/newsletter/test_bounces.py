"""Which letters that come back tell that an address cannot be reached."""

from email.message import EmailMessage

import pytest

from news.models import Letter, Subscription
from news.newsletter import bounces, messages
from news.newsletter.subscriptions import BounceKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    row = Subscription.objects.create(email="reader@example.org", edition="kk")
    return Letter.objects.create(subscription=row)


def report(name: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    """A delivery report (RFC 3464) about the letter with this Message-ID."""
    return (
        "From: MAILER-DAEMON@example.org\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="part"\n\n'
        "--part\nContent-Type: text/plain\n\nYour letter could not be delivered.\n"
        "--part\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; example.org\n\n"
        f"Final-Recipient: rfc822; reader@example.org\nAction: {action}\nStatus: {status}\n\n"
        f"--part\nContent-Type: text/rfc822-headers\n\nMessage-ID: {name}\nSubject: News\n\n"
        "--part--\n"
    ).encode()


def test_permanent_failure_names_the_subscription_of_the_letter(letter):
    assert bounces.read_report(report(messages.message_id_of(letter))) == (letter.subscription, BounceKind.UNKNOWN)


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("relayed", "2.1.9"), ("delivered", "2.0.0")])
def test_what_is_not_final_names_nobody(letter, action, status):
    assert bounces.read_report(report(messages.message_id_of(letter), action, status)) is None


@pytest.mark.parametrize("name", ["", "<1-1@testserver>", "<someone.else@example.org>"])
def test_report_about_a_letter_that_is_not_ours_names_nobody(letter, name):
    assert bounces.read_report(report(name)) is None


def test_ordinary_letter_that_quotes_ours_names_nobody(letter):
    mail = EmailMessage()
    mail["In-Reply-To"] = mail["Message-ID"] = messages.message_id_of(letter)
    mail.set_content("Action: failed\nStatus: 5.1.1\n")

    assert bounces.read_report(mail.as_bytes()) is None
