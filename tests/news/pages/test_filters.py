"""The filters of the list of all news, as links with the number of articles that each leaves."""

from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.utils import timezone
from lxml.html import document_fromstring

from news.pages import filters
from tests.support.factories import make_article, make_articles, make_image, make_source, make_topic

pytestmark = pytest.mark.django_db


def links(client, path: str = "/news/") -> dict[str, tuple[str, str]]:
    """The label of each filter with its number and address."""
    found = document_fromstring(client.get(path).text).xpath('//details[@class="list-filters"]//a')
    return {each.text.strip(): (each.find_class("number")[0].text, each.get("href")) for each in found}


def titles(client, path: str) -> list[str]:
    return [each.title for each in client.get(path).context["articles"]]


@pytest.fixture
def news() -> None:
    source, other = make_source(short_name_kk="Сенат"), make_source(short_name_kk="Мәжіліс")
    topic = make_topic(name_kk="Бюджет", slug="budget")
    make_article(title_kk="Бір", source=source, topics=[topic, make_topic(name_kk="Заң")], cover=make_image())
    make_article(title_kk="Екі", source=source, kind="speech", topics=[topic])
    make_article(title_kk="Үш", source=other)
    make_article(title_kk="Жасырын", source=other, kind="interview", topics=[topic], status="draft")


def test_each_link_leaves_as_many_articles_as_it_says(client, news):
    found = links(client)

    assert {label: number for label, (number, _address) in found.items()} == {
        "Жаңалық": "2", "Сөз": "1", "Бюджет": "2", "Заң": "1", "Сенат": "2", "Мәжіліс": "1", "суреті бар": "1",
    }  # fmt: skip
    assert {label: str(len(titles(client, address))) for label, (_number, address) in found.items()} == {
        label: number for label, (number, _address) in found.items()
    }


def test_filters_narrow_each_other_and_are_taken_back_by_the_same_link(client, news):
    address = links(client)["Бюджет"][1]
    both = links(client, address)["Сөз"][1]

    assert parse_qs(both.partition("?")[2]) == {"topic": ["budget"], "kind": ["speech"]}
    assert titles(client, both) == ["Екі"]
    assert links(client, both)["Сөз"][1] == address


def test_numbers_of_a_long_list_are_said_to_be_at_least_so_large(client, monkeypatch):
    monkeypatch.setattr(filters, "COUNTED", 3)
    make_articles([timezone.now() - timedelta(hours=1)] * 5, source=make_source(), cover=make_image())

    assert links(client)["суреті бар"][0] == "3+"


def test_filter_goes_on_with_the_list(client):
    make_articles([timezone.now() - timedelta(hours=n) for n in range(1, 26)], source=make_source(slug="senat"))
    page = document_fromstring(client.get("/news/?source=senat").text)
    (older,) = page.xpath('//a[@rel="next"]/@href')

    assert "source=senat" in older
    assert len(titles(client, older)) == 5


def test_kind_that_there_is_not_is_not_found(client):
    assert client.get("/news/?kind=x").status_code == 404
