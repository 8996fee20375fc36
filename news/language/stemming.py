"""Words as search sees them: cut out of a text, and brought to the stems by which forms of a word find each other.

    tokens("«Қасым-Жомарттың» 5-ке дейінгі…")   қасым-жомарттың 5-ке дейінгі
    stems(word, language)                        what the index keeps at the place of a word of the text
    query_stems(word, language)                  what a word of the query is looked for by

A page and a query meet when the two have a stem in common. The first of each is always the word itself, in small
letters. A stem is letters and digits, with "-" or "'" inside some; a verb's is its infinitive: қабылданды is kept
under қабылдану and қабылдау.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import Stemmer

from news.language.exceptions import SNOWBALL
from news.language.kazakh.stemmer import LONGEST, kazakh_query_stems, kazakh_stems

# Marks that change nothing in a word: the soft hyphen, invisible joiners and directions, stress and Arabic vowel marks.
IGNORED = re.compile("[\u00ad\u0300-\u036f\u064b-\u065f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
SIGNS = (("‐", "-"), ("‑", "-"), ("’", "'"), ("ʼ", "'"))
WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")

REMEMBERED = 100_000


def tokens(text: str) -> Iterator[str]:
    """The words of a text in small letters. A hyphen or apostrophe inside one stays: stems() gives the parts too."""
    plain = IGNORED.sub("", unicodedata.normalize("NFC", text).lower())
    for sign, usual in SIGNS:  # a hundred times as quick as translate() where nearly all letters are Cyrillic
        plain = plain.replace(sign, usual)
    return (match.group()[:LONGEST] for match in WORD.finditer(plain))


@lru_cache(REMEMBERED)
def stems(word: str, language: str) -> tuple[str, ...]:
    """Everything the index keeps at the place of this word of a text: the form and all stems that it may be of."""
    if language == "kk":
        return unique(kazakh_stems(word))
    return unique([word, *(snowball_stem(part, language) for part in (word, *re.split("[-']", word)) if part)])


@lru_cache(REMEMBERED)
def query_stems(word: str, language: str) -> tuple[str, ...]:
    """What this word of a query is looked for by: the form and its likeliest stem."""
    if language == "kk":
        return unique(kazakh_query_stems(word))
    return unique([word, snowball_stem(word, language)])


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


def unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
