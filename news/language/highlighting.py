"""Marks the words of a query in a text, and cuts the piece with most of them out of a long one."""

import re
from collections.abc import Collection
from html import escape

from django.utils.safestring import SafeString, mark_safe

from news.language.stemming import stems, tokens

LENGTH = 240
"""The length of a snippet in characters."""
WORD = re.compile(r"[\w\u00ad\u0300-\u036f\u200b-\u200d'’ʼ‐‑-]+")

Span = tuple[int, int]


def mark_words(text: str, wanted: Collection[str], language: str) -> SafeString:
    """The text, escaped, with <mark> around each word that has one of the `wanted` stems."""
    return insert_marks(text, find_words(text, wanted, language))


def snippet(text: str, wanted: Collection[str], language: str) -> SafeString:
    """The piece of the text with most of the `wanted` stems, escaped and marked; its beginning if there are none."""
    spans = find_words(text, wanted, language)
    start, end = best_piece(text, spans)
    inside = [(first - start, last - start) for first, last in spans if start <= first and last <= end]
    piece = insert_marks(text[start:end], inside)
    return mark_safe(("… " if start else "") + piece + (" …" if end < len(text) else ""))  # noqa: S308  # escaped below


def find_words(text: str, wanted: Collection[str], language: str) -> list[Span]:
    """Where the words with one of the `wanted` stems are, in any form.

    A form begins as its stem does, so only words that begin like one of the stems are stemmed.
    """
    beginnings = re.compile("|".join(sorted({re.escape(stem[:2]) for stem in wanted})))
    return [
        match.span()
        for match in WORD.finditer(text)
        if wanted
        and beginnings.search(match.group().lower())
        and any(not stems_of(word, language).isdisjoint(wanted) for word in tokens(match.group()))
    ]


def stems_of(word: str, language: str) -> frozenset[str]:
    return frozenset(stems(word, language))


def best_piece(text: str, spans: list[Span]) -> Span:
    """The piece that starts a little before a found word and contains most of them."""
    if len(text) <= LENGTH:
        return 0, len(text)

    def count_found_words(start: int) -> int:
        return len({text[first:last].lower() for first, last in spans if start <= first and last <= start + LENGTH})

    starts = [max(0, first - LENGTH // 4) for first, _ in spans[:50]]
    start = max(starts, key=count_found_words, default=0)
    start = min(start, len(text) - LENGTH)
    if start:
        start = text.find(" ", start) + 1
    end = start + LENGTH
    return start, text.rfind(" ", start, end) if end < len(text) and " " in text[start:end] else min(end, len(text))


def insert_marks(text: str, spans: list[Span]) -> SafeString:
    parts, last = [], 0
    for start, end in spans:
        parts += [escape(text[last:start]), f"<mark>{escape(text[start:end])}</mark>"]
        last = end
    return mark_safe("".join([*parts, escape(text[last:])]))  # noqa: S308  # each part is escaped
