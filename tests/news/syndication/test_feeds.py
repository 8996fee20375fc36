"""Feeds: strictly valid, whole, honest about what became of an article, and silent about what nobody may know."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import feedparser
import pytest
import time_machine
from django.conf import settings as project
from lxml import etree
from reader import make_reader

from news.editorial import revisions, workflow
from news.editorial.content import read_content
from news.models import Article, Correction
from news.search.indexing import index_articles
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
ATOM = {"atom": "http://www.w3.org/2005/Atom"}
SCHEMAS = project.BASE_DIR / "tests" / "samples" / "schemas"
RSS_PARSER = project.BASE_DIR / "var" / "tools" / "node_modules" / "rss-parser"
FEEDS = ["", "/sources/senat", "/topics/zan", "/people/deputat"]
OUTSIDE = '<a href="https://example.org/?a=1&amp;b=2" rel="noopener">басқамен</a>'
AWKWARD = "«Заң» & <тәртіп> \"бап\" 'тармақ' ]]>"


@pytest.fixture
def article() -> Article:
    """In everything that has a feed, with all that an entry may have."""
    return make_article(
        "kk ru en",
        source=make_source(slug="senat", name_kk="Парламент Сенаты"),
        topics=[make_topic(slug="zan", name_kk="Заң шығару")],
        people=[make_person(slug="deputat")],
        cover=make_image(),
        title_kk=AWKWARD,
        lead_kk="Қысқаша",
        byline_kk="Асан Үсенов",
        body_kk=f'<p>Мәтін <a href="/news/">сілтемемен</a> және {OUTSIDE}.</p>',
        publish_at=NOW - timedelta(hours=1),
    )


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def entries(client, folder: str = "") -> list[dict]:
    return client.get(f"{folder}/feed.json").json()["items"]


@pytest.mark.parametrize("folder", [*FEEDS, "/ru", "/en"])
def test_feed_is_valid_by_the_letter(client, article, folder, settings):
    settings.WEBSUB_HUB = "https://hub.example/"
    make_article("kk ru en", source=article.source)
    withdraw(make_article("kk ru en", source=article.source, topics=article.topics.all(), people=article.people.all()))

    atom = etree.fromstring(client.get(f"{folder}/feed.atom").content)
    rss = etree.fromstring(client.get(f"{folder}/feed.rss").content)
    feed = client.get(f"{folder}/feed.json").json()

    etree.RelaxNG(etree.parse(SCHEMAS / "atom.rng")).assertValid(atom)
    # What the RFC asks beyond its grammar.
    assert (
        atom.xpath("//atom:entry[not(atom:author)] | //atom:entry[not(atom:link[@rel='alternate'])]", namespaces=ATOM)
        == []
    )
    assert rss_faults(rss) == []
    assert json_faults(feed) == []
    assert len(feed["items"]) == len(rss.findall("channel/item")) == len(atom.findall("atom:entry", ATOM)) > 1


def rss_faults(rss: etree._Element) -> list[str]:
    """By the RSS 2.0 specification and the RSS Board's best practices."""
    (channel,) = rss.findall("channel")
    faults = [] if (rss.tag, rss.get("version")) == ("rss", "2.0") else ["not RSS 2.0"]
    faults += [name for name in ("title", "link", "description", "language") if len(channel.findall(name)) != 1]
    faults += [] if parsedate_to_datetime(channel.findtext("lastBuildDate")).tzinfo else ["lastBuildDate"]
    (self_link,) = channel.xpath("atom:link[@rel='self']", namespaces=ATOM)
    faults += [] if self_link.get("href").endswith(".rss") else ["self link"]
    known = {"title", "link", "guid", "pubDate", "source", "category", "enclosure", "description"}
    for item in channel.findall("item"):
        plain = [child.tag for child in item if not child.tag.startswith("{")]
        once = [tag for tag in plain if tag != "category"]
        faults += [] if set(plain) <= known and len(once) == len(set(once)) else [str(plain)]
        faults += [] if item.find("guid").get("isPermaLink") == "false" else ["guid"]
        faults += [] if parsedate_to_datetime(item.findtext("pubDate")).tzinfo else ["pubDate"]
        faults += [
            "enclosure"
            for enclosure in item.findall("enclosure")
            if sorted(enclosure.keys()) != ["length", "type", "url"] or not enclosure.get("length").isdecimal()
        ]
    return faults


