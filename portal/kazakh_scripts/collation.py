"""Names in the order of the Kazakh alphabet. PostgreSQL knows it by ICU; here it is for SQLite and for Python."""

import unicodedata
from functools import lru_cache

COLLATION = "kk-x-icu"
"""PostgreSQL's name for it, which SQLite is taught (portal.sqlite3)."""
LETTERS = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
SIGNS = " _-–—,;:!?.…'‘’\"“”«»()[]{}§@*/\\&#%+±<=>|~$€₸"
RANKS = {sign: rank for rank, sign in enumerate(SIGNS + "0123456789" + LETTERS)}

type SortKey = tuple[tuple[int, ...], str, str]


@lru_cache(maxsize=10_000)
def sort_key(text: str) -> SortKey:
    """Signs, digits, Cyrillic, then other letters; marks above letters and capitals tell only between equals."""
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
    """As SQLite asks for it."""
    first, second = sort_key(one), sort_key(other)
    return (first > second) - (first < second)
