"""Two states of an article compared: the fields that differ, in words as a person reads them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from news.editorial.content import CHOICES, RELATED, SETS, TEXTS, Content
from news.markup.sanitizer import PICTURE, VIDEO
from news.models import Article, Image

Runs = list[tuple[str, str]]
"""Pieces of a text, each "same", "gone" or "new"."""

BLOCK_END = re.compile(r"</(p|h2|h3|li|blockquote|tr|figure|figcaption)>|<br ?/?>")
WORDS = re.compile(r"\s+|[^\s]+")
MARKED_WORDS = re.compile(r"(<[^<>]*>)|(\s+)|([^<\s]+)")


@dataclass(frozen=True)
class Difference:
    """One field of two states."""

    field: str
    runs: Runs


def compare(old: Content, new: Content) -> list[Difference]:
    """The fields that differ, never as HTML source."""
    return [
        Difference(name, compare_words(describe_value(name, old.get(name)), describe_value(name, new.get(name))))
        for name in [*TEXTS, *CHOICES, *SETS]
        if (old.get(name) or None) != (new.get(name) or None)
    ]


def describe_value(name: str, value: Any) -> str:
    """A field's value in the reader's words; a body keeps its paragraphs as lines."""
    if name.startswith("body_"):
        return describe_body(value or "")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value in (None, "", []):
        return ""
    if name == "publish_at":
        return date_format(timezone.localtime(parse_datetime(value)), "DATETIME_FORMAT")
    if name == "kind":
        return str(Article.Kind(value).label)
    if name in TEXTS:
        return str(value)
    if name == "gallery":
        images = Image.objects.in_bulk(value)
        return ", ".join(f"№ {pk} {images.get(pk, '')}".strip() for pk in value)
    things = RELATED[name]._default_manager.filter(pk__in=value if name in SETS else [value])
    return ", ".join(map(str, things))


def describe_body(html: str) -> str:
    text = VIDEO.sub(r"<p>▶ \2 (\1)</p>\3", html)
    text = PICTURE.sub(lambda match: f"<p>[{_('picture')} № {match[1]}]</p>", text)
    return unescape(strip_tags(BLOCK_END.sub("\n", text))).strip()


def compare_words(old: str, new: str) -> Runs:
    """The shortest way from the old text to the new one, in whole words."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    runs: Runs = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("same", "".join(before[i1:i2])))
            continue
        runs += [
            (kind, text) for kind, text in (("gone", "".join(before[i1:i2])), ("new", "".join(after[j1:j2]))) if text
        ]
    return runs


def mark_difference(html: str, other: str) -> str:
    """Sanitised HTML with `<mark>` around the words that the other text does not have; its formatting stays."""
    pieces, others = ([match.group() for match in MARKED_WORDS.finditer(text)] for text in (html, other))
    spoken = [index for index, piece in enumerate(pieces) if is_word(piece)]
    matcher = SequenceMatcher(
        None, [pieces[index] for index in spoken], [piece for piece in others if is_word(piece)], autojunk=False
    )
    alike = {spoken[match.a + step] for match in matcher.get_matching_blocks() for step in range(match.size)}
    return "".join(join_marks(pieces, alike))


def join_marks(pieces: list[str], alike: set[int]) -> Iterator[str]:
    """Neighbouring words are marked together, and a mark never spans a tag."""
    is_open, spaces = False, ""
    for index, piece in enumerate(pieces):
        if piece.isspace():
            spaces = piece
            continue
        if is_word(piece) and index not in alike:
            yield spaces + piece if is_open else f"{spaces}<mark>{piece}"
            is_open = True
        else:
            yield f"</mark>{spaces}{piece}" if is_open else spaces + piece
            is_open = False
        spaces = ""
    yield f"</mark>{spaces}" if is_open else spaces


def is_word(piece: str) -> bool:
    return not piece.startswith("<") and not piece.isspace()
