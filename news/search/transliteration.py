"""Finds the words of texts that a query in Latin or Arabic letters, or typed on the wrong keyboard, may mean.

Latin and Arabic letters do not say which Cyrillic ones were meant: people write а and ә, қ and к, or і and ы with the
same letter. So a spelling is reduced to a skeleton in which these are the same, and the words of texts with the same
skeleton are what may have been meant (`news.search.spelling`).
"""

import re
import unicodedata
from functools import lru_cache

from portal.kazakh_scripts.transliterate import to_latin

KAZAKH = re.compile("[\u0400-\u052f]")
KAZAKH_LETTERS = frozenset("әғқңөұүһі")
FOLDED = str.maketrans("әғқңөұүһі", "агкноуухи")
"""What people type who have no Kazakh letters."""
ARABIC = re.compile("[\u0600-\u06ff]")
ARABIC_LETTERS: dict[int, str | None] = str.maketrans(
    dict(zip("اآبۆگعغدەهةجزيیىئكکقلمنڭوپرستۋۇحخھچشف", "aabvgggdeeejziiiikkklmnnoprstuuhhhssf", strict=True))
    | dict(zip("\u0675\u0676\u0677\u0678", "aoui", strict=True))
    | dict.fromkeys("\u0621\u0674")
)
# Letters that differ between the two Latin tables and a keyboard without Kazakh letters.
ALIKE = str.maketrans(dict(zip("ıyýwūqğşçñŋxc", "iiuuukgssnnhs", strict=True)) | dict.fromkeys("-'"))
PAIRS = (("shch", "s"), ("sh", "s"), ("ch", "s"), ("ts", "s"), ("zh", "j"), ("kh", "h"), ("gh", "g"), ("ng", "n"))

# The same keys on an English and on a Kazakh keyboard, which has its own letters in the row of the digits.
ENGLISH_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`{}:\"<>~"
CYRILLIC_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюёхъжэбюё"
NUMBER = re.compile(r"[0-9№.,–-]+")
LETTERS = 33
"""The number of these keys without shift; the others are the same keys with it."""
ENGLISH_ROW, KAZAKH_ROW = "2345890-=", "әіңғүұқөһ"


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """The skeleton of a word. It is the same in Cyrillic, in either Latin script, without its marks, and in Arabic."""
    if KAZAKH.search(word):
        word = to_latin(word)
    elif ARABIC.search(word):
        word = word.translate(ARABIC_LETTERS)
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", word.lower()).translate(ALIKE))
    word = "".join(letter for letter in plain if letter.isalnum())
    for pair, one in PAIRS:
        word = word.replace(pair, one)
    return re.sub(r"(.)\1+", r"\1", word)


def may_lack_letters(word: str) -> bool:
    """Whether the word may be Kazakh, typed on a keyboard without the letters that only Kazakh has."""
    return KAZAKH_LETTERS.isdisjoint(word)


def spells(word: str, meant: str) -> bool:
    """Whether a word is how somebody writes the Kazakh word `meant`, which has the same skeleton."""
    if KAZAKH.search(word):
        return meant.translate(FOLDED) == word
    # Somebody who types ä and ū means these letters.
    return word.isascii() or bool(ARABIC.search(word)) or word in (to_latin(meant, "2021"), to_latin(meant, "2018"))


def other_keyboard(text: str, language: str) -> str:
    """What the same keys type on the other keyboard: `vfckb[fn` is `маслихат`, `ыутфеу` is `senate`. Numbers stay."""
    text = text.lower()
    if KAZAKH.search(text):
        keys = str.maketrans(CYRILLIC_KEYS[:LETTERS], ENGLISH_KEYS[:LETTERS])
    else:
        kazakh = (ENGLISH_ROW, KAZAKH_ROW) if language == "kk" else ("", "")
        keys = str.maketrans(ENGLISH_KEYS + kazakh[0], CYRILLIC_KEYS + kazakh[1])
    return " ".join(word if NUMBER.fullmatch(word) else word.translate(keys) for word in text.split(" "))
