"""What an editor may decide about a delivery, by its state."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError

from news.channels import review
from news.models import Letter, Subscription
from tests.support.broken_writes import failing_writes
from tests.support.factories import make_user


def make_letter(state: str) -> Letter:
    row = Subscription.objects.create(email="reader@example.org", edition="kk")
    return Letter.objects.create(subscription=row, state=state, trouble="Trouble")


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("held", ["release", "skip"]),
        ("due", ["skip"]),
        ("sending", []),
        ("sent", []),
        ("unknown", ["again", "arrived", "skip"]),
        ("refused", ["release", "skip"]),
        ("skipped", ["release"]),
        ("taken_back", []),
    ],
)
def test_decisions_follow_from_the_state(state, names):
    assert list(review.possible_decisions(Letter(state=state))) == names


@pytest.mark.django_db
def test_decision_changes_the_state_and_is_logged():
    letter = make_letter("unknown")

    review.decide(letter, "again", by=make_user())

    letter.refresh_from_db()
    assert letter.state == "due"
    assert letter.trouble == ""
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["Sent again."]


@pytest.mark.django_db
def test_decision_comes_too_late_when_the_state_has_changed():
    letter = make_letter("unknown")
    Letter.objects.filter(pk=letter.pk).update(state="sent")

    with pytest.raises(review.Refused):
        review.decide(letter, "again", by=make_user())

    letter.refresh_from_db()
    assert letter.state == "sent"
    assert LogEntry.objects.count() == 0


@pytest.mark.django_db
def test_decision_that_cannot_be_logged_changes_nothing():
    letter = make_letter("unknown")

    with pytest.raises(DatabaseError), failing_writes("django_admin_log"):
        review.decide(letter, "again", by=make_user())

    letter.refresh_from_db()
    assert (letter.state, letter.trouble) == ("unknown", "Trouble")
