"""Chooses by which stems each word of a query is looked up.

A Kazakh word is looked up by the stems for which the site's own words speak (`news.language.kazakh.choice`), and one
that is typed in other letters by the words that it may spell (`news.search.spelling`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from news.language.kazakh.choice import choose_stems, find_candidates
from news.language.kazakh.evidence import noun_forms, verb_forms
from news.language.stemming import drop_repeats, strict_stems
from news.models import SearchWord
from news.search.reading import AMONG, list_parameter, read_rows
from news.search.spelling import find_spellings
from news.search.transliteration import KAZAKH, may_lack_letters

MOST_WEIGHED = 24
"""Words of a query, with their spellings, whose stems are weighed by the words of the site."""


FAR_MORE = 3
"""How many times as many known forms a spelling needs if a text has the word as it was typed."""
KNOWN_FORMS = f"SELECT word FROM {SearchWord._meta.db_table} WHERE language = 'kk' AND is_form AND word {AMONG}"  # noqa: S608


@dataclass(frozen=True)
class Alternatives:
    """What a word of a query is looked up by: any of these matches."""

    likely: tuple[str, ...]
    """The word itself and the stems that it surely has. Only these are marked in what is found."""
    possible: tuple[str, ...] = ()
    respelt: tuple[str, ...] = ()
    """What the word may mean in Kazakh letters, the likeliest first."""

    @property
    def all(self) -> tuple[str, ...]:
        return self.likely + self.possible


def read_words(words: Sequence[str], language: str, *, as_typed: bool = False) -> dict[str, Alternatives]:
    """By word, what it is looked up by. It asks the database at most three times, however many words there are."""
    words = list(dict.fromkeys(words))
    if language != "kk":
        return {word: Alternatives(strict_stems(word, language)) for word in words}
    spelt = {} if as_typed else find_spellings([word for word in words if may_be_respelt(word, words)])
    weighed = dict.fromkeys([*words, *(each for found in spelt.values() for each in found)])
    candidates = [find_candidates(word) for word in list(weighed)[:MOST_WEIGHED]]
    spelt_forms = (noun_forms(each) | verb_forms(each) for each in list(weighed)[:MOST_WEIGHED] if spelt)
    known = known_forms(set(words).union(*(each.witnesses for each in candidates), *spelt_forms))
    return {word: combine_choices(word, spelt.get(word, []), known) for word in words}


def may_be_respelt(word: str, words: Collection[str]) -> bool:
    """Whether a word may be in other letters. Whoever has Kazakh letters in one word of a query has them in all."""
    return word.replace("-", "").isalpha() and (not KAZAKH.search(word) or all(map(may_lack_letters, words)))


def known_forms(words: Collection[str]) -> set[str]:
    """Those of the words that stand in a text as they are."""
    return {word for (word,) in read_rows(KNOWN_FORMS, [list_parameter(words)])}


def count_forms(word: str, known: set[str]) -> int:
    return len(known & (noun_forms(word) | verb_forms(word)))


def combine_choices(word: str, spelt: Sequence[str], known: set[str]) -> Alternatives:
    """The stems of the word and of what it may spell; the latter are less likely if texts have the word as it is."""
    typed = choose_stems(word, known)
    is_known = word in known
    if is_known and KAZAKH.search(word):
        forms = FAR_MORE * max(1, count_forms(word, known))
        spelt = [each for each in spelt if count_forms(each, known) >= forms]
    meant = [choose_stems(each, known) for each in spelt]
    likely_meant = [stem for choice in meant for stem in choice.likely]
    possible = [*typed.possible, *(stem for choice in meant for stem in choice.possible)]
    if is_known or not spelt:
        likely, possible = typed.likely, [*possible, *likely_meant]
    else:
        likely, possible = drop_repeats([word, *likely_meant]), [*typed.likely, *possible]
    return Alternatives(likely, drop_repeats(stem for stem in possible if stem not in likely), tuple(spelt))
