"""One feed in three formats, each read back by a parser of its own."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest

from news.syndication import feed_formats as formats

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
MOMENT = datetime(2024, 3, 7, 15, 0, tzinfo=timezone(timedelta(hours=5)))

ENTRY = formats.FeedEntry(
    id="urn:uuid:1",
    url="https://portal.example/news/1-zan/",
    title="Заң & <тәртіп>",
    summary="Қысқаша",
    html="<p>Мәтін</p>",
    published=MOMENT,
    updated=MOMENT + timedelta(hours=1),
    author="Асан",
    source=formats.SourceFeed("Сенат", "https://portal.example/senat/", "https://portal.example/senat/feed.rss"),
    topics=["Заң", "Сот"],
    picture=formats.Enclosure("https://portal.example/1.jpg", "image/jpeg", 1234),
)
FEED = formats.Feed(
    id="urn:uuid:0",
    url="https://portal.example/feed",
    page="https://portal.example/news/",
    language="kk",
    title="Барлық жаңалық",
    description="Жаңалықтар",
    publisher="Парламент",
    icon="https://portal.example/icon.png",
    updated=MOMENT,
    entries=[ENTRY],
    hub="https://hub.example/",
)


def test_atom_has_everything():
    feed = ElementTree.fromstring(formats.as_atom(FEED))

    (entry,) = feed.findall(f"{ATOM}entry")
    assert {each.get("rel"): each.get("href") for each in feed.findall(f"{ATOM}link")} == {
        "self": FEED.url,
        "alternate": FEED.page,
        "hub": FEED.hub,
    }
    assert entry.findtext(f"{ATOM}title") == ENTRY.title
    assert entry.findtext(f"{ATOM}published") == "2024-03-07T10:00:00Z"
    assert entry.findtext(f"{ATOM}updated") == "2024-03-07T11:00:00Z"
    assert entry.findtext(f"{ATOM}content") == ENTRY.html
    assert [each.get("term") for each in entry.findall(f"{ATOM}category")] == ["Заң", "Сот"]
    assert [each.get("length") for each in entry.findall(f"{ATOM}link") if each.get("rel") == "enclosure"] == ["1234"]


def test_rss_has_everything():
    channel = ElementTree.fromstring(formats.as_rss(FEED)).find("channel")

    (item,) = channel.findall("item")
    assert channel.findtext("link") == FEED.page
    assert channel.findtext("lastBuildDate") == "Thu, 07 Mar 2024 15:00:00 +0500"
    assert item.findtext("title") == ENTRY.title
    assert item.findtext("guid") == ENTRY.id
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.findtext(f"{CONTENT}encoded") == ENTRY.html
    assert [each.text for each in item.findall("category")] == ["Заң", "Сот"]
    assert item.find("enclosure").attrib == {"url": ENTRY.picture.url, "type": "image/jpeg", "length": "1234"}


def test_json_has_everything():
    feed = json.loads(formats.as_json(FEED))

    (item,) = feed["items"]
    assert feed["hubs"] == [{"type": "WebSub", "url": FEED.hub}]
    assert item["title"] == ENTRY.title
    assert item["content_html"] == ENTRY.html
    assert item["date_published"] == "2024-03-07T10:00:00Z"
    assert item["tags"] == ["Заң", "Сот"]
    assert item["attachments"] == [{"url": ENTRY.picture.url, "mime_type": "image/jpeg", "size_in_bytes": 1234}]


@pytest.mark.parametrize(("content_type", "write"), formats.FORMATS.values(), ids=formats.FORMATS)
def test_what_a_feed_does_not_have_is_not_there(content_type, write):
    bare = replace(FEED, hub="", entries=[replace(ENTRY, topics=(), picture=None)])

    content = write(bare).decode()

    words = ("hub", "category", "tags", "enclosure", "attachments", "image/jpeg")
    assert [word for word in words if word in write(FEED).decode()] != []
    assert [word for word in words if word in content] == []


@pytest.mark.parametrize("write", [formats.as_atom, formats.as_rss])
def test_characters_that_xml_cannot_hold_are_left_out(write):
    content = write(replace(FEED, title="а\x00б\x0bв\uffff", url="https://portal.example/\x01"))

    assert ElementTree.fromstring(content) is not None
    assert "абв" in content.decode()


def test_opml_has_its_feeds_in_groups():
    link = formats.FeedLink("Сенат", "https://portal.example/feed.rss", "https://portal.example/")

    body = ElementTree.fromstring(formats.as_opml("Тізім", {"Палаталар": [link], "Тақырыптар": []})).find("body")

    assert [(group.get("text"), len(group)) for group in body] == [("Палаталар", 1), ("Тақырыптар", 0)]
    assert body[0][0].attrib == {"text": "Сенат", "type": "rss", "xmlUrl": link.url, "htmlUrl": link.page}


def test_timestamp_is_in_utc_without_fractions():
    assert formats.timestamp(datetime(2024, 3, 7, 10, 0, 1, 999, tzinfo=UTC)) == "2024-03-07T10:00:01Z"
