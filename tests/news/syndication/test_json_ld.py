"""JSON-LD and the tags for messengers: what a machine reads of a page is what a person reads there."""

import json
import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import translation

from news.editorial import workflow
from news.share_cards import article as article_cards
from tests.support.factories import (
    make_article,
    make_image,
    make_person,
    make_source,
    make_topic,
    make_user,
    write_newer,
)

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
SITE = settings.SITE_URL


def graph(client, path: str) -> list[dict]:
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(path).text, re.DOTALL)
    assert len(blocks) == 1
    data = json.loads(blocks[0])
    assert {each.pop("@context") for each in data} == {"https://schema.org"}
    return data


def test_article_is_described_whole(client):
    source = make_source(slug="senat", name_kk="Парламент Сенаты", short_name_kk="Сенат")
    cover = make_image(caption_kk="Мәжіліс залы", credit_kk="А. Үсенов")
    topics, people = [make_topic(slug="zan", name_kk="Заң шығару")], [make_person(slug="deputat", name_kk="Асан")]
    with time_machine.travel(NOW, tick=False):
        article = make_article(
            source=source, cover=cover, topics=topics, people=people, title_kk="Тақырып", lead_kk="Қысқаша",
            byline_kk="Баспасөз қызметі", dateline_kk="Астана", publish_at=NOW - timedelta(days=1),
        )  # fmt: skip
        workflow.correct(write_newer(article), by=make_user("news.publish_article"), notes={"kk": "Күн қате еді"})

        found, breadcrumbs = graph(client, article.get_absolute_url())

    address = SITE + article.get_absolute_url()
    publisher = found.pop("publisher")
    assert found == {
        "@type": "NewsArticle",
        "@id": f"{address}#article",
        "mainEntityOfPage": address,
        "headline": "Тақырып",
        "description": "Қысқаша",
        "inLanguage": "kk",
        "datePublished": "2026-11-24T12:00:00+05:00",
        "dateModified": "2026-11-25T12:00:00+05:00",
        "author": {"@type": "GovernmentOrganization", "name": "Парламент Сенаты", "url": f"{SITE}/sources/senat/"},
        "creditText": "Баспасөз қызметі",
        "locationCreated": {"@type": "Place", "name": "Астана"},
        "isAccessibleForFree": True,
        "articleSection": "Заң шығару",
        "keywords": ["Заң шығару"],
        "about": [{"@type": "Person", "name": "Асан", "url": f"{SITE}/people/deputat/"}],
        "image": {
            "@type": "ImageObject",
            "url": SITE + cover.share_src,
            "width": cover.share_size[0],
            "height": cover.share_size[1],
            "caption": "Мәжіліс залы",
            "creditText": "А. Үсенов",
        },
        "correction": [
            {"@type": "CorrectionComment", "text": "Күн қате еді", "datePublished": "2026-11-25T12:00:00+05:00"}
        ],
    }
    assert publisher["name"] == "Парламент жаңалықтары"
    assert publisher["logo"]["width"] == 180
    assert [(step["position"], step["name"], step["item"]) for step in breadcrumbs["itemListElement"]] == [
        (1, "Парламент жаңалықтары", f"{SITE}/"),
        (2, "Сенат", f"{SITE}/sources/senat/"),
        (3, "Тақырып", address),
    ]


def test_headline_cannot_break_out(client):
    title = '</script><script>alert(1)</script> «Заң» & "бап" <!--'
    article = make_article(title_kk=title)

    page = client.get(article.get_absolute_url()).text
    found, _breadcrumbs = graph(client, article.get_absolute_url())

    assert found["headline"] == title
    assert "<script>alert" not in page
    assert page.count("<!--") == 0


@pytest.mark.parametrize("prefix", ["", "/ru", "/en"])
def test_other_pages_say_what_they_are(client, prefix):
    make_source(slug="senat", active_until="2026-06-30", emblem=make_image(), site_url="https://senate.example/")
    make_topic(slug="zan")
    make_person(slug="deputat", photograph=make_image(), office_kk="Сенатор", office_ru="Сенатор", office_en="Senator")

    types = {
        path: [thing["@type"] for thing in graph(client, prefix + path)]
        for path in ("/", "/news/", "/sources/senat/", "/topics/zan/", "/people/deputat/")
    }

    assert types == {
        "/": ["WebSite"],
        "/news/": ["BreadcrumbList"],
        "/sources/senat/": ["GovernmentOrganization", "BreadcrumbList"],
        "/topics/zan/": ["BreadcrumbList"],
        "/people/deputat/": ["Person", "BreadcrumbList"],
    }
    search = graph(client, f"{prefix}/")[0]["potentialAction"]["target"]["urlTemplate"]
    assert search == f"{SITE}{prefix}/search/?q={{search_term_string}}"
    source = graph(client, f"{prefix}/sources/senat/")[0]
    assert source["dissolutionDate"] == "2026-06-30"
    assert source["sameAs"] == "https://senate.example/"


def test_messenger_finds_title_picture_and_times(client):
    article = make_article(
        "kk ru", title_ru="Заголовок", lead_ru="Кратко", cover=make_image(), topics=[make_topic(slug="zan")]
    )

    with translation.override("ru"):
        card = article_cards.card_address(article)

    page = client.get(f"/ru/news/{article.pk}-{article.slug_ru}/").text
    tags = dict(re.findall(r'<meta (?:property|name)="((?:og|article|twitter):[^"]+)" content="([^"]*)"', page))

    moment = article.publish_at.astimezone(NOW.tzinfo).isoformat()
    wanted = {
        "og:type": "article",
        "og:title": "Заголовок",
        "og:description": "Кратко",
        "og:url": f"{SITE}/ru/news/{article.pk}-{article.slug_ru}/",
        "og:image": SITE + card,
        "article:published_time": moment,
        "article:modified_time": moment,
        "article:tag": "zan",
        "twitter:card": "summary_large_image",
    }
    assert {name: tags.get(name) for name in wanted} == wanted
