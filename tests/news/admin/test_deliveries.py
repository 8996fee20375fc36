"""The admin of letters and subscriptions (that of posts: tests/news/channels/test_posts.py)."""

import pytest
from django.contrib.admin.models import LogEntry

from news.models import Letter, Subscription, Topic
from tests.support.factories import make_topic, make_user

pytestmark = pytest.mark.django_db


def make_letter(state="unknown", email="reader@example.org") -> Letter:
    row = Subscription.objects.create(email=email, edition="kk")
    return Letter.objects.create(subscription=row, state=state)


def test_decision_is_applied_to_the_selected_letters_in_a_fitting_state(client):
    client.force_login(make_user("news.view_letter", "news.change_letter"))
    unknown, due = make_letter(), make_letter("due", "other@example.org")

    client.post("/admin/news/letter/", {"action": "again", "_selected_action": [unknown.pk, due.pk]})

    unknown.refresh_from_db()
    due.refresh_from_db()
    assert unknown.state == "due"
    assert due.state == "due"
    assert [entry.object_id for entry in LogEntry.objects.all()] == [str(unknown.pk)]


def test_form_offers_the_decisions_that_are_possible(client):
    client.force_login(make_user("news.view_letter", "news.change_letter"))
    letter = make_letter()

    form = client.get(f"/admin/news/letter/{letter.pk}/change/").context["adminform"].form

    assert [name for name, _label in form.fields["decision"].choices] == ["again", "arrived", "skip"]


def test_letter_that_is_being_sent_is_only_looked_at(client):
    client.force_login(make_user("news.view_letter", "news.change_letter"))
    letter = make_letter("sending")

    response = client.post(f"/admin/news/letter/{letter.pk}/change/", {"decision": "skip"})

    letter.refresh_from_db()
    assert response.status_code == 403
    assert letter.state == "sending"


def test_subscription_shows_its_interests_and_is_changed_by_nobody(client):
    client.force_login(make_user("news.view_subscription", "news.change_subscription"))
    topic: Topic = make_topic(name_kk="Бюджет")
    rows = [
        Subscription.objects.create(email=f"{n}@example.org", edition="kk", about=about)
        for n, about in enumerate(([f"topic-{topic.pk}"], []))
    ]

    pages = [client.get(f"/admin/news/subscription/{row.pk}/change/").content.decode() for row in rows]
    refused = client.post(f"/admin/news/subscription/{rows[0].pk}/change/", {"email": "x@example.org"})

    assert "Бюджет" in pages[0]
    assert "Бюджет" not in pages[1]
    assert "бәрі" in pages[1]
    assert refused.status_code == 403
    rows[0].refresh_from_db()
    assert rows[0].email == "0@example.org"
