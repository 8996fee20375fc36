"""Parses the words of a reader into a query: words, «phrases in quotes» and -words that must not be there."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Any

from django.utils import timezone

from news.language.stemming import tokens
from news.models import Abbreviation
from news.models.search import place_of
from news.search.reading import read_rows
from news.search.words import Alternatives, read_words

LONGEST_QUERY = 200
MOST_WORDS = 12
NEAR_WORDS = 4
"""The next word but three is still near."""

# Unpaired surrogates, control characters and invisible directions are pasted by accident.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
PART = re.compile(
    r"""(?P<minus>(?<!\S)[-−–])?(?:«(?P<kazakh>[^»]*)»?|["“”„](?P<other>[^"“”„]*)["“”„]?|(?P<word>[^\s«"“”„]+))"""
)


TABLE = Abbreviation._meta.db_table
ABBREVIATIONS = f'SELECT short, "full" FROM {TABLE} WHERE language = %s ORDER BY short'  # noqa: S608
INITIAL = re.compile(r"(?<![\w.])(?:[^\W\d_]\.)+(?=\s*[^\W\d_]{2})")


@dataclass(frozen=True)
class Term:
    """A word, a phrase of consecutive words, or words with an abbreviation. Any alternative of a word matches."""

    words: tuple[Alternatives, ...]
    excluded: bool = False
    also: tuple[str, ...] = ()
    """Abbreviations that stand for all of the words, which need not be a phrase then."""

    @property
    def text(self) -> str:
        """The words as they were typed."""
        return " ".join(word.likely[0] for word in self.words)

    @property
    def is_phrase(self) -> bool:
        return len(self.words) > 1 and not self.also


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
    def neighbours(self) -> list[tuple[Alternatives, Alternatives]]:
        """The words to search for, each with the next one."""
        words = [word for term in self.terms if not term.excluded for word in term.words]
        return list(pairwise(words))

    @property
    def stems(self) -> frozenset[str]:
        """The stems that the words to search for surely have; a word of a text with one of them is marked."""
        words = [word for term in self.terms if not term.excluded for word in term.words]
        return frozenset(stem for word in words for stem in word.likely)

    @property
    def respelt(self) -> str:
        """The query in Kazakh letters, if a word of it was read so; else nothing."""
        words = [word for term in self.terms for word in term.words]
        return " ".join((word.respelt or word.likely)[0] for word in words) if any(w.respelt for w in words) else ""

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


@dataclass(frozen=True)
class Short:
    """An abbreviation in small letters, and the words it stands for."""

    short: str
    full: tuple[Alternatives, ...]


def read_abbreviations(language: str) -> list[Short]:
    rows = [(short.lower(), list(tokens(full))) for short, full in read_rows(ABBREVIATIONS, [language])]
    stems = read_words([word for _, full in rows for word in full], language) if rows else {}
    return [Short(short, tuple(stems[word] for word in full)) for short, full in rows]


def parse_query(
    text: str, language: str, *, as_typed: bool = False, known: Sequence[Short] | None = None, **narrowed: Any
) -> Query:
    """Parses a text that `clean_query()` returned, as it was typed or in Kazakh letters too.

    `known` are the abbreviations of the language, for whoever parses many texts; `narrowed` the query's other fields.
    """
    parts = list(parse_parts(text))
    read = read_words([word for words, _, _ in parts for word in words], language, as_typed=as_typed)
    terms: list[Term] = []
    for words, is_phrase, is_excluded in parts:
        alternatives = tuple(without_possible(read[word]) if is_excluded else read[word] for word in words)
        if is_phrase:
            terms.append(Term(alternatives, is_excluded))
        else:
            terms += [Term((each,), is_excluded) for each in alternatives]
    known = read_abbreviations(language) if known is None else known
    return Query(language, join_abbreviations(terms, known), **narrowed)


def join_abbreviations(terms: list[Term], known: Sequence[Short]) -> tuple[Term, ...]:
    """The terms, in which an abbreviation and the words it stands for, one after the other, become one term."""
    return tuple(each_joined(terms, known))


def each_joined(terms: list[Term], known: Sequence[Short]) -> Iterator[Term]:
    while terms:
        for each in known:
            if is_word(terms[0]) and each.short in terms[0].words[0].all:
                yield Term(each.full, terms[0].excluded, also=terms[0].words[0].all)
                terms = terms[1:]
                break
            if begins_with(terms, each.full):
                yield Term(tuple(term.words[0] for term in terms[: len(each.full)]), also=(each.short,))
                terms = terms[len(each.full) :]
                break
        else:
            yield terms[0]
            terms = terms[1:]


def is_word(term: Term) -> bool:
    return len(term.words) == 1 and not term.also


def begins_with(terms: list[Term], words: tuple[Alternatives, ...]) -> bool:
    """Whether the first terms are these words in any forms."""
    return len(terms) >= len(words) and all(
        is_word(term) and not term.excluded and not set(term.words[0].likely).isdisjoint(word.likely)
        for term, word in zip(terms, words, strict=False)
    )


def without_initials(text: str) -> str:
    """М.Әшімбаев is Әшімбаев: texts have the first name in full. Initials alone stay."""
    rest = INITIAL.sub(" ", text)
    return rest if any(tokens(rest)) else text


def parse_parts(text: str) -> Iterator[tuple[list[str], bool, bool]]:
    """The words of each part of a query, whether it is a phrase, and whether it must not be there."""
    room = MOST_WORDS
    for part in PART.finditer(without_initials(text)):
        words = list(islice(tokens(part["word"] or part["kazakh"] or part["other"] or ""), room))
        room -= len(words)
        if words:
            yield words, not part["word"], bool(part["minus"])
