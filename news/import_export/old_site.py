"""What the importers of old sites share: an article as they found it becomes a line of the archive (`line_format`),
which the import of JSON Lines then checks, compares and writes.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from html import unescape
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from news.import_export.articles import Outcome, Report, import_records
from news.import_export.line_format import BadLine, Names, longest, to_printable
from news.import_export.old_html import body_of
from news.import_export.old_pictures import OldPictures
from news.models import TRANSLATIONS, Article, Image, OldAddress, Topic
from news.models.old_address import LONGEST_ADDRESS, normalise_address
from news.slugs import make_slug
from portal.page_cache.generation import invalidate_pages

SLUG_LENGTH = 50
"""Of a topic."""
LANGUAGES_OF_OTHERS = {"kz": "kk", "kaz": "kk", "qaz": "kk", "rus": "ru", "eng": "en"}


@dataclass
class OldText:
    """An article in one language, as the old site has it."""

    title: str
    html: str
    address: str = ""
    """Where it stood, with its host; relative addresses in the text are completed by it."""
    slug: str = ""
    lead: str = ""
    byline: str = ""
    other_addresses: list[str] = field(default_factory=list)


@dataclass
class OldArticle:
    id: str
    place: str
    """Where people find it: file, line and number."""
    status: str
    published: datetime | None
    texts: dict[str, OldText]
    """By language."""
    topics: list[str] = field(default_factory=list)
    """Slugs of the portal."""
    cover: str = ""
    """The address of the picture."""
    hits: int = 0


Found = OldArticle | tuple[str, BadLine]
"""An article, or the place and the reason why it cannot be read."""


@dataclass
class OldSite:
    """What the operator says of the old site."""

    source: str
    language: str
    zone: tzinfo
    pictures: OldPictures
    topic_map: Mapping[str, str | None] = field(default_factory=dict)
    """The portal's topic by the old slug or name; None leaves a topic out."""
    encoding: str = "windows-1251"
    """Of files that are not UTF-8 and do not say what they are."""
    with_bylines: bool = True
    dry_run: bool = False
    report: Report = print
    resolve_link: Callable[[str], str] = str
    """What the address of a link becomes."""

    notes: Counter[str] = field(default_factory=Counter)
    """What the operator is told at the end: sentences, with how often they are true."""
    problems: int = 0
    """Pictures that are missing, and articles that cannot be read."""
    unmapped: set[str] = field(default_factory=set)

    @cached_property
    def names(self) -> Names:
        loaded = Names.load()
        return Names(loaded.sources, dict(loaded.topics), loaded.people)

    def tell(self, place: str, problem: BadLine | str) -> None:
        self.problems += 1
        self.report(f"{place}: {problem}")

    def topic(self, slug: str, names: Mapping[str, str]) -> str | None:
        """The portal's topic for a category, by its old slug and its names by language.

        One that is not there is added, and waits for somebody who may publish (`Topic.is_waiting`).
        """
        name = next(iter(names.values()), slug)
        for key in (slug, *names.values()):
            if key in self.topic_map:
                return self.topic_map[key]
        here = (make_slug(slug, self.language) or make_slug(name, self.language))[:SLUG_LENGTH].strip("-")
        if not here:
            return None
        if here not in self.names.topics:
            self.notes[_("topics added")] += 1
            pk = -len(self.names.topics) - 1
            if not self.dry_run:
                limit = longest(Topic, "name") or 0
                titles = {f"name_{code}": names.get(code, name)[:limit] for code in TRANSLATIONS}
                pk = Topic.objects.create(slug=here, is_waiting=True, **titles).pk
            self.names.topics[here] = pk  # type: ignore[index]  # a dictionary of our own
        return here

    def line_of(self, old: OldArticle) -> str:
        """The article as a line of the archive. Raises BadLine."""
        gathered = GatheredPictures(self, old.place)
        left_out: Counter[str] = Counter()
        data: dict[str, Any] = {
            "id": old.id,
            "source": self.source,
            "status": old.status,
            "publish_at": old.published.astimezone(UTC).isoformat() if old.published else None,
            "topics": sorted(dict.fromkeys(old.topics)),
            "hits": old.hits,
            "old_addresses": {},
            **{name: {} for name in ("title", "slug", "lead", "byline", "body")},
        }
        for code, text in old.texts.items():
            data["title"][code] = plain(text.title)
            data["slug"][code] = text.slug
            data["lead"][code] = shorten(plain(text.lead), longest(Article, "lead"))
            data["byline"][code] = shorten(plain(text.byline), longest(Article, "byline")) if self.with_bylines else ""
            try:
                data["body"][code] = body_of(
                    text.html,
                    base=text.address,
                    place_picture=gathered.place_in(code),
                    resolve_link=self.resolve_link,
                    left_out=left_out,
                )
            except ValidationError as error:
                raise BadLine(f"body.{code}: {' '.join(error.messages)}") from error
            data["old_addresses"][code] = addresses_of(text)
        if old.cover and (cover := gathered.file_of(old.cover)):
            data["cover"] = {"file": cover}
        data["pictures"] = gathered.records
        for tag, number in left_out.items():
            self.notes[_("left out of texts: %s") % tag] += number
        return json.dumps(data, ensure_ascii=False)


