"""The order of what a query finds: one rule for both databases, so that the same articles come in the same order.

A database says which conditions the text of an article meets. What that is worth, and the date, is reckoned here. How
often a word stands in a text does not count: each database reckons that in its own way, and of texts with the same
words readers of news want the newest.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from news.models.search import SECOND_BITS
from news.search.query import Query, Term
from news.search.words import Alternatives

ZONES = {"title": 1.0, "lead": 0.5, "text": 0.25}
"""Where a word stands, and what that is worth."""
FORMS = {"exact": 1.0, "likely": 0.9, "possible": 0.2}
"""As what it stands there: as it was typed, by a stem that it surely has, or by one that it may have. The index does
not tell a dictionary form from its other forms, so who types that finds all of them as typed."""
LEAST = ZONES["text"] * FORMS["possible"]
NEAR = 0.7
"""How much it counts beside the words and the date that they stand side by side as in the query."""
HALF_LIFE = timedelta(days=365)
"""The age at which the date of an article counts half as much as today's."""


@dataclass(frozen=True)
class Condition:
    """That a word, or an abbreviation or the words it stands for, is in the title, the lead or anywhere (`text`)."""

    term: Term
    zone: str


@dataclass(frozen=True)
class Worth:
    """What it is worth that an article meets a condition."""

    condition: Condition
    points: float


def list_worths(query: Query) -> list[list[Worth]]:
    """For each word to search for, the conditions by which it counts, those first that are worth most."""
    return [sorted(worths_of(term), key=lambda worth: -worth.points) for term in split_phrases(query)]


def split_phrases(query: Query) -> Iterator[Term]:
    """The words to search for, each by itself but for those that an abbreviation stands for."""
    for term in query.terms:
        if not term.excluded:
            yield from [term] if term.also else (Term((word,)) for word in term.words)


def worths_of(term: Term) -> Iterator[Worth]:
    """Without the least of all, which every article that is found meets: it has the word somewhere in some form."""
    asked: set[Condition] = {Condition(in_form(term, "possible"), "text")}
    for zone, of_zone in ZONES.items():
        for form, of_form in FORMS.items():
            condition = Condition(in_form(term, form), zone)
            if condition not in asked:
                asked.add(condition)
                yield Worth(condition, of_zone * of_form)


def in_form(term: Term, form: str) -> Term:
    return replace(term, words=tuple(Alternatives(stems_of_form(word, form)) for word in term.words))


def stems_of_form(word: Alternatives, form: str) -> tuple[str, ...]:
    """`exact` is the word as it was typed, and as it is in Kazakh letters."""
    return {"exact": (word.likely[0], *word.respelt), "likely": word.likely, "possible": word.all}[form]


def score_place(
    place: int, worths: Sequence[Sequence[Worth]], met: Collection[Condition], near: float, now: int
) -> float:
    """How high an article ranks: by the mean worth of the words, how near each other they are, and the date."""
    best = [next((worth.points for worth in of_word if worth.condition in met), LEAST) for of_word in worths]
    age = max(now - place >> SECOND_BITS, 0) / HALF_LIFE.total_seconds()
    return sum(best) / len(best) + NEAR * near + 0.5**age
