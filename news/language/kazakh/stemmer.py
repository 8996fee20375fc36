"""Finds the stems of a Kazakh word: it is read from its last letter, ending by ending, to where a root may end.

The tables of endings become an automaton, whose states are made when words need them. A state is the set of all places
in all endings where the reading may be. So a word costs one look-up a letter, however many chains of endings there are.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from news.language.exceptions import KAZAKH_FORMS, KAZAKH_PARTICLES, KAZAKH_WHOLE, NO_VERBS
from news.language.kazakh.endings import GROUPS, NOUN, NUMBER, TIME, VERB
from news.language.kazakh.phonology import (
    CONSONANTS,
    FOLLOWING,
    HARMONY,
    SIDES,
    VOWELS,
    last_side,
    spell_out,
    suits,
    write_stem,
)
from news.language.kazakh.roots import infinitives, may_be_noun, may_be_number, may_be_time, may_be_verb, nouns

LONGEST = 60
"""Letters of a word. Anything longer is not analysed: it may be an ending written a thousand times."""

PERSONS = frozenset(["мын", "мін", "мыз", "міз", "сың", "сің", "сыз", "сіз"])
"""Of a verb in the present, whose root looks like a noun: табамыз is not "we are pans"."""

ROOTS = (NOUN, TIME, VERB, NUMBER)
MAY_BE = {NOUN: may_be_noun, TIME: may_be_time, NUMBER: may_be_number}


class Ending(NamedTuple):
    text: str
    group: str
    after: frozenset[str]
    """The letters that the ending may follow."""
    side: str | None
    """Of the vowels before it: "back", "front" or "" for both. None if it has no vowel: the next ending decides."""


class Place(NamedTuple):
    """A place in an ending: so many of its letters are still to be read, and what precedes it must be of this side."""

    ending: Ending
    left: int
    side: str


class Root(NamedTuple):
    """A root that may end here: its kind, its possible last letters, its side, and the letter after it."""

    kind: str
    last: frozenset[str]
    side: str
    before: str


def spell_endings(pattern: str, group: str) -> Iterator[Ending]:
    """The endings that a pattern stands for: "LAр" for лар, лер, дар, дер, тар and тер."""
    bare = pattern.removeprefix("V+").removeprefix("=")
    if pattern.startswith("V+"):
        openings = {bare[0]: VOWELS}
    elif bare[0] in "AIиу":
        openings = {bare[0]: CONSONANTS if bare[0] != "у" else VOWELS | CONSONANTS}
    else:
        openings = FOLLOWING.get(bare[0], {bare[0]: VOWELS | CONSONANTS})
    for letters in HARMONY.values():
        for opening, after in openings.items():
            text = (opening + bare[1:]).translate(letters)
            side = next((SIDES[letter] for letter in text if letter in SIDES), None)
            yield Ending(text, group, after, "" if pattern.startswith("=") else side)


class Automaton:
    """Reads words backwards by some groups of endings."""

    def __init__(self, names: Collection[str]):
        self.endings = {
            name: {ending for pattern in GROUPS[name].endings.split() for ending in spell_endings(pattern, name)}
            for name in names
        }
        self.states: dict[tuple[frozenset[Place], frozenset[Root]], State] = {}
        last = [ending for name in names if GROUPS[name].last for ending in self.endings[name]]
        self.start = self.state({Place(ending, len(ending.text), "") for ending in last}, set())

    def state(self, places: set[Place], roots: set[Root]) -> "State":
        key = frozenset(places), frozenset(roots)
        return self.states.setdefault(key, State(self, *key))

    def before(self, ending: Ending, side: str) -> tuple[set[Place], set[Root]]:
        """What may precede this ending: places in other endings, and roots."""
        places, roots = set(), set()
        for name in GROUPS[ending.group].after:
            if name in ROOTS:
                roots.add(Root(name, ending.after, side, ending.text[0]))
            for other in self.endings.get(name, ()):
                other_side = last_side(other.text)
                if other.text[-1] in ending.after and (not side or not other_side or side == other_side):
                    places.add(Place(other, len(other.text), side if other_side is None else ""))
        return places, roots


class State:
    def __init__(self, automaton: Automaton, places: frozenset[Place], roots: frozenset[Root]):
        self.automaton, self.places = automaton, places
        self.moves: dict[str, State] = {}
        self.roots: dict[str, list[Root]] = {}
        """By their last letter."""
        for root in sorted(roots, key=lambda root: (root.kind, root.side, root.before)):
            for letter in root.last:
                self.roots.setdefault(letter, []).append(root)

    def move(self, letter: str) -> "State":
        places: set[Place] = set()
        roots: set[Root] = set()
        for ending, left, side in self.places:
            if ending.text[left - 1] != letter:
                continue
            if left > 1:
                places.add(Place(ending, left - 1, side))
            else:
                more, found = self.automaton.before(ending, side if ending.side is None else ending.side)
                places |= more
                roots |= found
        return self.moves.setdefault(letter, self.automaton.state(places, roots))


ALL = Automaton(GROUPS)
SURE = Automaton([name for name, group in GROUPS.items() if group.sure])


def read_stems(word: str, automaton: Automaton) -> Iterator[list[str]]:
    """The stems that the word may have, in groups whose root ends at the same letter, the longest root first."""
    state = automaton.start
    for end in range(len(word) - 1, 1, -1):
        letter = word[end]
        state = state.moves.get(letter) or state.move(letter)
        roots = state.roots.get(word[end - 1])
        if roots:
            text = word[:end]
            yield [write_stem(stem) for root in roots for stem in stems_of(text, root)]
        elif not state.places:
            return


def stems_of(text: str, root: Root) -> list[str]:
    kind, _, side, before = root
    if kind == VERB:
        if not may_be_verb(text) or not suits(text, side):
            return []
        return [infinitive for infinitive in infinitives(text, before) if infinitive not in NO_VERBS]
    fits = MAY_BE[kind]
    return [noun for noun in nouns(text, before) if fits(noun) and suits(noun, side)]


def stop_at_whole_words(word: str, places: Iterable[list[str]]) -> Iterator[list[str]]:
    """Stops at a word that only looks like a form of a shorter one.

    But құрметтің is of құрмет, not of құрметті, and шешеміз is "we solve" more often than "we are mothers".
    """
    for stems in places:
        yield stems
        if any(stem in KAZAKH_WHOLE and not is_of_shorter(word.removeprefix(stem), stem) for stem in stems):
            return


def is_of_shorter(rest: str, whole: str) -> bool:
    return rest == "ң" or (whole[-1] in "ае" and rest in PERSONS)


def is_ending(text: str) -> bool:
    """Whether what follows a hyphen is an ending, as in БҰҰ-ның and 5-тің."""
    state = ALL.start
    for letter in reversed(text):
        state = state.moves.get(letter) or state.move(letter)
    return any(root.kind != VERB for roots in state.roots.values() for root in roots)


def find_stems(word: str, automaton: Automaton) -> Iterator[list[str]]:
    """The stems of the word by these endings, in groups whose root ends at the same letter."""
    head, hyphen, tail = word.rpartition("-")
    if word in KAZAKH_FORMS:
        yield [KAZAKH_FORMS[word]]
    elif hyphen and is_ending(tail):
        yield [head]
    elif hyphen:
        yield from ([f"{head}-{stem}" for stem in stems] for stems in find_stems(tail, automaton))
    elif len(word) <= LONGEST and word not in KAZAKH_WHOLE and word not in KAZAKH_PARTICLES:
        yield from stop_at_whole_words(word, read_stems(spell_out(word), automaton))


def kazakh_stems(word: str) -> Iterator[str]:
    """The word and all its stems; of a word with a hyphen also its parts and their stems."""
    yield word
    yield from chain.from_iterable(find_stems(word, ALL))
    head = word.rpartition("-")[0]
    if "-" in head and head.replace("-", "").isdecimal():
        yield head
    if "-" in word and len(word) <= LONGEST:
        for part in word.split("-"):
            if part and not is_ending(part):
                yield from kazakh_stems(part)


def strict_kazakh_stems(word: str) -> Iterator[str]:
    """The word and the stems of its shortest root, by endings that are sure."""
    yield word
    *_, shortest = [[], *(stems for stems in find_stems(word, SURE) if stems)]
    yield from shortest
