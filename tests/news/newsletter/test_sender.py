"""What becomes of a letter that the mail server refuses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news.models import Letter, Subscription
from news.newsletter import sender
from tests.support.mail_server import mail_server, mailers_of

pytestmark = pytest.mark.django_db


def make_letter(email="reader@example.org", age=timedelta(0)) -> Letter:
    """A letter that is being sent."""
    row = Subscription.objects.create(email=email, edition="kk", confirmed_at=timezone.now())
    letter = Letter.objects.create(subscription=row)
    Letter.objects.filter(pk=letter.pk).update(made_at=timezone.now() - age)
    letter.refresh_from_db()
    assert letter.begin()
    return letter


@pytest.mark.parametrize(
    ("code", "age", "outcome", "state"),
    [
        (450, timedelta(hours=1), "put_off", "due"),
        (450, timedelta(days=3), "refused", "refused"),
        (554, timedelta(0), "refused", "refused"),
    ],
)
def test_refusal_for_now_is_tried_again_for_two_days(code, age, outcome, state):
    letter = make_letter(age=age)

    assert sender.record_refusal(letter, code, "Not now") == outcome
    letter.refresh_from_db()
    assert letter.state == state
    assert "Not now" in letter.trouble
    assert letter.subscription.bounces == 0


def test_refused_address_counts_as_a_bounce_and_its_letter_is_deleted():
    letter = make_letter()

    assert sender.record_refusal(letter, 550, "No such user", came_back=True) == "came_back"
    assert Letter.objects.count() == 0
    assert Subscription.objects.get().bounces == 1


@pytest.mark.parametrize(("reason", "text"), [(b"No\xff user", "No\ufffd user"), ("Жоқ", "Жоқ")])
def test_reason_of_a_server_is_read_whatever_its_bytes(reason, text):
    assert sender.decode_reason(reason) == text


def test_due_letters_are_taken_in_batches_and_others_are_not(monkeypatch):
    monkeypatch.setattr(sender, "LETTERS_A_CONNECTION", 2)
    letters = [make_letter(f"reader{number}@example.org") for number in range(6)]
    due = letters[:5]  # the sixth is still being sent
    Letter.objects.filter(pk__in=[letter.pk for letter in due]).update(state="due")

    batches = [[letter.pk for letter in batch] for batch in sender.due_batches()]

    assert batches == [[due[0].pk, due[1].pk], [due[2].pk, due[3].pk], [due[4].pk]]


def test_server_that_nobody_runs_is_said_to_be_out_of_reach(settings):
    with mail_server() as server:
        settings.MAILERS = mailers_of(server.port)

    with pytest.raises(sender.NotSent, match="cannot be reached"):
        sender.open_connection()
