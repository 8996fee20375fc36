"""Writes a feed as Atom (RFC 4287), RSS 2.0 or JSON Feed 1.1, all with the same content. Pure functions."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree

ATOM = "http://www.w3.org/2005/Atom"
NAMESPACES = {
    "atom": ATOM,
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold, not even escaped."""


@dataclass(frozen=True)
class Enclosure:
    """An article's cover as a file that comes with its entry."""

    url: str
    type: str
    length: int
    """In bytes."""


@dataclass(frozen=True)
class SourceFeed:
    """The source of an entry, as a feed of its own."""

    name: str
    url: str
    feed: str
    """The address of the source's own feed in the same format."""


@dataclass(frozen=True)
class FeedEntry:
    """An article in a feed."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    published: datetime
    updated: datetime
    author: str
    source: SourceFeed
    topics: Sequence[str] = ()
    picture: Enclosure | None = None


@dataclass(frozen=True)
class Feed:
    """A feed in any format."""

    id: str
    url: str
    """The address of the feed itself."""
    page: str
    """The address of the page with the same articles."""
    language: str
    title: str
    description: str
    publisher: str
    icon: str
    updated: datetime
    entries: Sequence[FeedEntry]
    hub: str = ""
    """The WebSub hub that notifies subscribers of changes; empty when there is none."""


def as_atom(channel: Feed) -> bytes:
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": channel.language})
    add_element(feed, "id", channel.id)
    add_element(feed, "title", channel.title)
    add_element(feed, "subtitle", channel.description)
    add_element(feed, "updated", timestamp(channel.updated))
    add_element(feed, "link", rel="self", type="application/atom+xml", href=channel.url)
    add_element(feed, "link", rel="alternate", type="text/html", href=channel.page)
    if channel.hub:
        add_element(feed, "link", rel="hub", href=channel.hub)
    add_element(add_element(feed, "author"), "name", channel.publisher)
    add_element(feed, "icon", channel.icon)
    for entry in channel.entries:
        add_atom_entry(add_element(feed, "entry"), entry)
    return serialize_xml(feed)


def add_atom_entry(element: ElementTree.Element, entry: FeedEntry) -> None:
    add_element(element, "id", entry.id)
    add_element(element, "title", entry.title)
    add_element(element, "link", rel="alternate", type="text/html", href=entry.url)
    add_element(element, "published", timestamp(entry.published))
    add_element(element, "updated", timestamp(entry.updated))
    # One author only: of several, feed readers show the first or the last.
    add_element(add_element(element, "author"), "name", entry.author)
    source = add_element(element, "source")
    add_element(source, "title", entry.source.name)
    add_element(source, "link", rel="self", type="application/atom+xml", href=entry.source.feed)
    for topic in entry.topics:
        add_element(element, "category", term=topic)
    if picture := entry.picture:
        add_element(element, "link", rel="enclosure", type=picture.type, length=str(picture.length), href=picture.url)
    add_element(element, "summary", entry.summary)
    add_element(element, "content", entry.html, type="html")


def as_rss(channel: Feed) -> bytes:
    namespaces = {f"xmlns:{prefix}": uri for prefix, uri in NAMESPACES.items()}
    rss = ElementTree.Element("rss", {"version": "2.0", **namespaces})
    element = add_element(rss, "channel")
    add_element(element, "title", channel.title)
    add_element(element, "link", channel.page)
    add_element(element, "description", channel.description)
    add_element(element, "language", channel.language)
    add_element(element, "lastBuildDate", format_datetime(channel.updated))
    add_element(element, "atom:link", rel="self", type="application/rss+xml", href=channel.url)
    if channel.hub:
        add_element(element, "atom:link", rel="hub", href=channel.hub)
    for entry in channel.entries:
        add_rss_item(add_element(element, "item"), entry)
    return serialize_xml(rss)


def add_rss_item(element: ElementTree.Element, entry: FeedEntry) -> None:
    add_element(element, "title", entry.title)
    add_element(element, "link", entry.url)
    add_element(element, "guid", entry.id, isPermaLink="false")
    add_element(element, "pubDate", format_datetime(entry.published))
    add_element(element, "atom:updated", timestamp(entry.updated))
    add_element(element, "dc:creator", entry.author)
    add_element(element, "source", entry.source.name, url=entry.source.feed)
    for topic in entry.topics:
        add_element(element, "category", topic)
    if picture := entry.picture:
        add_element(element, "enclosure", url=picture.url, type=picture.type, length=str(picture.length))
    add_element(element, "description", entry.summary)
    add_element(element, "content:encoded", entry.html)


def as_json(channel: Feed) -> bytes:
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": channel.page,
        "feed_url": channel.url,
        "language": channel.language,
        "icon": channel.icon,
        "authors": [{"name": channel.publisher}],
        "items": [json_item(entry) for entry in channel.entries],
    }
    if channel.hub:
        feed["hubs"] = [{"type": "WebSub", "url": channel.hub}]
    return json.dumps(feed, ensure_ascii=False).encode()


def json_item(entry: FeedEntry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.html,
        "date_published": timestamp(entry.published),
        "date_modified": timestamp(entry.updated),
        "authors": [{"name": entry.author}, {"name": entry.source.name, "url": entry.source.url}],
    }
    if entry.topics:
        item["tags"] = list(entry.topics)
    if picture := entry.picture:
        item["image"] = picture.url
        item["attachments"] = [{"url": picture.url, "mime_type": picture.type, "size_in_bytes": picture.length}]
    return item


FORMATS: dict[str, tuple[str, Callable[[Feed], bytes]]] = {
    "rss": ("application/rss+xml", as_rss),
    "atom": ("application/atom+xml", as_atom),
    "json": ("application/feed+json", as_json),
}


@dataclass(frozen=True)
class FeedLink:
    """A feed in a list of feeds."""

    title: str
    url: str
    page: str


def as_opml(title: str, groups: Mapping[str, Sequence[FeedLink]]) -> bytes:
    """A list of feeds for import into a feed reader; `groups` are named by their keys."""
    opml = ElementTree.Element("opml", version="2.0")
    add_element(add_element(opml, "head"), "title", title)
    body = add_element(opml, "body")
    for name, subscriptions in groups.items():
        group = ElementTree.SubElement(body, "outline", {"text": name})
        for each in subscriptions:
            attributes = {"text": each.title, "type": "rss", "xmlUrl": each.url, "htmlUrl": each.page}
            ElementTree.SubElement(group, "outline", attributes)
    return serialize_xml(opml)


def add_element(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, {name: NO_XML.sub("", value) for name, value in attributes.items()})
    child.text = NO_XML.sub("", text)
    return child


def serialize_xml(root: ElementTree.Element) -> bytes:
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def timestamp(moment: datetime | None) -> str:
    """An RFC 3339 timestamp in UTC."""
    assert moment, "what is or was public has a datetime"  # noqa: S101
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
