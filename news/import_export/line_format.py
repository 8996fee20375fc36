"""The format of the archive: an article as one line of JSON. docs/import.md describes it for people."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from news.markup.incoming_text import mend_text
from news.markup.sanitizer import PICTURE, TooLong, find_forbidden, image_numbers, sanitise
from news.models import TRANSLATIONS, Article, Attachment, Image, Person, Source, Topic
from news.models.article import TEXT_FIELDS
from news.models.old_address import LONGEST_ADDRESS, normalise_address
from news.slugs import make_slug

MAX_LINE = 5 * 1024 * 1024
MAX_HITS = 10**15
YEARS = range(1900, 2101)

TEXTS = TEXT_FIELDS
COVER_TEXTS = ("alt", "caption", "credit")
FIELDS = {
    "id",
    "kind",
    "source",
    "status",
    "publish_at",
    "pinned",
    *TEXTS,
    "topics",
    "people",
    "cover",
    "pictures",
    "gallery",
    "attachments",
    "hits",
    "old_addresses",
}

UNSTORABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


class BadLine(Exception):
    """A line cannot be imported; the message says why in a sentence."""


@dataclass(frozen=True)
class Names:
    """The numbers of what a line may refer to, by slug."""

    sources: Mapping[str, int]
    topics: Mapping[str, int]
    people: Mapping[str, int]

    @classmethod
    def load(cls) -> "Names":
        return cls(*(dict(model.objects.order_by().values_list("slug", "pk")) for model in (Source, Topic, Person)))


@dataclass(frozen=True)
class Cover:
    """A picture of the archive with its texts."""

    path: Path
    texts: dict[str, str]
    """By column: alt_kk and so on."""


@dataclass(frozen=True)
class Document:
    """An attachment of the archive."""

    path: Path
    name: str
    """The name under which readers download it."""
    titles: dict[str, str]
    """By column: title_kk and so on."""


@dataclass(frozen=True)
class Entry:
    """What a line says."""

    id: str
    columns: dict[str, Any]
    """The columns of the article, except its cover."""
    topics: frozenset[int]
    people: frozenset[int]
    cover: Cover | None
    says_cover: bool
    """Whether the line mentions the cover; if not, the stored one stays."""
    pictures: Mapping[int, Cover]
    """The pictures of texts and gallery, by their numbers in the archive."""
    attachments: list[Document] | None
    """None if the line does not mention them; then the stored ones stay."""
    hits: int
    old_addresses: Mapping[str, str] | None
    """The language by address; None if the line does not mention them, then the stored ones stay."""

    @property
    def languages(self) -> list[str]:
        return [code for code in TRANSLATIONS if self.columns[f"title_{code}"]]


# Reading


def read_line(line: str | bytes, names: Names, folder: Path | None) -> Entry:
    """Reads and checks a line; its files have to be in `folder`. Raises BadLine."""
    data = parse_line(line)
    name = text(data.get("id"), "id", longest(Article, "origin_id"))
    if not name:
        raise BadLine(_("“id” is missing."))
    columns = {
        "source_id": reference(data.get("source"), "source", names.sources),
        "kind": choice(data, "kind", Article.Kind),
        "status": choice(data, "status", Article.Status, default=Article.Status.APPROVED),
        "publish_at": parse_datetime(data.get("publish_at")),
        "pinned": yes_or_no(data.get("pinned", False), "pinned"),
        "gallery": gallery(data.get("gallery")),
        **texts(data),
    }
    require_what_readers_need(data, columns)
    named = pictures(data.get("pictures"), folder)
    require_pictures(columns, named)
    return Entry(
        id=name,
        columns=columns,
        topics=references(data.get("topics"), "topics", names.topics),
        people=references(data.get("people"), "people", names.people),
        cover=cover(data.get("cover"), folder),
        says_cover="cover" in data,
        pictures=named,
        attachments=attachments(data["attachments"], folder) if "attachments" in data else None,
        hits=whole_number(data.get("hits", 0), "hits"),
        old_addresses=old_addresses(data["old_addresses"]) if "old_addresses" in data else None,
    )


def parse_line(line: str | bytes) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise BadLine(_("The line is longer than %d MB.") % (MAX_LINE // 1024 // 1024))
    try:
        data = json.loads((line.decode() if isinstance(line, bytes) else line).removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise BadLine(_("The line is not UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise BadLine(_("The line is not JSON: %s.") % getattr(error, "msg", error)) from error
    if not isinstance(data, dict):
        raise BadLine(_("The line is not a JSON object."))
    refuse_unknown(data, FIELDS, "")
    return data


def refuse_unknown(data: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(data) - known):
        raise BadLine(_("“%s” is unknown.") % to_printable(f"{where}{unknown[0]}"))


def to_printable(value: Any) -> str:
    """A value of the archive, shortened and safe to be written to a terminal."""
    clean = UNSTORABLE.sub("�", " ".join(f"{value}".split()))
    return clean if len(clean) <= 60 else f"{clean[:60]}…"


def text(value: Any, field: str, limit: int | None = None) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadLine(_("“%s” has to be text.") % field)
    if UNSTORABLE.search(value):
        raise BadLine(_("“%s” has a character that no text has.") % field)
    value = mend_text(value).strip()
    if limit is not None and len(value) > limit:
        raise BadLine(
            _("“%(field)s” has %(length)d characters, more than %(limit)d.")
            % {"field": field, "length": len(value), "limit": limit}
        )
    return value


def longest(model: type[Model], field: str) -> int | None:
    return getattr(model._meta.get_field(field), "max_length", None)


def by_language(value: Any, field: str, limit: int | None) -> dict[str, str]:
    """A text for each language, empty where there is none."""
    if value is None:
        value = {}
    if not isinstance(value, dict):
        raise BadLine(_("“%s” has to be an object with a text for each language.") % field)
    refuse_unknown(value, set(TRANSLATIONS), f"{field}.")
    return {code: text(value.get(code), f"{field}.{code}", limit) for code in TRANSLATIONS}


def texts(data: dict[str, Any]) -> dict[str, str]:
    given = {field: by_language(data.get(field), field, longest(Article, field)) for field in TEXTS}
    columns = {f"{field}_{code}": given[field][code] for field in TEXTS for code in TRANSLATIONS}
    for code in TRANSLATIONS:
        title = columns[f"title_{code}"] = " ".join(given["title"][code].split())
        columns[f"slug_{code}"] = title and (make_slug(given["slug"][code], code) or make_slug(title, code))
        columns[f"body_{code}"] = body(given["body"][code], f"body.{code}")
    return columns


def body(html: str, field: str) -> str:
    try:
        forbidden = find_forbidden(html)
        clean = sanitise(html)
    except TooLong as error:
        raise BadLine(f"{field}: {error.message}") from error
    if forbidden:
        raise BadLine(
            _("“%(field)s” has forbidden HTML: %(what)s.")
            % {"field": field, "what": to_printable(", ".join(forbidden))}
        )
    return clean


def require_what_readers_need(data: dict[str, Any], columns: dict[str, Any]) -> None:
    """Checks that a text which is or was public has all its parts; one that is still being written may lack some."""
    is_unfinished = columns["status"] not in (Article.Status.APPROVED, Article.Status.WITHDRAWN)
    titled = [code for code in TRANSLATIONS if columns[f"title_{code}"]]
    if not titled and not (is_unfinished and "title" in data):
        raise BadLine(_("“title” is missing."))
    if is_unfinished:
        return
    for code in TRANSLATIONS:
        if code in titled and not columns[f"body_{code}"]:
            raise BadLine(_("“title.%(code)s” has no “body.%(code)s”.") % {"code": code})
        if code not in titled and columns[f"body_{code}"]:
            raise BadLine(_("“body.%(code)s” has no “title.%(code)s”.") % {"code": code})
    if columns["status"] == Article.Status.APPROVED and "publish_at" not in data:
        raise BadLine(_("An approved article needs “publish_at”."))


def reference(value: Any, field: str, known: Mapping[str, int]) -> int:
    slug = text(value, field)
    if not slug:
        raise BadLine(_("“%s” is missing.") % field)
    if slug not in known:
        raise BadLine(_("“%(field)s”: “%(slug)s” is unknown.") % {"field": field, "slug": to_printable(slug)})
    return known[slug]


def references(value: Any, field: str, known: Mapping[str, int]) -> frozenset[int]:
    if value is None:
        value = []
    if not isinstance(value, list):
        raise BadLine(_("“%s” has to be a list.") % field)
    return frozenset(reference(slug, field, known) for slug in value)


def choice(data: dict[str, Any], field: str, choices: Any, default: str = Article.Kind.NEWS) -> str:
    value = text(data.get(field), field) or default
    if value not in choices.values:
        raise BadLine(_("“%(field)s”: “%(slug)s” is unknown.") % {"field": field, "slug": to_printable(value)})
    return value


def parse_datetime(value: Any) -> datetime | None:
    given = text(value, "publish_at")
    if not given:
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        raise BadLine(
            _("“publish_at” is not a date and time like 2024-03-07T10:00:00+05:00: %s.") % to_printable(given)
        ) from error
    if at.tzinfo is None:
        raise BadLine(_("“publish_at” has no offset from UTC, such as +05:00: %s.") % to_printable(given))
    if at.year not in YEARS:
        raise BadLine(_("“publish_at” is not of this time: %s.") % to_printable(given))
    return at.astimezone(UTC)


def yes_or_no(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise BadLine(_("“%s” has to be true or false.") % field)
    return value


def whole_number(value: Any, field: str) -> int:
    if type(value) is not int or not 0 <= value <= MAX_HITS:
        raise BadLine(_("“%s” has to be a whole number, not negative.") % field)
    return value


def old_addresses(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadLine(_("“%s” has to be an object.") % "old_addresses")
    refuse_unknown(value, set(TRANSLATIONS), "old_addresses.")
    found = {}
    for code, given in value.items():
        if not isinstance(given, list):
            raise BadLine(_("“%s” has to be a list.") % f"old_addresses.{code}")
        for each in given:
            address = text(each, f"old_addresses.{code}")
            try:
                path = normalise_address(address)
            except ValueError as error:
                raise BadLine(_("This is no address: %s.") % to_printable(address)) from error
            if path != "/":
                found[text(path, f"old_addresses.{code}", LONGEST_ADDRESS)] = code
    return found


def pictures(value: Any, folder: Path | None) -> dict[int, Cover]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadLine(_("“%s” has to be an object.") % "pictures")
    return {picture_number(name, "pictures"): picture(each, f"pictures.{name}", folder) for name, each in value.items()}


def gallery(value: Any) -> list[int]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadLine(_("“%s” has to be a list.") % "gallery")
    return list(dict.fromkeys(picture_number(name, "gallery") for name in value))


def picture_number(name: Any, field: str) -> int:
    if not (isinstance(name, str) and re.fullmatch("[1-9][0-9]{0,17}", name)):
        raise BadLine(_("“%(field)s”: “%(slug)s” is unknown.") % {"field": field, "slug": to_printable(name)})
    return int(name)


def require_pictures(columns: dict[str, Any], named: Mapping[int, Cover]) -> None:
    """Checks that the archive has each picture: its numbers never mean pictures that are in the library here."""
    of_texts = {f"body.{code}": image_numbers(columns[f"body_{code}"]) for code in TRANSLATIONS}
    for field, numbers in {**of_texts, "gallery": columns["gallery"]}.items():
        for number in numbers:
            if number not in named:
                raise BadLine(_("“%(field)s”: “%(slug)s” is unknown.") % {"field": field, "slug": number})


def cover(value: Any, folder: Path | None) -> Cover | None:
    return None if value is None else picture(value, "cover", folder)


def picture(value: Any, name: str, folder: Path | None) -> Cover:
    if not isinstance(value, dict):
        raise BadLine(_("“%s” has to be an object.") % name)
    refuse_unknown(value, {"file", *COVER_TEXTS}, f"{name}.")
    given = {field: by_language(value.get(field), f"{name}.{field}", longest(Image, field)) for field in COVER_TEXTS}
    path = resolve_file(value.get("file"), f"{name}.file", folder)
    return Cover(path, {f"{field}_{code}": given[field][code] for field in given for code in TRANSLATIONS})


def resolve_file(value: Any, field: str, folder: Path | None) -> Path:
    """A file in the archive's folder, never outside it: an archive must not publish other files of the server."""
    file = text(value, field)
    if not file:
        raise BadLine(_("“%s” is missing.") % field)
    if folder is None:
        raise BadLine(_("An archive that is not a file has no files beside it."))
    try:
        path = (folder / file).resolve()
        is_there = path.is_file()
    except (OSError, RuntimeError):
        is_there = False
    else:
        if not path.is_relative_to(folder.resolve()):
            raise BadLine(_("The file is not in the archive's folder: %s.") % to_printable(file))
    if not is_there:
        raise BadLine(_("There is no such file: %s.") % to_printable(file))
    return path


