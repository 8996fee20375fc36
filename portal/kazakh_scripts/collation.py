"""Sorts names in the order of the Kazakh alphabet, for SQLite and for Python. PostgreSQL has it from ICU."""

import unicodedata
from functools import lru_cache

COLLATION = "kk-x-icu"
"""PostgreSQL's name for this order; portal.sqlite3 registers it under the same name."""
LETTERS = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
SIGNS = " _-–—,;:!?.…'‘’\"“”«»()[]{}§@*/\\&#%+±<=>|~$€₸"
RANKS = {sign: rank for rank, sign in enumerate(SIGNS + "0123456789" + LETTERS)}

type SortKey = tuple[tuple[int, ...], str, str]


@lru_cache(maxsize=10_000)
def sort_key(text: str) -> SortKey:
    """The key to sort by: signs, digits, Cyrillic, then other letters. Marks above letters and capitals only decide
    between texts that are otherwise equal.
    """
    ranks: list[int] = []
    marks: list[str] = []
    for letter in unicodedata.normalize("NFC", text).lower():
        if letter in RANKS:
            ranks.append(RANKS[letter])
            continue
        for part in unicodedata.normalize("NFKD", letter):
            if unicodedata.combining(part):
                marks.append(part)
            else:
                ranks.append(len(RANKS) + ord(part))
    return tuple(ranks), "".join(marks), text.swapcase()


def compare(one: str, other: str) -> int:
    """Less than zero, zero or more, as SQLite expects of a collation."""
    first, second = sort_key(one), sort_key(other)
    return (first > second) - (first < second)
