"""Reads saved pages of a site, by a file that says where on a page each part of an article stands."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import lxml.html
from cssselect import SelectorError
from django.utils.translation import gettext as _
from lxml.cssselect import CSSSelector

from news.import_export.line_format import BadLine, to_printable
from news.import_export.old_dates import parse_date
from news.import_export.old_html import PARSER
from news.import_export.old_site import Found, OldArticle, OldSite, OldText, decode, language_of, plain
from news.markup.sanitizer import NO_TEXT

NEEDED = ("title", "body", "date")
PARTS = (*NEEDED, "lead", "hits", "byline", "topics", "cover", "address", "language")
"""What a file of selectors may name; `remove` besides."""
ATTRIBUTE = re.compile(r"[\w:-]+")
DECLARED = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
LONGEST_PAGE = 20 * 1024 * 1024
LONGEST_ID = 180


class BadSelectors(Exception):
    """The file of selectors cannot be used; the message says why in a sentence."""


@dataclass(frozen=True)
class Part:
    """Where on a page something stands: a CSS selector, and the attribute if it is not the text."""

    selector: CSSSelector
    attribute: str | None

    def elements(self, page: Any) -> list[Any]:
        return list(self.selector(page))

    def values(self, page: Any) -> list[str]:
        found = self.elements(page)
        given = (each.get(self.attribute) if self.attribute else each.text_content() for each in found)
        return [" ".join(each.split()) for each in given if each]

    def value(self, page: Any) -> str:
        return next(iter(self.values(page)), "")


@dataclass(frozen=True)
class Selectors:
    parts: dict[str, Part]
    remove: tuple[CSSSelector, ...] = ()

    @classmethod
    def load(cls, path: Path) -> "Selectors":
        """Reads the file. Raises OSError and BadSelectors."""
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except (ValueError, UnicodeDecodeError) as error:
            raise BadSelectors(_("%(file)s is not TOML: %(why)s.") % {"file": path.name, "why": error}) from error
        remove = given.pop("remove", [])
        if unknown := sorted(set(given).difference(PARTS)):
            raise BadSelectors(_("“%s” is unknown.") % to_printable(unknown[0]))
        if missing := [name for name in NEEDED if name not in given]:
            raise BadSelectors(_("“%s” is missing.") % missing[0])
        parts = {name: make_part(name, value) for name, value in given.items()}
        return cls(parts, tuple(make_part("remove", each).selector for each in remove))

    def value(self, name: str, page: Any) -> str:
        return self.parts[name].value(page) if name in self.parts else ""


def split_attribute(text: str) -> tuple[str, str | None]:
    """A CSS selector and the attribute behind it: `time @datetime`; None where there is no attribute."""
    selector, _at, attribute = text.rpartition("@")
    if selector != selector.rstrip() and ATTRIBUTE.fullmatch(attribute):
        return selector.rstrip(), attribute
    return text, None


def make_part(name: str, value: Any) -> Part:
    if not isinstance(value, str):
        raise BadSelectors(_("“%s” has to be text.") % name)
    selector, attribute = split_attribute(value.strip())
    try:
        return Part(CSSSelector(selector, translator="html"), attribute)
    except SelectorError as error:
        problem = {"field": name, "selector": to_printable(value), "why": error}
        raise BadSelectors(_("“%(field)s”: %(selector)s is no CSS selector: %(why)s.") % problem) from error


def page_files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.suffix.lower() in (".html", ".htm") and each.is_file())


def find_pages(site: OldSite, folder: Path, selectors: Selectors, address: str = "") -> Iterator[Found]:
    """The articles of the folder's pages. `address` is where the folder was, if pages do not say it."""
    if not folder.is_dir():
        raise NotADirectoryError(20, _("it is no folder"))
    for file in page_files(folder):
        yield PageReader(site, folder, selectors, address, file).read()


