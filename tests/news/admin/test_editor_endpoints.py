"""What the text editor is answered while somebody writes (more: tests/news/content/test_internal_links.py)."""

import json

import pytest
from django.utils import timezone

from tests.support.factories import make_article, make_person, make_user

pytestmark = pytest.mark.django_db

BASE = "/admin/news/article/"


@pytest.fixture
def writer(client):
    client.force_login(make_user("news.view_article", "news.change_article"))
    return client


def titles(response) -> list[str]:
    return [each["title"] for each in response.json()["found"]]


def test_articles_are_found_by_number_by_words_and_by_parts_of_words(writer):
    article = make_article("kk ru", title_kk="Бюджет туралы заң")
    make_article("kk", title_kk="Сенат отырысы")
    for query in (str(article.pk), article.get_absolute_url(), "бюджет", "бюдж заң"):
        assert titles(writer.get(f"{BASE}find/kk/", {"q": query})) == ["Бюджет туралы заң"], query


def test_article_in_the_bin_is_not_offered(writer):
    article = make_article(title_kk="Бюджет", status="draft", deleted_at=timezone.now())

    for query in (str(article.pk), "бюджет"):
        assert titles(writer.get(f"{BASE}find/kk/", {"q": query})) == [], query


def test_article_without_the_language_is_not_found_by_words(writer):
    make_article("ru", title_ru="Бюджет")

    assert titles(writer.get(f"{BASE}find/kk/", {"q": "бюджет"})) == []
    assert titles(writer.get(f"{BASE}find/ru/", {"q": "бюджет"})) == ["Бюджет"]


def test_people_are_found_in_any_language_and_named_in_that_of_the_text(writer):
    make_person(name_kk="Асан Үсен", name_ru="Асан Усен", office_kk="депутат", office_ru="депутат Сената")
    make_person(name_kk="Басқа", name_ru="Другой")

    response = writer.get(f"{BASE}find-person/ru/", {"q": "үсен"})

    assert response.json() == {"found": [{"title": "Асан Усен", "detail": "депутат Сената"}]}


def test_pasted_text_is_cleaned(writer):
    body = json.dumps({"html": "<p onclick='x()'>Мәтін<script>alert(1)</script></p>"})

    response = writer.post(f"{BASE}clean/", body, content_type="application/json")

    assert response.json() == {"html": "<p>Мәтін</p>"}


@pytest.mark.parametrize("body", ["", "[]", "{}", "no json"])
def test_what_is_no_pasted_text_is_refused(writer, body):
    response = writer.post(f"{BASE}clean/", body, content_type="application/json")

    assert response.status_code == 400
    assert response.json() == {"refused": "JSON: {html}"}
