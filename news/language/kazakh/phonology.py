"""Which sounds of Kazakh may follow each other: the harmony of vowels and of consonants."""

import re

VOWELS = frozenset("аәеэоөұүыіяёю")
NASALS = frozenset("мнң")
SONORANTS = frozenset("рлйуиюь")
BUZZING = frozenset("жз")
VOICELESS = frozenset("кқпстфхцчшщһ")
# Only borrowed words end in these. They are spoken as voiceless and written both ways: клубта, клубда.
LOANED = frozenset("бвгдьъ")
CONSONANTS = NASALS | SONORANTS | BUZZING | LOANED | VOICELESS | {"ғ"}
VOICED = VOWELS | NASALS | SONORANTS | BUZZING | LOANED
TOUGH = VOICELESS | LOANED

# The capital letters of `news.language.kazakh.endings`. These agree with the vowel before them …
HARMONY = {"back": str.maketrans("AIKQ", "аықғ"), "front": str.maketrans("AIKQ", "еікг")}
# … and these with the letter before them: for each sound, the letters that it may follow.
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
"""After these an ending may be back or front: министрлер, институттар, рубльдің."""


def last_side(text: str) -> str | None:
    """The side of the last vowel: "back", "front", "" if it may be either, None if there is no vowel."""
    for letter in reversed(text):
        if letter in SIDES:
            return SIDES[letter]
        if letter in EITHER:
            return ""
    return None


def suits(root: str, side: str) -> bool:
    """Whether an ending of that side may follow the root.

    Borrowed words take both sides (Тоқаевтың, банктің, педагогтер, актіге): they are known by ending in к or г after
    back vowels, which no Kazakh word does.
    """
    return not side or (last_side(root) or side) == side or root.endswith(("ев", "ов", "ә", "к", "г", "кт"))


def spell_out(word: str) -> str:
    """Writes я and ю after a vowel as йа and йу: қою is қой-у, қояды is қой-ады."""
    return re.sub("(?<=[аәеоөұүыіиу])[яю]", lambda match: "йа" if match[0] == "я" else "йу", word)


def write_stem(stem: str) -> str:
    """Undoes `spell_out()`."""
    return stem.replace("йа", "я").replace("йу", "ю")
