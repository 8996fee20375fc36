"""The form of a subscription, beyond what its walk shows (test_subscriptions.py)."""

import pytest
from django.utils import timezone

from news.models import Subscription
from news.newsletter import subscriptions, views
from tests.support.factories import make_source, make_topic

pytestmark = pytest.mark.django_db


def make_row(**fields) -> Subscription:
    return Subscription.objects.create(
        **{"email": "reader@example.org", "edition": "kk", "confirmed_at": timezone.now(), **fields}
    )


def test_form_offers_sources_and_topics_under_their_headings():
    source, topic = make_source(short_name_kk="Сенат"), make_topic(name_kk="Бюджет")

    groups = dict(views.PreferencesForm().groups)

    assert groups["Дереккөздер"] == [(f"source-{source.pk}", "Сенат")]
    assert groups["Айдарлар"] == [(f"topic-{topic.pk}", "Бюджет")]


def test_form_of_a_subscription_has_its_choices_selected(client):
    topic, other = make_topic(), make_topic()
    row = make_row(about=[f"topic-{topic.pk}"])

    form = client.get(f"/subscribe/{subscriptions.token_of(row)}/").context["form"]

    assert form.selected == [f"topic-{topic.pk}"]
    assert f"topic-{other.pk}" not in form.selected


def test_choice_that_was_never_offered_is_refused(client):
    row = make_row()

    response = client.post(f"/subscribe/{subscriptions.token_of(row)}/", {"frequency": "daily", "about": ["topic-999"]})

    assert list(response.context["form"].errors) == ["about"]
    row.refresh_from_db()
    assert row.about == []


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_pages_take_no_other_methods(client, method):
    address = f"/subscribe/{subscriptions.token_of(make_row())}/"

    response = getattr(client, method)(address)

    assert response.status_code == 405
    assert Subscription.objects.count() == 1
