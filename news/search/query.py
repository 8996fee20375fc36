"""Parses the words of a reader into a query: words, «phrases in quotes» and -words that must not be there."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.utils import timezone

from news.language.stemming import tokens
from news.models.search import place_of
from news.search.words import Alternatives, read_words

LONGEST_QUERY = 200
MOST_WORDS = 12

# Unpaired surrogates, control characters and invisible directions are pasted by accident.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
PART = re.compile(
    r"""(?P<minus>(?<!\S)[-−–])?(?:«(?P<kazakh>[^»]*)»?|["“”„](?P<other>[^"“”„]*)["“”„]?|(?P<word>[^\s«"“”„]+))"""
)


@dataclass(frozen=True)
class Term:
    """A word, or a phrase of several consecutive words. Each word has alternatives, any of which matches."""

    words: tuple[Alternatives, ...]
    excluded: bool = False


@dataclass(frozen=True)
class Query:
    language: str
    terms: tuple[Term, ...] = ()
    marks: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def has_words(self) -> bool:
        """Whether there is a word to search for. Excluded words alone would match nearly everything."""
        return any(not term.excluded for term in self.terms)

    @property
    def stems(self) -> frozenset[str]:
        """The stems that the words to search for surely have; a word of a text with one of them is marked."""
        words = [word for term in self.terms if not term.excluded for word in term.words]
        return frozenset(stem for word in words for stem in word.likely)

    @property
    def likely(self) -> "Query":
        """The same query, by the likely stems alone."""
        return replace(
            self, terms=tuple(replace(term, words=tuple(map(without_possible, term.words))) for term in self.terms)
        )

    @property
    def places(self) -> tuple[int | None, int | None]:
        """The places from the first up to, not including, the second; None where the period is open."""
        return (
            place_of(start_of_day(self.since)) if self.since else None,
            place_of(start_of_day(self.until + timedelta(days=1))) if self.until and self.until < date.max else None,
        )


def without_possible(word: Alternatives) -> Alternatives:
    return replace(word, possible=())


def start_of_day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def clean_query(text: str) -> str:
    """The text of a query without invisible characters, as the search box shows it again."""
    return " ".join(UNSEEN.sub(" ", unicodedata.normalize("NFC", text[: 2 * LONGEST_QUERY])).split())[:LONGEST_QUERY]


def parse_query(text: str, language: str, **narrowed: Any) -> Query:
    """Parses a text that `clean_query()` returned. `narrowed` are the other fields of the query."""
    parts = list(parse_parts(text))
    read = read_words([word for words, _, _ in parts for word in words], language)
    terms: list[Term] = []
    for words, is_phrase, is_excluded in parts:
        alternatives = tuple(without_possible(read[word]) if is_excluded else read[word] for word in words)
        if is_phrase:
            terms.append(Term(alternatives, is_excluded))
        else:
            terms += [Term((each,), is_excluded) for each in alternatives]
    return Query(language, tuple(terms), **narrowed)


def parse_parts(text: str) -> Iterator[tuple[list[str], bool, bool]]:
    """The words of each part of a query, whether it is a phrase, and whether it must not be there."""
    room = MOST_WORDS
    for part in PART.finditer(text):
        words = list(islice(tokens(part["word"] or part["kazakh"] or part["other"] or ""), room))
        room -= len(words)
        if words:
            yield words, not part["word"], bool(part["minus"])
