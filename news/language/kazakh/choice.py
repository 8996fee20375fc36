"""Chooses by which of its stems a Kazakh word of a query is looked up, weighed by the words that the site's texts have.

The index has every stem that a word of a text may have, so a query by all of its own stems finds any form by any other.
It would also find тауып by тауар. So a stem is left out if far more words of the site speak for another.
"""

from collections.abc import Collection
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from news.language.kazakh.evidence import REMEMBERED, noun_forms, own_forms, verb_forms
from news.language.kazakh.stemmer import ALL, SURE, find_stems

SHARE = 0.2
"""Of the forms of the strongest stem: one with fewer is a stem by chance."""
CERTAIN = 4
"""Forms: while the strongest stem has fewer, too little is known to leave any out. What no page has costs nothing."""
OWN_FORMS = 4
"""A word with so many forms of its own kind loses only sure endings: тауар is no form of табу."""
MOST_LIKELY = 3


class Choice(NamedTuple):
    """The stems of a word, the likeliest first. `likely` begins with the word itself."""

    likely: tuple[str, ...]
    possible: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.likely + self.possible


class Candidates(NamedTuple):
    """What a word may be: its stems, each with the forms that speak for it."""

    forms: dict[str, frozenset[str]]
    sure: frozenset[str]
    own: frozenset[str]
    """Forms of the word itself."""

    @property
    def witnesses(self) -> frozenset[str]:
        """All words to look for in the site's texts."""
        return self.own.union(self.forms, *self.forms.values())


@lru_cache(REMEMBERED)
def find_candidates(word: str) -> Candidates:
    stems = list(dict.fromkeys(chain.from_iterable(find_stems(word, ALL))))
    sure = frozenset(chain.from_iterable(find_stems(word, SURE)))
    return Candidates({stem: forms_beside(stem, word) for stem in stems}, sure, own_forms(word))


def forms_beside(stem: str, word: str) -> frozenset[str]:
    """Forms that speak for the stem, and not for another word that begins as this one does."""
    forms = verb_forms(stem)
    if word.startswith(stem) or not forms:
        forms |= noun_forms(stem)
    return frozenset(form for form in forms if not form.startswith(word))


def choose_stems(word: str, known: Collection[str]) -> Choice:
    """The choice, given the words that the site has of `find_candidates(word).witnesses`."""
    forms, sure, own = find_candidates(word)
    known = set(known)
    weights = {stem: len(known & found) + (stem in known) for stem, found in forms.items()}
    if len(known & own) >= OWN_FORMS:
        weights = {stem: weight for stem, weight in weights.items() if stem in sure}
    by_weight = sorted(weights, key=lambda stem: (-weights[stem], stem not in sure, len(stem)))
    most = max(weights.values(), default=0)
    strongest_sure = [stem for stem in by_weight if stem in sure][:1]
    kept = [stem for stem in by_weight if most < CERTAIN or weights[stem] >= most * SHARE]
    ordered = tuple(dict.fromkeys([word, *strongest_sure, *kept]))
    return Choice(ordered[:MOST_LIKELY], ordered[MOST_LIKELY:])
