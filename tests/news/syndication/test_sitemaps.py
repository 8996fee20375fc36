"""Sitemaps: valid, within their limits, true about time, and of what exists only."""

from datetime import datetime, timedelta
from itertools import count

import pytest
import time_machine
from django.conf import settings
from lxml import etree

from news.editorial import workflow
from news.models import Article
from news.syndication import sitemaps
from tests.support.factories import make_article, make_person, make_source, make_topic, make_user, write_newer

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
NAMES = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}
numbers = count(1)
SCHEMA = etree.XMLSchema(etree.parse(settings.BASE_DIR / "tests" / "samples" / "schemas" / "sitemap.xsd"))


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def read(client, path: str) -> etree._Element:
    """A sitemap that keeps to the schema."""
    document = etree.fromstring(client.get(path).content)
    SCHEMA.assertValid(document)
    return document


def addresses(document: etree._Element) -> list[str]:
    found = document.xpath("//map:loc/text()", namespaces=NAMES)
    assert all(address.startswith(settings.SITE_URL) for address in found)
    return [address.removeprefix(settings.SITE_URL) for address in found]


def parts(client) -> list[str]:
    return [path for path in addresses(read(client, "/sitemap.xml")) if path != "/sitemap-pages.xml"]


def at(moment: str, languages: str = "kk", **fields) -> Article:
    """In the first part, unless its number is given."""
    return make_article(languages, publish_at=datetime.fromisoformat(moment), **{"pk": next(numbers), **fields})


def test_index_names_the_parts_that_have_articles_in_a_language(client):
    at("2024-03-31T23:59:59+05:00", pk=1)
    at("2024-04-01T00:00:00+05:00", "kk ru", pk=5_001)
    at("2026-11-25T12:00:00+05:00", "en", pk=10_001)
    at("2026-12-01T00:00:00+05:00", pk=15_001)
    make_article(status="draft", publish_at=datetime.fromisoformat("2025-01-01T00:00:00+05:00"), pk=20_001)

    assert parts(client) == ["/sitemap-1.xml", "/sitemap-2.xml", "/ru/sitemap-2.xml", "/en/sitemap-3.xml"]


def test_index_of_a_site_without_articles_names_its_pages(client):
    assert addresses(read(client, "/sitemap.xml")) == ["/sitemap-pages.xml"]


def test_parts_hold_each_article_once(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "PART", 2)
    articles = [at("2026-11-01T10:00:00+05:00", pk=pk) for pk in (2, 3, 4, 7, 8)]

    listed = [addresses(read(client, part)) for part in parts(client)]

    assert [[int(path.split("/")[2].partition("-")[0]) for path in part] for part in listed] == [[2, 3], [4], [7], [8]]
    assert [path for part in listed for path in part] == [article.get_absolute_url() for article in articles]


def test_article_names_only_the_languages_it_exists_in(client):
    article = at("2026-11-01T10:00:00+05:00", "kk en")

    for prefix in ("", "/en"):
        (url,) = read(client, f"{prefix}/sitemap-1.xml").findall("map:url", NAMES)
        links = [(link.get("hreflang"), link.get("href")) for link in url.findall("xhtml:link", NAMES)]

        here = f"{settings.SITE_URL}{article.get_absolute_url()}"
        there = here.replace("/news/", "/en/news/")
        assert url.findtext("map:loc", namespaces=NAMES) == (there if prefix else here)
        assert links == [("kk", here), ("en", there)]
    assert client.get("/ru/sitemap-1.xml").status_code == 404


def test_lastmod_is_when_readers_got_something_new(client):
    article = at("2026-11-01T10:00:00+05:00")

    def lastmod() -> str:
        return read(client, "/sitemap-1.xml").findtext("map:url/map:lastmod", namespaces=NAMES)

    before = lastmod()
    article.save()
    untouched = lastmod()
    workflow.correct(write_newer(article), by=make_user("news.publish_article"), notes={"kk": "Күні"})

    assert before == "2026-11-01T05:00:00Z"
    assert untouched == "2026-11-01T05:00:00Z"
    assert lastmod() == "2026-11-25T07:00:00Z"


def test_pages_are_listed_in_each_language(client):
    make_source(slug="senat")
    make_topic(slug="zan")
    make_person(slug="deputat")

    listed = addresses(read(client, "/sitemap-pages.xml"))

    plain = ["/", "/news/", "/archive/", "/rates/", "/about/", "/privacy/"]
    plain += ["/sources/senat/", "/topics/zan/", "/people/deputat/"]
    assert sorted(listed) == sorted(prefix + path for prefix in ("", "/ru", "/en") for path in plain)
    assert {client.get(path).status_code for path in listed} == {200}


def test_news_are_those_of_two_days_and_no_more_than_a_thousand(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST_NEWS", 3)
    at("2026-11-23T11:59:59+05:00")
    old, middle = at("2026-11-23T12:00:00+05:00"), at("2026-11-24T12:00:00+05:00", "ru")
    new = at(NOW.isoformat(), title_kk="«Заң» & <тәртіп>")
    at("2026-11-25T12:00:01+05:00")

    document = read(client, "/sitemap-news.xml")
    first = [document.findtext(f"map:url/news:news/{name}", namespaces=NAMES) for name in (
        "news:publication/news:name", "news:publication/news:language", "news:publication_date", "news:title",
    )]  # fmt: skip
    at(NOW.isoformat())

    listed = [new.get_absolute_url(), f"/ru/news/{middle.pk}-{middle.slug_ru}/", old.get_absolute_url()]
    assert addresses(document) == listed
    assert first == ["Парламент жаңалықтары", "kk", "2026-11-25T07:00:00Z", "«Заң» & <тәртіп>"]
    assert len(addresses(read(client, "/sitemap-news.xml"))) == 3


def test_article_appears_in_sitemaps_on_its_second(client):
    article = at("2026-11-25T13:00:00+05:00")
    seen = []

    for moment in ("2026-11-25T12:59:59+05:00", "2026-11-25T13:00:00+05:00"):
        with time_machine.travel(moment, tick=False):
            part = client.get("/sitemap-1.xml")
            seen.append(
                (parts(client), part.status_code, article.get_absolute_url() in client.get("/sitemap-news.xml").text)
            )

    assert seen == [([], 404, False), (["/sitemap-1.xml"], 200, True)]


@pytest.mark.parametrize(
    "path", ["/sitemap-2.xml", "/sitemap-0.xml", f"/sitemap-{10**17}.xml", f"/sitemap-{10**20}.xml"]
)
def test_sitemap_that_cannot_be_is_not_found(client, path):
    at("2026-11-01T10:00:00+05:00")

    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemap-pages.xml", "/sitemap-1.xml", "/sitemap-news.xml"])
def test_sitemap_takes_six_queries_however_many_articles_there_are(client, path, django_assert_max_num_queries):
    taken = []
    for number in (1, 20):
        for each in range(number):
            make_article(
                "kk ru en",
                pk=next(numbers),
                publish_at=NOW - timedelta(hours=each, days=each * 90 if path == "/sitemap.xml" else 0),
            )
        with django_assert_max_num_queries(6) as queries:
            client.get(path)
        taken.append(len(queries))

    assert taken[0] == taken[1]


def test_robots_are_told_where_the_sitemaps_are(client):
    lines = client.get("/robots.txt").text.splitlines()

    assert [line for line in lines if line.startswith("Sitemap")] == [
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        f"Sitemap: {settings.SITE_URL}/sitemap-news.xml",
    ]