@dataclass
class PageReader:
    site: OldSite
    folder: Path
    selectors: Selectors
    site_address: str
    file: Path

    @cached_property
    def name(self) -> str:
        return self.file.relative_to(self.folder).as_posix()

    def read(self) -> Found:
        try:
            return self.read_article()
        except BadLine as error:
            return self.name, error
        except OSError as error:
            return self.name, BadLine(_("The file cannot be read: %s.") % (error.strerror or error))

    def read_article(self) -> OldArticle:
        site, value = self.site, self.selectors.value
        text = self.read_text()
        page = parse_page(text)
        address = self.find_address(text, page)
        for selector in self.selectors.remove:
            for each in selector(page):
                if each.getparent() is not None:
                    each.drop_tree()
        title = value("title", page)
        bodies = self.selectors.parts["body"].elements(page)
        if not title or not bodies:
            raise BadLine(_("The page has nothing at “%s”.") % ("body" if title else "title"))
        given = value("date", page)
        try:
            published = parse_date(given, site.zone)
        except ValueError as error:
            raise BadLine(_("The date cannot be read: %s.") % to_printable(given)) from error
        code = language_of(value("language", page) or page.get("lang") or "") or site.language
        topics = self.selectors.parts["topics"].values(page) if "topics" in self.selectors.parts else []
        cover = value("cover", page)
        self.show_local_pictures(bodies)
        return OldArticle(
            id=f"page:{self.name}"[:LONGEST_ID],
            place=self.name,
            status="approved",
            published=published,
            texts={
                code: OldText(
                    title=title,
                    html="".join(inner_html(each) for each in bodies),
                    address=address,
                    lead=value("lead", page),
                    byline=value("byline", page),
                )
            },
            topics=[topic for name in topics if (topic := site.topic(name, {code: name}))],
            cover=self.local_or(cover) if cover else "",
            hits=read_number(value("hits", page)),
        )

    def read_text(self) -> str:
        if self.file.stat().st_size > LONGEST_PAGE:
            raise OSError(_("the file is too large"))
        data = self.file.read_bytes()
        declared = DECLARED.search(data[:4096])
        encodings = [declared[1].decode()] if declared and declared[1].lower() not in (b"utf-8", b"utf8") else []
        return decode(data, [*encodings, self.site.encoding])

    def find_address(self, text: str, page: Any) -> str:
        """What the file of selectors says, what the page says of itself, what the browser noted, or the file's path."""
        if "address" in self.selectors.parts:
            return self.selectors.value("address", page)
        for each in page.iter("link"):
            if each.get("rel") == "canonical" and each.get("href"):
                return str(each.get("href"))
        if saved := SAVED_FROM.search(text[:4096]):
            return saved[1]
        for each in page.iter("meta"):
            if each.get("property") == "og:url" and each.get("content"):
                return str(each.get("content"))
        return urljoin(self.site_address, quote(self.name)) if self.site_address else ""

    def show_local_pictures(self, bodies: list[Any]) -> None:
        """A browser that saves a page puts its pictures beside it, and writes their paths into it."""
        for body in bodies:
            for picture in body.iter("img"):
                if picture.get("src"):
                    picture.set("src", self.local_or(picture.get("src")))

    def local_or(self, address: str) -> str:
        """The path from the folder of pictures if the file is in it; else the address as it is."""
        if urlsplit(address).scheme or address.startswith("//"):
            return address
        pictures = self.site.pictures.folder
        file = (self.file.parent / re.sub(r"[?#].*", "", address)).resolve()
        if file.is_relative_to(pictures) and file.is_file():
            return f"/{quote(file.relative_to(pictures).as_posix())}"
        return address


def parse_page(text: str) -> Any:
    text = NO_TEXT.sub("", re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    if not plain(text):
        raise BadLine(_("The page is empty."))
    return lxml.html.document_fromstring(text, parser=PARSER)


def inner_html(element: Any) -> str:
    return (element.text or "") + "".join(lxml.html.tostring(each, encoding="unicode") for each in element)


def read_number(text: str) -> int:
    """The first number of «65 рет көрсетілді» or «1 234 просмотра»."""
    found = re.search(r"\d{1,3}(?:[\s\u00a0.,]\d{3})+(?!\d)|\d+", text)
    return int(re.sub(r"\D", "", found[0])) if found else 0
