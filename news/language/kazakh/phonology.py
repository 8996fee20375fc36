"""How the sounds of Kazakh follow each other: the harmony of vowels, and of consonants."""

import re

VOWELS = frozenset("аәеэоөұүыіяёю")
NASALS = frozenset("мнң")
SONORANTS = frozenset("рлйуиюь")
BUZZING = frozenset("жз")
VOICELESS = frozenset("кқпстфхцчшщһ")
# Words end in these only in other languages; they are spoken as voiceless and written both ways: клубта, клубда.
LOANED = frozenset("бвгдьъ")
CONSONANTS = NASALS | SONORANTS | BUZZING | LOANED | VOICELESS | {"ғ"}
VOICED = VOWELS | NASALS | SONORANTS | BUZZING | LOANED
TOUGH = VOICELESS | LOANED

# The capital letters of the tables of endings. These agree with the vowel before …
HARMONY = {"back": str.maketrans("AIKQ", "аықғ"), "front": str.maketrans("AIKQ", "еікг")}
# … and these with the letter before: each sound with the letters that it follows.
FOLLOWING = {
    "D": {"д": VOICED, "т": TOUGH},
    "N": {"н": VOWELS | NASALS, "д": VOICED - VOWELS, "т": TOUGH},
    "L": {"л": VOWELS | SONORANTS - {"л"}, "д": NASALS | BUZZING | LOANED | {"л"}, "т": TOUGH},
    "G": {"Q": VOICED, "K": TOUGH},
    "M": {"м": VOWELS | NASALS | SONORANTS, "б": BUZZING | LOANED | NASALS, "п": TOUGH},
    "T": {"т": VOWELS | SONORANTS},
    "R": {"р": frozenset("ае")},
}
SIDES = dict.fromkeys("аоұыя", "back") | dict.fromkeys("әөүіе", "front")
EITHER = frozenset("иуюэёь")
"""After these the ending may have both: министрлер, институттар, рубльдің."""


def last_side(text: str) -> str | None:
    """Of the last vowel: back, front, "" where it is either, None where there is none."""
    for letter in reversed(text):
        if letter in SIDES:
            return SIDES[letter]
        if letter in EITHER:
            return ""
    return None


def suits(root: str, side: str) -> bool:
    """Whether an ending of that side may follow.

    Borrowed words take both: Тоқаевтың, банктің, педагогтер, актіге, for no Kazakh word of back vowels ends in к or г.
    """
    return not side or (last_side(root) or side) == side or root.endswith(("ев", "ов", "ә", "к", "г", "кт"))


def spell_out(word: str) -> str:
    """With й where я and ю hide it: қою is қой-у, қояды is қой-ады."""
    return re.sub("(?<=[аәеоөұүыіиу])[яю]", lambda match: "йа" if match[0] == "я" else "йу", word)


def write(stem: str) -> str:
    return stem.replace("йа", "я").replace("йу", "ю")