class GatheredPictures:
    """The pictures of one article, each of them once however many languages show it."""

    def __init__(self, site: OldSite, place: str) -> None:
        self.site, self.place = site, place
        self.numbers: dict[str, int] = {}
        self.records: dict[str, Any] = {}

    def place_in(self, code: str) -> Callable[[str, str, str], int | None]:
        def place(address: str, alt: str, caption: str) -> int | None:
            file = self.file_of(address)
            if file is None:
                return None
            number = self.numbers.setdefault(file, len(self.numbers) + 1)
            record = self.records.setdefault(str(number), {"file": file, "alt": {}, "caption": {}})
            for name, given in (("alt", alt), ("caption", caption)):
                if given:
                    record[name].setdefault(code, shorten(given, longest(Image, name)))
            return number

        return place

    def file_of(self, address: str) -> str | None:
        """None if the picture is not to be had, which is reported."""
        try:
            return self.site.pictures.find(address)
        except BadLine as error:
            self.site.tell(self.place, error)
            return None


def import_old_site(site: OldSite, found: Iterable[Found], gone: Iterable[str] = ()) -> Outcome:
    """Imports what an importer found. What cannot be read is reported with its place, and the rest goes on.

    `gone` are addresses that answer 410 from now on.
    """
    outcome = import_records(
        lines_of(site, found),
        names=site.names,
        folder=site.pictures.folder,
        dry_run=site.dry_run,
        report=site.report,
        keep_without_picture=True,
    )
    record_gone(site, gone)
    return outcome


def lines_of(site: OldSite, found: Iterable[Found]) -> Iterator[tuple[str, str | BadLine]]:
    for each in found:
        if isinstance(each, OldArticle):
            try:
                yield each.place, site.line_of(each)
            except BadLine as error:
                yield each.place, error
        else:
            yield each


def record_gone(site: OldSite, addresses: Iterable[str]) -> None:
    paths = set()
    for address in addresses:
        try:
            path = normalise_address(address)
        except ValueError:
            path = ""
        if 1 < len(path) <= LONGEST_ADDRESS:
            paths.add(path)
        elif address.strip():
            site.tell("--gone", _("This is no address: %s.") % to_printable(address))
    new = paths.difference(OldAddress.objects.filter(path__in=paths).values_list("path", flat=True))
    site.notes[_("addresses gone for good")] += len(new)
    if new and not site.dry_run:
        OldAddress.objects.bulk_create([OldAddress(path=path) for path in sorted(new)], ignore_conflicts=True)
        invalidate_pages()


def addresses_of(text: OldText) -> list[str]:
    found = []
    for address in (text.address, *text.other_addresses):
        try:
            path = normalise_address(address)
        except ValueError:
            continue
        if 1 < len(path) <= LONGEST_ADDRESS and path not in found:
            found.append(path)
    return found


def plain(html: str) -> str:
    return " ".join(unescape(strip_tags(html)).split())


def shorten(text: str, limit: int | None) -> str:
    return Truncator(text).chars(limit) if limit else text


def language_of(code: str) -> str | None:
    """One of the portal's languages by the code that another system has for it: ru_RU, kz, kk-KZ."""
    short = code.strip().lower().replace("_", "-").partition("-")[0]
    short = LANGUAGES_OF_OTHERS.get(short, short)
    return short if short in TRANSLATIONS else None


def decode(data: bytes, encodings: Iterable[str]) -> str:
    """UTF-8 whatever the file says of itself, since hardly anything else is valid UTF-8; else the first that fits."""
    for encoding in ("utf-8-sig", *encodings):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")
