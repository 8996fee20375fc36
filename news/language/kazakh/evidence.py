"""Common forms of a Kazakh noun or verb, by which the words of a site speak for it as the root of a word.

The infinitive тауу can be made out of тауар, but no text has тауған or тауады: тауар has тауарлар and тауарды.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from news.language.exceptions import ROOTS
from news.language.kazakh.phonology import VOWELS, last_side, spell_out, suits, write_stem
from news.language.kazakh.roots import DEVOICED, VOWEL_DROPPED
from news.language.kazakh.stemmer import ALL, Ending

NOUN_CHAINS = (
    ("plural",),
    ("case",),
    ("his",),
    ("relative",),
    ("his", "case after his"),
    ("plural", "his"),
)
"""The commonest: each more would be asked for with every word of a query."""
OWN_CHAINS = (("plural",), ("plural", "case"), ("plural", "his"), ("his",), ("his", "case after his"))
"""What only a word by itself has: мектебіміз has мектебіміздің, but not мектебіміздер or мектебімізі."""
VERB_CHAINS = (
    ("perfect",),
    ("habitual",),
    ("he does",),
    ("converb",),
    ("condition",),
    ("negation", "perfect"),
    ("negation", "past"),
    ("negation", "he does"),
    ("negation", "infinitive"),
)
"""Without the past: -ды ends a noun that is an object too."""

REMEMBERED = 20_000
SOFTENED = {hard: soft for soft, hard in DEVOICED.items()}

BEFORE_ENDINGS: dict[str, list[str]] = defaultdict(list)
"""Of nouns that are spelt differently before an ending: what they are there."""
for root, noun in ROOTS.items():
    BEFORE_ENDINGS[noun].append(root)


@lru_cache(REMEMBERED)
def noun_forms(noun: str) -> frozenset[str]:
    return frozenset(attach_chains([noun, *BEFORE_ENDINGS.get(noun, ())], NOUN_CHAINS)) - {noun}


@lru_cache(REMEMBERED)
def own_forms(word: str) -> frozenset[str]:
    """Forms that show the word to be a noun of its own and not a form of a shorter one."""
    return frozenset(attach_chains([word], OWN_CHAINS))


@lru_cache(REMEMBERED)
def verb_forms(infinitive: str) -> frozenset[str]:
    """Forms that only a verb has. None if the word is no infinitive."""
    return frozenset(attach_chains(verb_roots(infinitive), VERB_CHAINS))


def verb_roots(infinitive: str) -> list[str]:
    """The roots that an infinitive may have: of бару бар, of табу тап, of оқу оқ or оқы, of қою қой."""
    spelt = spell_out(infinitive)
    root = spelt[:-1]
    if len(spelt) < 3 or spelt[-1] != "у":
        return []
    if root[-1] in VOWELS or root[-1] in "иу":
        return [root]
    return [root[:-1] + DEVOICED.get(root[-1], root[-1]), root + ("і" if last_side(root) == "front" else "ы")]


def attach_chains(roots: Iterable[str], chains: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """The roots with each chain of endings; the names are those of `news.language.kazakh.endings`."""
    for root in roots:
        for chain in chains:
            words = [root]
            for name in chain:
                words = [form for word in words for form in attach(word, ALL.endings[name])]
            yield from map(write_stem, words)


def attach(word: str, endings: Iterable[Ending]) -> Iterator[str]:
    for ending in endings:
        if word[-1] in ending.after and (not ending.side or suits(word, ending.side)):
            yield soften(word, ending.text[0]) + ending.text


def soften(word: str, following: str) -> str:
    """As before a vowel: кітап is кітаб, орын is орн."""
    if following not in VOWELS and following not in "уи":
        return word
    if len(word) > 3 and word[-2] in "ыі" and word[-3] + word[-1] in VOWEL_DROPPED:
        return word[:-2] + word[-1]
    return word[:-1] + SOFTENED.get(word[-1], word[-1])
