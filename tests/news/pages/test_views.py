"""Readers' pages, where the crawl of tests/test_promises.py does not look."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override
from lxml.html import document_fromstring

from news.models import Correction, Term
from tests.support.factories import make_article, make_person, make_rate, make_source, make_topic

pytestmark = pytest.mark.django_db


def make_withdrawn(**fields):
    return make_article(
        **{"status": "withdrawn", "withdrawn_at": timezone.now(), "withdrawal_reason_kk": "Қате дерек", **fields}
    )


def test_another_slug_leads_to_the_right_address(client):
    article = make_article(slug_kk="durys")

    response = client.get(f"/news/{article.pk}-qate/")

    assert response.status_code == 301
    assert response["Location"] == f"/news/{article.pk}-durys/"


def test_withdrawn_article_tells_why_and_what_to_read_instead(client):
    better = make_article(title_kk="Дұрыс мақала")
    article = make_withdrawn(title_kk="Алынған мақала", replacement=better)

    response = client.get(article.get_absolute_url())

    page = response.content.decode()
    assert response.status_code == 410
    assert "no-cache" in response.headers["Cache-Control"]
    assert [text in page for text in ("Қате дерек", "Дұрыс мақала", "Алынған мақала")] == [True, True, False]


def test_replacement_that_readers_may_not_see_is_not_named(client):
    article = make_withdrawn(replacement=make_article(status="draft", title_kk="Жасырын"))

    assert "Жасырын" not in client.get(article.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"publish_at": timezone.now() + timedelta(days=1)},
        {"publish_at": None},
        {"deleted_at": timezone.now()},
    ],
)
def test_article_withdrawn_before_anybody_read_it_was_never_there(client, fields):
    article = make_withdrawn(**fields)

    assert client.get(article.get_absolute_url()).status_code == 404


def test_article_shows_its_corrections_in_the_language_of_the_page(client):
    article = make_article("kk ru")
    Correction.objects.create(article=article, note_kk="Күні түзетілді", note_ru="Исправлена дата")

    kazakh = client.get(article.get_absolute_url()).content.decode()

    assert "Күні түзетілді" in kazakh
    assert "Исправлена дата" not in kazakh


def test_head_of_an_article_says_what_became_of_it_and_where_else_it_is(client):
    published = timezone.now() - timedelta(days=2)
    body = "".join(f"<h2>Бөлім {number}</h2><p>{'сөз ' * 200}</p>" for number in (1, 2, 3))
    article = make_article("kk ru", body_kk=body, publish_at=published, released_at=published + timedelta(hours=3))
    Correction.objects.create(article=article, note_kk="Күні түзетілді")
    Correction.objects.create(article=article, note_ru="Исправлено имя", corrected_at=timezone.now())

    page = document_fromstring(client.get(article.get_absolute_url()).text)
    head = page.find_class("about-text")[0]
    links = {each.get("href") for each in head.xpath(".//a")}

    assert head.xpath(".//time/@datetime") == [timezone.localtime(article.released_at).isoformat()]
    assert "3 минут" in head.text_content()
    with override("ru"):
        assert links == {"#corrections", "#part-1", "#part-2", "#part-3", article.get_absolute_url()}
    assert [page.get_element_by_id(each[1:]).text_content().strip()[:7] for each in sorted(links) if "#p" in each] == [
        "Бөлім 1", "Бөлім 2", "Бөлім 3",
    ]  # fmt: skip
    assert "Күні түзетілді" in page.get_element_by_id("corrections").text_content()


def test_ended_source_tells_its_time_and_its_successor(client):
    successor = make_source(slug="quryltai", name_kk="Құрылтай")
    make_source(slug="senat", active_from="1996-01-30", active_until="2026-06-30", successor=successor)

    page = client.get("/sources/senat/").content.decode()

    assert [text in page for text in ("30 Қаңтар, 1996 – 30 Маусым, 2026", "Құрылтай", "/sources/quryltai/")] == [
        True
    ] * 3


@pytest.mark.parametrize("path", ["/news/?before=x", "/archive/2026/13/", "/archive/2026/2/30/", "/archive/0999/"])
def test_address_of_nothing_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_nothing_but_an_article_and_its_text_is_left_of_a_page_to_reading_machines(client):
    """They throw away what every such machine does, with all that it holds."""
    Term.objects.create(name_en="maslikhat", explanation_en="A local body.", name_kk="мәслихат", name_ru="маслихат")
    make_rate("USD", timezone.localdate(), "500")
    shared = {"topics": [make_topic()], "people": [make_person()], "source": make_source(short_name_en="Senate")}
    make_article("en", **shared)
    article = make_article(
        "en", title_en="Title", lead_en="Lead.", byline_en="By us", body_en="<p>A maslikhat got $5.</p>", **shared
    )

    with override("en"):
        page = document_fromstring(client.get(article.get_absolute_url()).text)
        day = date_format(timezone.localtime(article.publish_at))
    main = page.get_element_by_id("begin")
    for each in main.xpath(".//footer | .//aside | .//button"):
        each.drop_tree()
    (text,) = main.find_class("article-body")

    assert text.text_content().strip() == "A maslikhat got $5."
    assert main.text_content().split() == f"Senate {day} Title Read 0 times Lead. A maslikhat got $5. By us".split()


def test_feed_goes_on_to_the_last_article_and_shows_each_once(client):
    articles = [make_article(publish_at=timezone.now() - timedelta(hours=number)) for number in range(1, 46)]
    seen, path = [], "/news/"
    while path:
        context = client.get(path).context
        seen += context["articles"]
        path = context["next_cursor"] and f"/news/?before={context['next_cursor']}"

    assert seen == articles
