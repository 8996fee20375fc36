"""Reads feeds: RSS 2, RSS 1 (RDF) and Atom, as WordPress, Bitrix and Joomla write them."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
from django.utils.translation import gettext as _

from news.import_export.line_format import BadLine, to_printable
from news.import_export.old_dates import parse_date
from news.import_export.old_site import Found, OldArticle, OldSite, OldText, decode, language_of

LONGEST_FEED = 200 * 1024 * 1024
LONGEST_ID = 180
DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w-]+)["'][^>]*\?>""")
FAULT = re.compile(r"<unknown>:(\d+):\d+: (.*)", re.DOTALL)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def feed_files(path: Path) -> list[Path]:
    """The feed, or all of a folder; the last by name first, since it has the newest state of what several hold."""
    return [path] if path.is_file() else sorted((each for each in path.rglob("*") if is_feed(each)), reverse=True)


def is_feed(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in (".xml", ".rss", ".atom", ".rdf")


def find_entries(site: OldSite, path: Path) -> Iterator[Found]:
    """The articles of the feeds. Raises OSError if `path` itself cannot be read."""
    files = feed_files(path)
    if not files and not path.is_dir():
        raise FileNotFoundError(2, _("there is no such file"))
    seen: set[str] = set()
    for file in files:
        yield from read_feed(site, file, seen)


def read_feed(site: OldSite, file: Path, seen: set[str]) -> Iterator[Found]:
    try:
        if file.stat().st_size > LONGEST_FEED:
            raise OSError(_("the file is too large"))
        data = file.read_bytes()
    except OSError as error:
        yield file.name, BadLine(_("The file cannot be read: %s.") % (error.strerror or error))
        return
    declared = DECLARED.match(data)
    text = decode(data, [declared[1].decode(), site.encoding] if declared else [site.encoding])
    whole = DECLARATION.sub("", text).encode()
    feed = feedparser.parse(
        BytesIO(whole),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": "application/xml; charset=utf-8"},
    )
    if not feed.version:
        yield file.name, BadLine(_("This is no feed."))
    elif feed.bozo and is_broken(feed):
        line, why = describe_fault(feed.bozo_exception)
        yield (
            _("%(file)s, line %(line)d") % {"file": file.name, "line": line},
            BadLine(_("The feed is broken: %s.") % to_printable(why)),
        )
    for number, entry in enumerate(feed.entries, 1):
        found = read_entry(site, file, feed, entry, number)
        if isinstance(found, OldArticle):
            if found.id in seen:
                site.notes[_("in several feeds, taken once")] += 1
                continue
            seen.add(found.id)
        yield found


def is_broken(feed: Any) -> bool:
    """Whether XML was not well-formed; what feedparser only warns of does no harm."""
    return not isinstance(feed.bozo_exception, feedparser.exceptions.CharacterEncodingOverride)


def describe_fault(error: Exception) -> tuple[int, str]:
    """The line and the reason in «<unknown>:12:3: not well-formed»."""
    match = FAULT.fullmatch(str(error))
    return (int(match[1]), match[2]) if match else (1, str(error))


def read_entry(site: OldSite, file: Path, feed: Any, entry: Any, number: int) -> Found:
    title, link = entry.get("title", ""), entry.get("link", "")
    place = _("%(file)s, item %(number)d, “%(title)s”") % {
        "file": file.name,
        "number": number,
        "title": to_printable(title),
    }
    name = entry.get("id") or link
    if not name:
        return place, BadLine(_("It has neither an id nor an address."))
    given = entry.get("published") or entry.get("updated") or entry.get("created") or ""
    try:
        published = parse_date(given, site.zone)
    except ValueError:
        return place, BadLine(_("The date cannot be read: %s.") % to_printable(given))
    code = language_of(entry.get("language") or feed.feed.get("language") or "") or site.language
    host = urlsplit(link or feed.feed.get("link", "")).netloc
    topics = [site.topic(tag["term"], {code: tag["term"]}) for tag in entry.get("tags", []) if tag.get("term")]
    guid = entry.get("id", "")
    html, lead = text_of(entry)
    return OldArticle(
        id=f"feed:{host}:{name}"[:LONGEST_ID],
        place=place,
        status="approved",
        published=published,
        texts={
            code: OldText(
                title=title,
                html=html,
                address=link,
                lead=lead,
                byline=author_of(entry),
                other_addresses=[guid] if guid.startswith("http") and guid != link else [],
            )
        },
        topics=[topic for topic in topics if topic],
        cover=cover_of(entry),
    )


def text_of(entry: Any) -> tuple[str, str]:
    """The text and the lead. Where a feed has only a description, that is the text."""
    whole = next((each["value"] for each in entry.get("content", []) if each.get("value")), "")
    whole = whole or entry.get("yandex_full-text", "") or entry.get("full-text", "")
    summary = entry.get("summary", "")
    if not whole:
        return in_paragraphs(summary), ""
    return in_paragraphs(whole), "" if summary == whole else summary


def in_paragraphs(text: str) -> str:
    """Bitrix gives plain text with line breaks."""
    if re.search(r"<(?:p|div|br|table|ul|h\d)[\s/>]", text, re.IGNORECASE):
        return text
    return "".join(f"<p>{each.strip()}</p>" for each in re.split(r"\n+", text) if each.strip())


def author_of(entry: Any) -> str:
    """The name without the address of RSS's «a@b.kz (Name)»."""
    name = entry.get("author_detail", {}).get("name") or entry.get("author", "")
    return "" if "@" in name else name


def cover_of(entry: Any) -> str:
    """The first picture beside the text."""
    for each in [*entry.get("enclosures", []), *entry.get("media_content", [])]:
        address = each.get("href") or each.get("url") or ""
        if address and (each.get("type", "").startswith("image/") or each.get("medium") == "image"):
            return address
    return next((each["url"] for each in entry.get("media_thumbnail", []) if each.get("url")), "")