def attachments(value: Any, folder: Path | None) -> list[Document]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadLine(_("“%s” has to be a list.") % "attachments")
    return [attachment(each, f"attachments.{number}", folder) for number, each in enumerate(value, 1)]


def attachment(value: Any, name: str, folder: Path | None) -> Document:
    if not isinstance(value, dict):
        raise BadLine(_("“%s” has to be an object.") % name)
    refuse_unknown(value, {"file", "name", "title"}, f"{name}.")
    path = resolve_file(value.get("file"), f"{name}.file", folder)
    titles = by_language(value.get("title"), f"{name}.title", longest(Attachment, "title"))
    filename = text(value.get("name"), f"{name}.name", longest(Attachment, "filename")) or path.name
    return Document(path, filename, {f"title_{code}": titles[code] for code in TRANSLATIONS})


# Writing


def format_line(
    article: Article,
    cover_file: str,
    pictures: Mapping[int, tuple[Image, str]],
    attachments: Iterable[tuple[Attachment, str]],
) -> str:
    """The article as a line.

    `cover_file` is the path of its cover, or empty; `pictures` of texts and gallery, and `attachments`, come with
    their paths. Prefetch topics and people to save queries.
    """
    data: dict[str, Any] = {
        "id": article.origin_id,
        "kind": article.kind,
        "source": article.source.slug,
        "status": article.status,
        "publish_at": timezone.localtime(article.publish_at).isoformat() if article.publish_at else None,
        "pinned": article.pinned,
    }
    data |= {field: given for field in TEXTS if (given := texts_by_language(article, field)) or field == "title"}
    if "body" in data:  # without the pictures whose files could not be copied
        drop_missing = partial(PICTURE.sub, lambda match: match[0] if int(match[1]) in pictures else "")
        data["body"] = {code: drop_missing(html) for code, html in data["body"].items()}
    data["topics"] = sorted(topic.slug for topic in article.topics.all())
    data["people"] = sorted(person.slug for person in article.people.all())
    if cover_file:
        data["cover"] = format_picture(article.cover, cover_file)
    if pictures:
        data["pictures"] = {str(pk): format_picture(*each) for pk, each in sorted(pictures.items())}
    if gallery := [str(pk) for pk in article.gallery if pk in pictures]:
        data["gallery"] = gallery
    if documents := [
        {"file": file, "name": each.filename, "title": texts_by_language(each, "title")} for each, file in attachments
    ]:
        data["attachments"] = documents
    if article.hits:
        data["hits"] = article.hits
    if addresses := [(each.language, each.path) for each in article.old_addresses.all()]:
        data["old_addresses"] = {
            code: sorted(path for language, path in addresses if language == code)
            for code in TRANSLATIONS
            if any(language == code for language, _path in addresses)
        }
    return json.dumps(data, ensure_ascii=False)


def format_picture(image: Any, file: str) -> dict[str, Any]:
    return {"file": file} | {field: given for field in COVER_TEXTS if (given := texts_by_language(image, field))}


def texts_by_language(thing: Any, field: str) -> dict[str, str]:
    return {code: value for code in TRANSLATIONS if (value := getattr(thing, f"{field}_{code}"))}
