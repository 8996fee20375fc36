"""Parses the words of a reader into a query: words, «phrases in quotes» and -words that must not be there."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.utils import timezone

from news.language.stemming import query_stems, tokens
from news.models.search import place_of
from news.search.transliteration import words_of_spelling

LONGEST_QUERY = 200
MOST_WORDS = 12

# Unpaired surrogates, control characters and invisible directions are pasted by accident.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
PART = re.compile(
    r"""(?P<minus>(?<!\S)[-−–])?(?:«(?P<kazakh>[^»]*)»?|["“”„](?P<other>[^"“”„]*)["“”„]?|(?P<word>[^\s«"“”„]+))"""
)

Alternatives = tuple[str, ...]


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
        """The stems of all words to search for; a word of a text with one of them matches."""
        return frozenset(
            each for term in self.terms if not term.excluded for alternatives in term.words for each in alternatives
        )

    @property
    def places(self) -> tuple[int | None, int | None]:
        """The places from the first up to, not including, the second; None where the period is open."""
        return (
            place_of(start_of_day(self.since)) if self.since else None,
            place_of(start_of_day(self.until + timedelta(days=1))) if self.until and self.until < date.max else None,
        )


def start_of_day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def clean_query(text: str) -> str:
    """The text of a query without invisible characters, as the search box shows it again."""
    return " ".join(UNSEEN.sub(" ", unicodedata.normalize("NFC", text[: 2 * LONGEST_QUERY])).split())[:LONGEST_QUERY]


def parse_query(text: str, language: str, **narrowed: Any) -> Query:
    """Parses a text that `clean_query()` returned. `narrowed` are the other fields of the query."""
    terms: list[Term] = []
    room = MOST_WORDS
    for part in PART.finditer(text):
        text_of_part = part["word"] or part["kazakh"] or part["other"] or ""
        words = list(islice(tokens(text_of_part), room))
        room -= len(words)
        phrase = tuple(alternatives(word, language) for word in words)
        excluded = bool(part["minus"])
        if part["word"]:
            terms += [Term((each,), excluded) for each in phrase]
        elif phrase:
            terms.append(Term(phrase, excluded))
    return Query(language, tuple(terms), **narrowed)


def alternatives(word: str, language: str) -> Alternatives:
    """The stems of a word. A word in another script also gets those of the Kazakh words that it may spell."""
    found = list(query_stems(word, language))
    for meant in words_of_spelling(word, language):
        found += query_stems(meant, language)
    return tuple(dict.fromkeys(found))
