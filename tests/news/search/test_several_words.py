"""Queries of several words: their order, abbreviations, numbers and signs, initials, and names of people and topics."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news.models import Abbreviation
from tests.support.factories import make_person, make_topic
from tests.support.searching import ids, make_found

pytestmark = pytest.mark.django_db


def test_words_near_each_other_and_in_order_come_first(client):
    def days_ago(days: int, body: str) -> int:
        return make_found(body_kk=f"<p>{body}</p>", publish_at=timezone.now() - timedelta(days=days)).pk

    apart = days_ago(1, "Тіл мәселесі көп жылдан бері айтылып келеді, ал саясат басқа")
    backwards = days_ago(2, "Саясат тіл туралы емес, басқа мәселе туралы айтылып келеді")
    near = days_ago(3, "Тіл және мәдениет саясаты басқа мәселе туралы айтылып келеді")
    together = days_ago(4, "Тіл саясаты басқа мәселе туралы жылдан бері айтылып келеді")

    found = ids(client, "тіл саясатын")

    assert found[:2] == [together, near]
    assert sorted(found[2:]) == [apart, backwards]


def test_abbreviation_finds_its_words_and_they_find_it(client):
    Abbreviation.objects.create(language="kk", short="ҚР", full="Қазақстан Республикасы")
    short, full = make_found(title_kk="ҚР заңдары"), make_found(title_kk="Қазақстан Республикасының Конституциясы")
    make_found(title_kk="Қазақстан халқы")

    for q in ("ҚР", "қр", "кр", "қазақстан республикасы", "Қазақстан Республикасында"):
        assert sorted(ids(client, q)) == [short.pk, full.pk], q
    assert ids(client, "ҚР заң") == [short.pk]
    assert ids(client, "заң -ҚР") == []


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("№ 12", "№ 12 мектеп"), ("12", "№ 12 мектеп"), ("5-VII", "5-VII заң"), ("2027–2029", "2027–2029 жылдар"),
        ("2027-2029", "2027–2029 жылдар"), ("2028", None), ("10¹", "10¹-бапта"), ("10-1-бап", "10¹-бапта"),
        ("«10¹-бап»", "10¹-бапта"), ("М. Әшімбаев", "Мәулен Әшімбаев"), ("М.Әшімбаевтың", "Мәулен Әшімбаев"),
        ("Әшімбаев М.", "Мәулен Әшімбаев"),
    ],
)  # fmt: skip
def test_numbers_signs_and_initials_are_words_of_their_own_kind(client, q, title):
    titles = ["№ 12 мектеп", "5-VII заң", "2027–2029 жылдар", "10¹-бапта", "Мәулен Әшімбаев"]
    articles = {each: make_found(title_kk=each, lead_kk="", body_kk="") for each in titles}

    assert ids(client, q) == ([articles[title].pk] if title else [])


def test_person_or_topic_that_the_query_names_comes_first(client):
    person = make_person(slug="ashimbaev", name_kk="Мәулен Әшімбаев")
    topic = make_topic(slug="til", name_kk="Тіл саясаты")
    make_person(slug="waiting", name_kk="Асқар Әшімбаев", is_waiting=True)
    make_found(title_kk="Мәулен Әшімбаев тіл саясаты туралы айтты")

    def named(q: str) -> list[str]:
        return [each.address for each in client.get(f"/search/?q={q}").context["named"]]

    assert named("Әшімбаевтың") == named("мәулен әшімбаев") == named("М. Әшімбаев") == [person.get_absolute_url()]
    assert named("тіл саясатын") == [topic.get_absolute_url()]
    assert named("тіл") == named("әшімбаев айтты") == []
    assert f'<a href="{topic.get_absolute_url()}">' in client.get("/search/?q=тіл саясаты").content.decode()
