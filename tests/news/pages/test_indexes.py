"""The indexes of topics, people and institutions."""

from datetime import timedelta

import pytest
from django.utils import timezone
from lxml.html import document_fromstring

from news.pages import indexes
from tests.support.factories import make_article, make_articles, make_person, make_source, make_topic

pytestmark = pytest.mark.django_db


def entries(client, path: str) -> list[tuple[str, str]]:
    """The names on an index with the numbers beside them."""
    found = document_fromstring(client.get(path).text).xpath('//ul[contains(@class, "index")]/li')
    return [(each.xpath(".//a")[0].text, each.find_class("number")[0].text.strip()) for each in found]


def test_index_counts_what_readers_of_the_language_have(client):
    topic, other = make_topic(name_kk="Бюджет"), make_topic(name_kk="Әлеумет")
    make_topic(name_kk="Күтіп тұр", is_waiting=True)
    make_article("kk", topics=[topic])
    make_article("kk ru", topics=[topic])
    make_article("kk", topics=[topic], status="draft")
    make_article("kk", topics=[topic], publish_at=timezone.now() + timedelta(days=1))

    assert entries(client, "/topics/") == [("Әлеумет", "0"), ("Бюджет", "2")]
    assert dict(entries(client, "/ru/topics/")) == {topic.name_ru: "1", other.name_ru: "0"}


def test_many_articles_are_counted_up_to_a_bound(client, monkeypatch):
    monkeypatch.setattr(indexes, "COUNTED", 3)
    person = make_person(name_kk="Асан", office_kk="Хатшы")
    make_articles([timezone.now() - timedelta(days=1)] * 5, source=make_source(), people=[person])

    assert entries(client, "/people/") == [("Асан", "3+")]


def test_letters_lead_to_their_names_once_there_are_many(client):
    names = ["Абай", "Әбіш", "Дина", "Дана", "Ермек", "Жанар", "Зере", "Иван", "Қанат", "Лаура", "Марат", "Нұрлан"]
    for name in names[:-1]:
        make_person(name_kk=name)
    few = document_fromstring(client.get("/people/").text)
    make_person(name_kk=names[-1])
    many = document_fromstring(client.get("/people/").text)

    assert few.find_class("letters") == []
    links = many.find_class("letters")[0].xpath(".//a")
    assert "".join(link.text for link in links) == "АӘДЕЖЗИҚЛМН"
    under = many.get_element_by_id(links[2].get("href")[1:])
    assert [each.text for each in under.xpath(".//li//a")] == ["Дана", "Дина"]


def test_former_institutions_stand_apart(client):
    today = timezone.localdate()
    make_source(name_kk="Құрылтай", active_from=today)
    make_source(name_kk="Сенат", active_until=today - timedelta(days=1))
    make_source(name_kk="Болашақ", active_from=today + timedelta(days=1))

    page = document_fromstring(client.get("/sources/").text)

    assert entries(client, "/sources/") == [("Құрылтай", "0"), ("Сенат", "0")]
    assert [each.text for each in page.xpath('//section[@aria-labelledby="former"]//a')] == ["Сенат"]


@pytest.mark.parametrize("path", ["/topics/", "/people/", "/sources/"])
def test_index_takes_as_many_queries_for_one_entry_as_for_many(client, path, django_assert_num_queries):
    for make in (make_topic, make_person, make_source):
        make()
    client.get(path)
    with django_assert_num_queries(3):
        client.get(path)
    for make in (make_topic, make_person, make_source):
        for _ in range(20):
            make()

    with django_assert_num_queries(3):
        client.get(path)
