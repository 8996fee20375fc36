"""Finds the Kazakh words that a word means which is typed in Latin or Arabic letters, or without Kazakh letters.

They are the words of the site's texts with the same skeleton. If there is none, the longest known root at the beginning
of the word is taken, and the rest is put into Kazakh letters by the harmony of vowels: билиминин is білім-інің.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import islice, product
from typing import NamedTuple

from news.language.kazakh.evidence import soften
from news.language.kazakh.phonology import VOWELS, last_side, spell_out, write_stem
from news.language.stemming import stems
from news.models import SearchWord
from news.search.reading import AMONG, list_parameter, read_rows
from news.search.transliteration import KAZAKH, skeleton, spells

MOST_SPELLINGS = 12
MOST_RESTORED = 4
"""Forms with restored endings: ың and ын, ің and ін are typed alike."""
MOST_VARIANTS = 32
"""Ways to put one ending into Kazakh letters."""
SHORTEST_ROOT, LONGEST_ENDING = 2, 16
TABLE = SearchWord._meta.db_table
OF_SKELETONS = f"SELECT skeleton, word, is_form FROM {TABLE} WHERE language = 'kk' AND skeleton {AMONG}"  # noqa: S608

# By letters of a skeleton, what they may be in an ending after back and after front vowels.
ENDING_LETTERS = {
    "back": dict(zip("adtlmpbzrju", "адтлмпбзржу", strict=True)) | {"e": "е", "k": "қ", "g": "ғ"},
    "front": dict(zip("adtlmpbzrju", "адтлмпбзржу", strict=True)) | {"e": "е", "k": "к", "g": "г"},
}
HIGH_VOWEL = {"back": "ы", "front": "і"}
DEVOICED = {"g": "k", "b": "p"}


class StoredWord(NamedTuple):
    word: str
    is_form: bool


def find_spellings(words: Collection[str]) -> dict[str, list[str]]:
    """By word, the words of the site that it may spell, or else the word with a known root and its ending restored."""
    # Asked for at once, roots too: else the words of a draft would tell of themselves by one statement less.
    roots = {key for word in words for beginning in beginnings(word) for key in root_keys(beginning)}
    stored = load_words(roots.union(map(skeleton, words)))
    found = {word: choose_spellings(word, stored[skeleton(word)]) for word in words}
    missing = [
        word for word in words if not found[word] and StoredWord(word, is_form=True) not in stored[skeleton(word)]
    ]
    return found | {word: list(dict.fromkeys(islice(restored_forms(word, stored), MOST_RESTORED))) for word in missing}


def load_words(skeletons: Collection[str]) -> dict[str, list[StoredWord]]:
    """By skeleton, the stored words; first those that stand in texts as they are."""
    found: dict[str, list[StoredWord]] = defaultdict(list)
    if skeletons := {each for each in skeletons if each}:
        # Sorted here: a database may sort Kazakh words by another alphabet.
        rows = sorted(read_rows(OF_SKELETONS, [list_parameter(skeletons)]), key=lambda row: (not row[2], row[1]))
        for key, word, is_form in rows:
            found[key].append(StoredWord(word, bool(is_form)))
    return found


def choose_spellings(word: str, stored: Collection[StoredWord]) -> list[str]:
    """Those that are spelt exactly so; else all, because people also type ы for і."""
    others = [each for each in stored if each.word != word]
    exact = [each for each in others if spells(word, each.word)]
    chosen = exact or others
    forms = [each for each in chosen if each.is_form]
    return [each.word for each in forms or chosen][:MOST_SPELLINGS]


def beginnings(word: str) -> Iterator[str]:
    """What may be the root of the word, the longest first."""
    for length in range(len(word) - 1, max(SHORTEST_ROOT, len(word) - LONGEST_ENDING) - 1, -1):
        yield word[:length]


def root_keys(beginning: str) -> list[str]:
    """The skeletons of nouns and infinitives whose root is spelt so before an ending."""
    key = skeleton(beginning)
    return [key, key[:-1] + DEVOICED.get(key[-1:], key[-1:]), key + "u"]


def restored_forms(word: str, stored: dict[str, list[StoredWord]]) -> Iterator[str]:
    for beginning in beginnings(word):
        for key in dict.fromkeys(root_keys(beginning)):
            for known in stored.get(key, ()):
                if root := root_before_ending(known, beginning):
                    ending = word[len(beginning) :]
                    hyphen = "-" if ending.startswith("-") else ""
                    yield from forms_of_root(root, known.word, hyphen, skeleton(ending))


def root_before_ending(known: StoredWord, beginning: str) -> str | None:
    """How the known word is spelt before an ending, if the beginning of a word spells it; None if it does not."""
    roots = [known.word, soften(known.word, "ы")]
    if known.word[-1] in "ую":
        roots.append(spell_out(known.word)[:-1])
    key = skeleton(beginning)
    fits = [
        root for root in roots if skeleton(root) == key and (not KAZAKH.search(beginning) or spells(beginning, root))
    ]
    return fits[0] if fits else None


def forms_of_root(root: str, known: str, hyphen: str, ending: str) -> Iterator[str]:
    """The root with the ending in Kazakh letters, where that is a form of the known word."""
    of_known = set(stems(known, "kk"))
    for variant in islice(ending_variants(root, ending), MOST_VARIANTS):
        form = write_stem(root + hyphen + variant)
        if not of_known.isdisjoint(stems(form, "kk")[1:]):
            yield form


def ending_variants(root: str, ending: str) -> Iterator[str]:
    """The ways to write an ending, given by its skeleton, after a root."""
    side = last_side(root) or "back"
    choices: list[str] = []
    before = root[-1]
    for letter in ending:
        if letter == "i":
            choice = "й" if before in VOWELS else HIGH_VOWEL[side]
        elif letter == "n":
            choice = "нң"
        elif letter == "s":
            choice = "сш"
        else:
            choice = ENDING_LETTERS[side].get(letter, "")
        if not choice:
            return
        choices.append(choice)
        before = choice[0]
    yield from map("".join, product(*choices))
