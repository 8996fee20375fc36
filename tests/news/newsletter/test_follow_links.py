"""Every link to the form of a subscription arrives with what it is about ticked: from each page."""

import re
from html import unescape

import pytest
from django.test import Client

from news.models import Person, Source, Subscription, Topic
from news.newsletter import views
from news.newsletter.subscriptions import token_of
from tests.support.factories import make_article, make_person, make_source, make_topic

LINK = re.compile(r'href="([^"]*/subscribe/\?[^"]*)"')
TICKED = re.compile(r'name="about"\s+value="([^"]*)" checked')


def ticked_from(client: Client, path: str) -> list[list[str]]:
    """What is ticked in the form that each link of a page leads to."""
    links = [unescape(each) for each in LINK.findall(client.get(path).text)]
    return [[unescape(each) for each in TICKED.findall(client.get(link).text)] for link in links]


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/kk-latn", "/kk-arab", "/ru", "/en"])
def test_link_of_every_source_topic_and_person_arrives_with_it_ticked(client, monkeypatch, prefix):
    monkeypatch.setattr(views, "MAX_CHOICES", 2)
    for number in range(3):
        make_source(slug=f"s-{number}"), make_topic(slug=f"t-{number}"), make_person(slug=f"p-{number}")
    kinds = {"source": Source, "topic": Topic, "person": Person}
    folders = {"source": "sources", "topic": "topics", "person": "people"}

    found = {
        f"{kind}-{each.pk}": ticked_from(client, f"{prefix}/{folders[kind]}/{each.slug}/")
        for kind, model in kinds.items()
        for each in model.objects.all()
    }

    assert len(found) == 9
    assert found == {key: [[key]] for key in found}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("q=заң", "search-q=%D0%B7%D0%B0%D2%A3"),
        ("q=заң&source=senat&from=2024-01-01", "search-q=%D0%B7%D0%B0%D2%A3&source={source}"),
        ("q=%20%20a%20%20%20b&kind=news", "search-q=a+b&kind=news"),
        ("q=%C2%ABa+b%C2%BB+-c&topic=", "search-q=%C2%ABa+b%C2%BB+-c"),
    ],
)
def test_link_of_a_search_arrives_with_it_ticked(client, query, key):
    source = make_source(slug="senat")
    make_article()

    assert ticked_from(client, f"/search/?{query}") == [[key.format(source=source.pk)]]


@pytest.mark.django_db
def test_what_lies_beyond_the_choices_is_subscribed_to_and_stays(client, monkeypatch):
    monkeypatch.setattr(views, "MAX_CHOICES", 1)
    make_topic(slug="a")
    beyond = f"topic-{make_topic(slug='b').pk}"

    client.post("/subscribe/", {"email": "a@example.org", "frequency": "daily", "about": [beyond]})
    row = Subscription.objects.get()
    page = client.get(f"/subscribe/{token_of(row)}/").text
    client.post(f"/subscribe/{token_of(row)}/", {"frequency": "weekly", "about": TICKED.findall(page)})
    row.refresh_from_db()

    assert (row.about, row.frequency) == ([beyond], "weekly")


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["topic-0", f"topic-{'9' * 18}", f"topic-{'9' * 40}", "topic-x", "topic-", "x"])
def test_key_that_names_nothing_ticks_nothing(client, key):
    response = client.get("/subscribe/", {"about": key})

    assert (response.status_code, TICKED.findall(response.text)) == (200, [])
