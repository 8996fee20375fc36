"""Cuts texts into words and reduces words to stems, by which all forms of a word are found.

    tokens("«Қасым-Жомарттың» 5-ке дейінгі…")   қасым-жомарттың 5-ке дейінгі
    stems(word, language)                        what the index has in the place of a word of a text
    strict_stems(word, language)                 what a term of the glossary is found by

Two words match if they have a stem in common. By which stems a word of a query is looked up, `news.search.words`
chooses. The first stem is always the word itself, in small letters. A stem consists of letters and digits, with "-" or
"'" inside some. The stem of a Kazakh verb is its infinitive: қабылданды has the stems қабылдану and қабылдау.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import Stemmer

from news.language.exceptions import SNOWBALL
from news.language.kazakh.stemmer import LONGEST, kazakh_stems, strict_kazakh_stems

# Marks that change nothing in a word: the soft hyphen, invisible joiners and directions, stress and Arabic vowel marks.
IGNORED = re.compile("[\u00ad\u0300-\u036f\u064b-\u065f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
RAISED, RAISED_AFTER_DIGIT = re.compile("[⁰¹²³⁴-⁹]"), re.compile("(?<=[0-9])[⁰¹²³⁴-⁹]+")
"""Raised digits: article 10¹ of a law is 10-1, and км² is км2."""
RANGE = re.compile("(?<=[0-9])[–—](?=[0-9])")
SIGNS = (("‐", "-"), ("‑", "-"), ("’", "'"), ("ʼ", "'"))
WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")

REMEMBERED = 100_000


def tokens(text: str) -> Iterator[str]:
    """The words of a text in small letters. Hyphens and apostrophes stay in them; `stems()` returns the parts too."""
    plain = IGNORED.sub("", unicodedata.normalize("NFC", text).lower())
    plain = RANGE.sub("-", plain)
    if RAISED.search(plain):
        plain = unicodedata.normalize("NFKC", RAISED_AFTER_DIGIT.sub(r"-\g<0>", plain))
    for sign, usual in SIGNS:  # a hundred times as fast as translate() if nearly all letters are Cyrillic
        plain = plain.replace(sign, usual)
    return (word[:LONGEST] for word in WORD.findall(plain))


@lru_cache(REMEMBERED)
def stems(word: str, language: str) -> tuple[str, ...]:
    """All that the index has in the place of this word of a text: the form itself and every stem that it may have."""
    if language == "kk":
        return drop_repeats(kazakh_stems(word))
    parts = [word] if word.isalpha() else [word, *filter(None, re.split("[-']", word))]
    return drop_repeats([word, *(snowball_stem(part, language) for part in parts)])


@lru_cache(REMEMBERED)
def strict_stems(word: str, language: str) -> tuple[str, ...]:
    """The form itself and its likeliest stem, for where finding a wrong word is worse than missing a right one."""
    if language == "kk":
        return drop_repeats(strict_kazakh_stems(word))
    return drop_repeats([word, snowball_stem(word, language)])


def snowball_stem(word: str, language: str) -> str:
    """The word itself in a language that Snowball does not know.

    Each new word gets a new stemmer: threads may not share one, and making it takes microseconds.
    """
    plain = word.replace("ё", "е")
    if exception := SNOWBALL.get(language, {}).get(plain):
        return exception
    try:
        stemmer = Stemmer.Stemmer(language, 0)
    except KeyError:
        return word
    stem: str = stemmer.stemWord(plain)
    return stem


def drop_repeats(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
