"""What the list of articles shows of an article's status and languages."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.admin import site
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news.admin import article_list
from news.models import Article, HitTotal
from news.search.indexing import index_articles
from tests.support.article_admin import (
    CHIEF,
    LIST,
    listed_pks,
    sign_in,
)
from tests.support.factories import (
    make_article,
    make_articles,
    make_image,
    make_person,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

PAST, FUTURE = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)


def stored(article: Article) -> Article:
    """As the list reads it."""
    request = RequestFactory().get("/")
    request.user = make_user(is_superuser=True)
    return site.get_model_admin(Article).get_queryset(request).get(pk=article.pk)


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"status": "draft"}, "Қаралама"),
        ({"status": "approved", "publish_at": None}, "Мақұлданған"),
        ({"status": "approved", "publish_at": FUTURE}, "Жоспарланған"),
        ({"status": "approved", "publish_at": PAST}, "Жарияланған"),
        ({"status": "withdrawn", "publish_at": PAST, "deleted_at": PAST}, "Себетте"),
    ],
)
def test_badge_tells_the_status_at_this_moment(fields, label):
    badge = article_list.status_badge(stored(make_article(**fields)))

    assert f">{label}</span>" in badge
    assert badge.count("</span>") == 1


def test_badge_tells_that_a_newer_text_waits():
    badge = article_list.status_badge(stored(make_article(pending="review")))

    assert ">Жарияланған</span>" in badge
    assert ">Жаңа мәтіні күтіп тұр: Қаралуын күтуде</span>" in badge


def test_languages_are_links_only_when_readers_have_the_article():
    public, draft = make_article("kk ru"), make_article("kk ru", status="draft")

    assert article_list.language_links(draft) == ["kk", "ru"]
    assert article_list.language_links(public) == [
        f'<a href="/news/{public.pk}-{public.slug_kk}/" hreflang="kk">kk</a>',
        f'<a href="/ru/news/{public.pk}-{public.slug_ru}/" hreflang="ru">ru</a>',
    ]


def test_deleted_article_lies_in_the_bin(client):
    article = make_article(status="draft", publish_at=None)
    sign_in(client, *CHIEF, "news.delete_article")

    client.post(f"{LIST}{article.pk}/delete/", {"post": "yes"})
    in_the_bin = listed_pks(client.get(f"{LIST}?status=bin"))
    client.post(f"{LIST}do/undelete/?ids={article.pk}")

    article.refresh_from_db()
    assert in_the_bin == {article.pk}
    assert article.deleted_at is None


@time_machine.travel(datetime(2026, 11, 15, 12, tzinfo=UTC))  # no month begins meanwhile
def test_list_asks_the_same_number_of_queries_for_one_article_and_for_a_hundred(client, monkeypatch):
    monkeypatch.setattr("news.admin.articles.ArticleAdmin.list_per_page", 200)
    sign_in(client, *CHIEF)
    topic, person, cover = make_topic(), make_person(), make_image()
    first = make_article(topics=[topic], people=[person], cover=cover)
    client.get(LIST)

    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    moments = [timezone.now() - timedelta(minutes=number) for number in range(1, 100)]
    more = make_articles(moments, "kk ru en", source=first.source, cover=cover, topics=[topic])
    HitTotal.objects.bulk_create(HitTotal(article=article, counted=5) for article in more)
    with CaptureQueriesContext(connection) as hundred:
        response = client.get(LIST)

    assert len(listed_pks(response)) == 100
    assert len(hundred) == len(one)


def test_list_does_not_fetch_the_texts(client):
    make_article()
    sign_in(client, *CHIEF)

    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)

    assert [query["sql"] for query in queries if "body_kk" in query["sql"]] == []


def test_list_tells_a_scheduled_article_from_a_published_one(client):
    published = make_article()
    scheduled = make_article(publish_at=timezone.now() + timedelta(hours=1))
    draft = make_article(status="draft")
    withdrawn = make_article(status="withdrawn")
    sign_in(client, *CHIEF)

    found = {
        status: listed_pks(client.get(f"{LIST}?status={status}"))
        for status in ("draft", "scheduled", "published", "withdrawn")
    }

    assert found == {
        "draft": {draft.pk},
        "scheduled": {scheduled.pk},
        "published": {published.pk},
        "withdrawn": {withdrawn.pk},
    }


def test_list_leads_to_the_public_page_in_each_language_once_there_is_one(client):
    make_article("kk ru", title_kk="Тақырып", slug_kk="a", slug_ru="b", pk=41)
    make_article("kk en", publish_at=timezone.now() + timedelta(hours=1))
    sign_in(client, *CHIEF)

    html = client.get(LIST).content.decode()

    assert html.count("hreflang=") == 2
    assert '<a href="/news/41-a/" hreflang="kk">kk</a>' in html
    assert '<a href="/ru/news/41-b/" hreflang="ru">ru</a>' in html


def test_list_offers_the_years_of_its_articles_and_then_the_months(client):
    make_article(publish_at=datetime(2022, 12, 31, 20, tzinfo=UTC))  # already 2023 in Kazakhstan
    last = make_article(publish_at=datetime(2025, 5, 1, tzinfo=UTC))
    sign_in(client, *CHIEF)

    years = client.get(LIST).context["cl"].dates()["choices"]
    of_2025 = client.get(f"{LIST}{years[-1]['link']}")

    assert [year["title"] for year in years] == ["2023", "2024", "2025"]
    assert listed_pks(of_2025) == {last.pk}
    assert of_2025.context["cl"].dates()["back"] == {"title": "Барлық күн", "link": "?"}
    assert of_2025.context["cl"].dates()["choices"] == [
        {"title": "Мамыр 2025", "link": "?publish_at__month=5&publish_at__year=2025"}
    ]


def test_list_finds_articles_without_a_language(client):
    make_article("kk ru")
    only_kazakh = make_article("kk")
    sign_in(client, *CHIEF)

    assert listed_pks(client.get(f"{LIST}?missing=ru")) == {only_kazakh.pk}


@pytest.mark.parametrize("words", ["бюджет", "расходы", "spending"])
def test_list_is_searched_in_every_language(client, words):
    found = make_article("kk ru en", title_kk="туралы бюджет", lead_ru="новые расходы", title_en="on spending")
    draft = make_article(status="draft", publish_at=None, title_kk="Бюджеттің жобасы")
    index_articles([found.pk, draft.pk, make_article("kk ru en").pk])
    sign_in(client, *CHIEF)

    expected = {found.pk, draft.pk} if words == "бюджет" else {found.pk}
    assert listed_pks(client.get(LIST, {"q": words})) == expected


def test_list_shows_the_readings_of_an_article(client):
    article = make_article()
    HitTotal.objects.create(article=article, counted=65, brought=1000)
    sign_in(client, *CHIEF)

    assert '<td class="field-hits">1,065</td>' in client.get(LIST).content.decode()
