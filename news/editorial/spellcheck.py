"""Which words of an article nobody knows: neither a dictionary, nor the portal's own lists, nor a name in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from django.conf import settings

from news.language.hunspell import Dictionary, Words, find_dictionary
from news.language.stemming import stems, tokens
from news.models import TRANSLATIONS, KnownWord, Person, Source, Term, Topic

CAPITAL = re.compile(r"(?<!\w)\w*[^\W\d_a-zа-яёәғқңөұүһі]\w*(?:-\w+)*")
"""A word with a capital letter: a name, an abbreviation or the first of a sentence."""


@dataclass
class Proofreader:
    """Of one language."""

    language: str
    dictionary: Words
    own: set[str] = field(default_factory=set)
    """The stems of words that are right though no dictionary has them."""

    @classmethod
    def of(cls, language: str, read: Callable[[Path], Words] = Dictionary) -> Self | None:
        """None where no dictionary of the language is installed."""
        path = find_dictionary(settings.HUNSPELL_FOLDER, language)
        if path is None:
            return None
        own = {stem for word in own_words(language) for stem in stems(word, language)}
        return cls(language, read(path), own)

    def unknown(self, text: str) -> list[str]:
        """In the order of the text, each once. Not looked up: words with a digit or always with a capital letter."""
        names = {word.lower() for word in CAPITAL.findall(text)} - set(CAPITAL.sub(" ", text).lower().split())
        words = [word for word in dict.fromkeys(tokens(text)) if not re.search(r"\d", word) and word not in names]
        known = self.dictionary.known_words({form for word in words for form in self.forms(word)})
        return [word for word in words if not self.is_right(word, known)]

    def forms(self, word: str) -> Iterator[str]:
        """Everything a dictionary may know a word by."""
        yield word
        parts = re.split("[-']", word)
        if len(parts) > 1:
            for part in parts:
                yield from self.forms(part)
        elif self.language == "kk":
            yield from stems(word, "kk")

    def is_right(self, word: str, known: set[str]) -> bool:
        if word in known or not self.own.isdisjoint(stems(word, self.language)):
            return True
        parts = re.split("[-']", word)
        if len(parts) > 1:
            return all(len(part) < 2 or self.is_right(part, known) for part in parts)
        return self.language == "kk" and not known.isdisjoint(stems(word, "kk"))


def own_words(language: str) -> Iterator[str]:
    yield from KnownWord.objects.filter(language=language).values_list("word", flat=True)
    for model in (Person, Source, Term, Topic):
        for name in model.objects.values_list(f"name_{language}", flat=True):
            yield from tokens(name or "")


def proofreaders() -> list[Proofreader]:
    return [reader for language in TRANSLATIONS if (reader := Proofreader.of(language))]