def json_faults(feed: dict) -> list[str]:
    """By the JSON Feed 1.1 specification."""
    address, moment = re.compile(r"https?://\S+"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
    top = {
        "version",
        "title",
        "description",
        "home_page_url",
        "feed_url",
        "language",
        "icon",
        "authors",
        "items",
        "hubs",
    }
    known = {
        "id", "url", "title", "summary", "content_html", "date_published", "date_modified", "authors", "tags", "image",
        "attachments",
    }  # fmt: skip
    faults = (
        [] if feed["version"] == "https://jsonfeed.org/version/1.1" and set(feed) == top else [str(set(feed) ^ top)]
    )
    ids = [item["id"] for item in feed["items"]]
    faults += [] if len(ids) == len(set(ids)) and all(isinstance(each, str) for each in ids) else ["ids"]
    for item in feed["items"]:
        faults += [] if set(item) <= known and item["content_html"] else [str(set(item) - known)]
        faults += [name for name in ("url", "image") if name in item and not address.fullmatch(item[name])]
        faults += [name for name in ("date_published", "date_modified") if not moment.fullmatch(item[name])]
        faults += ["authors" for author in item["authors"] if not author["name"]]
        faults += [
            "attachments" for each in item.get("attachments", []) if set(each) != {"url", "mime_type", "size_in_bytes"}
        ]
    return faults


def test_feed_readers_of_others_read_the_same(client, article, tmp_path):
    cover = article.cover.address(320, "jpg")
    length = len(client.get(cover).content)
    wanted = {
        "title": AWKWARD,
        "author": "Асан Үсенов",
        "published": article.publish_at,
        "body": f'<p>Мәтін <a href="{project.SITE_URL}/news/">сілтемемен</a> және {OUTSIDE}.</p>',
        "picture": (project.SITE_URL + cover, "image/jpeg", length),
    }
    read = {}
    for form in ("rss", "atom", "json"):
        content = client.get(f"/feed.{form}").content
        (tmp_path / f"feed.{form}").write_bytes(content)
        if form != "json":
            read[f"feedparser {form}"] = by_feedparser(content)
        read[f"reader {form}"] = by_reader(tmp_path / f"feed.{form}")
        if RSS_PARSER.exists() and shutil.which("node") and form == "rss":  # it knows no other enclosures
            read[f"rss-parser {form}"] = by_rss_parser(tmp_path / f"feed.{form}")

    assert {name: found for name, found in read.items() if found != wanted} == {}


def by_feedparser(content: bytes) -> dict:
    parsed = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo
    (entry,) = parsed.entries
    (enclosure,) = entry.enclosures
    return {
        "title": entry.title,
        "author": entry.authors[0].name,
        "published": datetime(*entry.published_parsed[:6], tzinfo=UTC),
        "body": entry.content[0].value,
        "picture": (enclosure.href, enclosure.type, int(enclosure.length)),
    }


def by_reader(path) -> dict:
    with make_reader(":memory:", feed_root=str(path.parent)) as reader:
        reader.add_feed(path.name)
        reader.update_feeds()
        (entry,) = reader.get_entries()
        (enclosure,) = entry.enclosures
    return {
        "title": entry.title,
        "author": entry.authors[0].name,
        "published": entry.published,
        "body": entry.get_content(prefer_summary=False).value,
        "picture": (enclosure.href, enclosure.type, enclosure.length),
    }


def by_rss_parser(path) -> dict:
    script = (
        f"const Parser = require({json.dumps(str(RSS_PARSER))});"
        f"new Parser().parseString(require('fs').readFileSync({json.dumps(str(path))}, 'utf8'))"
        ".then(feed => console.log(JSON.stringify(feed.items)))"
    )
    output = subprocess.run(["node", "-e", script], check=True, capture_output=True, text=True).stdout
    (item,) = json.loads(output)
    enclosure = item["enclosure"]
    return {
        "title": item["title"],
        "author": item.get("creator") or item.get("author"),
        "published": datetime.fromisoformat(item["isoDate"]),
        "body": item.get("content:encoded") or item["content"],
        "picture": (enclosure["url"], enclosure["type"], int(enclosure["length"])),
    }


def test_id_of_an_entry_survives_new_addresses(client, article):
    before = [entry["id"] for entry in entries(client)]
    urls = set()

    for number in range(5):
        article.slug_kk = f"zhana-{number}"
        article.save()
        (entry,) = entries(client)
        urls.add(entry["url"])
        assert [entry["id"]] == before

    assert len(urls) == 5
    assert entries(client, "/ru")[0]["id"] != before[0]


def test_correction_is_told_even_when_newer_articles_have_pushed_it_out(client, article):
    for number in range(31):
        make_article(publish_at=NOW - timedelta(minutes=number), source=article.source)
    assert AWKWARD not in [entry["title"] for entry in entries(client)]

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        chief = make_user("news.publish_article")
        article.refresh_from_db()
        workflow.correct(write_newer(article), by=chief, notes={"kk": "Күн қате еді", "ru": "Дата", "en": "The date"})
        told = [entry for entry in entries(client) if entry["title"] == AWKWARD]

    assert [(entry["date_published"], entry["date_modified"]) for entry in told] == [
        ("2026-11-25T06:00:00Z", "2026-11-25T07:01:00Z")
    ]
    assert "Күн қате еді" in told[0]["content_html"]
    with time_machine.travel(NOW + timedelta(days=32), tick=False):
        assert AWKWARD not in [entry["title"] for entry in entries(client)]


def test_text_that_waits_beside_a_published_one_changes_nothing(client, article):
    before = client.get("/feed.json").content

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        content = read_content(article) | {"title_kk": "Жаңа атау"}
        revisions.save(article, content, by=make_user("news.change_article"))
        workflow.submit(article, by=make_user("news.change_article"))

        assert client.get("/feed.json").content == before


def withdraw(article: Article) -> None:
    reasons = {code: f"Себебі: {code}" for code in article.languages}
    workflow.withdraw(article, by=make_user("news.publish_article"), reasons=reasons)


def test_withdrawal_is_told_in_the_place_of_the_text(client, article):
    (before,) = entries(client)
    never_public = make_article(source=article.source, publish_at=NOW + timedelta(hours=1))

    withdraw(article)
    withdraw(never_public)

    (told,) = entries(client)
    assert told["id"] == before["id"]
    assert told["title"] == "Бұл мақала кері қайтарып алынды"
    assert told["content_html"] == "<p>Себебі: kk</p>"
    assert client.get(told["url"].removeprefix(project.SITE_URL)).status_code == 410
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        assert entries(client) == []


def test_feed_begins_to_tell_of_an_article_on_its_second(client):
    make_article(title_kk="Уақыты келді", publish_at=NOW + timedelta(hours=1))

    seen = []
    for moment in (NOW + timedelta(minutes=59, seconds=59), NOW + timedelta(hours=1)):
        with time_machine.travel(moment, tick=False):
            seen.append(
                [
                    len(entries(client)),
                    *("Уақыты" in client.get(f"/feed.{form}").content.decode() for form in ("rss", "atom")),
                ]
            )

    assert seen == [[0, False, False], [1, True, True]]


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_feed_that_has_not_changed_is_not_sent_again(client, article, form):
    first = client.get(f"/feed.{form}")

    by_tag = client.get(f"/feed.{form}", headers={"If-None-Match": first.headers["ETag"]})
    article.title_kk = "Басқа"
    article.save()
    after = client.get(f"/feed.{form}", headers={"If-None-Match": first.headers["ETag"]})

    assert by_tag.status_code == 304
    assert after.status_code == 200
    assert "Last-Modified" not in first.headers


def test_hub_is_named_where_one_is_set(client, article, settings):
    assert "hub" not in client.get("/feed.atom").content.decode()

    settings.WEBSUB_HUB = "https://hub.example/"

    assert '<link rel="hub" href="https://hub.example/" />' in client.get("/feed.atom").content.decode()
    assert '<atom:link rel="hub" href="https://hub.example/" />' in client.get("/feed.rss").content.decode()
    response = client.get("/feed.json")
    assert response.json()["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert response.headers["Link"] == f'<https://hub.example/>; rel="hub", <{project.SITE_URL}/feed.json>; rel="self"'


def test_picture_without_a_file_does_not_break_the_feed(client, article):
    shutil.rmtree(project.MEDIA_ROOT)

    (entry,) = entries(client)

    assert entry["title"] == AWKWARD
    assert "attachments" not in entry


def test_opml_lists_every_feed(client, article):
    lists = etree.fromstring(client.get("/ru/feeds.opml").content)

    addresses = [outline.get("xmlUrl") for outline in lists.iter("outline") if outline.get("type") == "rss"]

    assert addresses == [f"{project.SITE_URL}/ru{folder}/feed.rss" for folder in FEEDS]
    assert [client.get(address.removeprefix(project.SITE_URL)).status_code for address in addresses] == [200] * 4


def test_derived_edition_has_feeds_in_its_letters(client, article):
    (entry,) = entries(client, "/kk-latn")
    feed = client.get("/kk-latn/feed.atom").text
    lists = client.get("/kk-latn/feeds.opml").text

    assert entry["summary"] == "Qysqaşa"
    assert entry["authors"][0]["name"] == "Asan Üsenov"
    assert entry["url"] == f"{project.SITE_URL}/kk-latn{article.get_absolute_url()}"
    assert f'<a href="{project.SITE_URL}/news/">sıltememen</a>' in entry["content_html"]
    assert re.findall("[А-Яа-яӘәҚқ]+", entry["content_html"] + feed + lists) == []
    etree.RelaxNG(etree.parse(SCHEMAS / "atom.rng")).assertValid(etree.fromstring(feed.encode()))


def test_feed_of_nothing_is_not_found(client):
    assert [client.get(f"/{kind}/x/feed.rss").status_code for kind in ("sources", "topics", "people")] == [404] * 3
    assert client.get("/feed.xml").status_code == 404


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_search_has_a_feed_of_the_newest_that_readers_may_know(client, form):
    topic = make_topic(slug="zan", name_kk="Заң шығару")
    found = [
        make_article(title_kk=f"Су кодексі {hours}", topics=[topic], publish_at=NOW - timedelta(hours=hours))
        for hours in (2, 1)
    ]
    others = [
        make_article(title_kk="Су кодексі туралы", publish_at=NOW - timedelta(hours=1)),
        make_article(title_kk="Орман кодексі", topics=[topic], publish_at=NOW - timedelta(hours=1)),
        make_article(title_kk="Судың жобасы", topics=[topic], status="draft"),
        make_article(title_kk="Судың ертеңі", topics=[topic], publish_at=NOW + timedelta(seconds=1)),
        make_article(title_kk="Су алынды", topics=[topic], status="withdrawn", withdrawn_at=NOW),
    ]
    index_articles([each.pk for each in [*found, *others]])
    address = f"/search/feed.{form}?q={quote('судың')}&topic=zan"

    answer = client.get(f"{address}&utm_source=x")
    feed = feedparser.parse(answer.content) if form != "json" else None
    titles = [each.title for each in feed.entries] if feed else [each["title"] for each in answer.json()["items"]]
    own = next(link.href for link in feed.feed.links if link.rel == "self") if feed else answer.json()["feed_url"]
    kept = client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code

    assert titles == ["Су кодексі 1", "Су кодексі 2"]
    assert own == project.SITE_URL + address
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert kept == 304
    assert f'href="{address.replace("&", "&amp;")}"' in client.get(address.replace(f"feed.{form}", "")).text
    with time_machine.travel(NOW + timedelta(seconds=1), tick=False):
        assert client.get(address).text.count("Судың ертеңі") > 0


def test_feed_of_a_search_for_nothing_is_not_found(client):
    make_topic(slug="zan")
    asked = ["", "?q=", "?q=-law", "?topic=zan", "?q=law&topic=none", "?q=law&from=2026-02-30"]

    assert [client.get(f"/search/feed.rss{each}").status_code for each in asked] == [404] * len(asked)


@pytest.mark.parametrize("folder", FEEDS)
def test_feed_takes_six_queries_however_many_articles_there_are(client, article, folder, django_assert_max_num_queries):
    taken = []
    shared = {"source": article.source, "topics": article.topics.all(), "people": article.people.all()}
    for number in (1, 12):
        for _ in range(number):
            Correction.objects.create(article=make_article(cover=article.cover, **shared), note_kk="Түзетілді")
        with django_assert_max_num_queries(6) as queries:
            client.get(f"{folder}/feed.atom")
        taken.append(len(queries))

    assert taken[0] == taken[1]


def test_feed_of_a_search_takes_as_many_queries_for_many_articles(client, django_assert_max_num_queries):
    taken = []
    for number in (1, 40):
        index_articles(
            [make_article(title_kk="Су кодексі", publish_at=NOW - timedelta(hours=1)).pk for _ in range(number)]
        )
        with django_assert_max_num_queries(13) as queries:
            client.get("/search/feed.rss?q=" + quote("су"))
        taken.append(len(queries))

    assert taken[0] >= taken[1]  # PostgreSQL looks further where it finds few
