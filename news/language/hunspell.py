"""Reads Hunspell's dictionaries, which the operating system has in packages such as hunspell-kk and hunspell-ru.

They are read here and not by Hunspell itself, because only its prefixes and suffixes matter for whether a word is
right. `python -m news.language.hunspell PATH` prints those words of its standard input that the dictionary knows, one
a line.
"""

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple, Protocol

NAMES = {"kk": ["kk_KZ"], "ru": ["ru_RU"], "en": ["en_GB", "en_US"]}
"""Of these the first that is installed is taken; of another language, any."""
PACKAGES = {"en": "hunspell-en-gb"}
"""Of a language whose package is not named after its code alone."""
CODE = Path(__file__).resolve().parents[2]
PATIENCE = 20
"""Seconds to wait for the process that reads a dictionary. It takes a fifth of a second."""


class NoAnswer(Exception):
    """The process that reads a dictionary took too long or failed."""


class Words(Protocol):
    def known_words(self, words: Collection[str]) -> set[str]:
        """The words that are spelt right; all are in small letters."""


class Affix(NamedTuple):
    flag: str
    cut: str
    """What the dictionary has in the place of the affix."""
    condition: re.Pattern[str]


class Dictionary:
    def __init__(self, path: Path):
        """Reads path.aff and path.dic."""
        affixes = path.with_suffix(".aff").read_bytes()
        named = re.search(rb"^(?:\xef\xbb\xbf)?SET (\S+)", affixes, re.MULTILINE)
        encoding = named[1].decode() if named else "latin-1"
        self.flags: dict[str, str] = defaultdict(str)
        for line in path.with_suffix(".dic").read_text(encoding).splitlines()[1:]:
            word, _, flags = line.split("\t")[0].strip().partition("/")
            self.flags[word.lower().replace("ё", "е")] += flags
        self.prefixes: dict[str, list[Affix]] = defaultdict(list)
        self.suffixes: dict[str, list[Affix]] = defaultdict(list)
        for line in affixes.decode(encoding).splitlines():
            match line.split():
                case ["PFX", flag, cut, added, condition, *_]:
                    self.prefixes[letters(added)].append(make_affix(flag, cut, f"{condition}.*"))
                case ["SFX", flag, cut, added, condition, *_]:
                    self.suffixes[letters(added)].append(make_affix(flag, cut, f".*{condition}"))

    def known_words(self, words: Collection[str]) -> set[str]:
        return {word for word in words if self.knows(word)}

    def knows(self, word: str) -> bool:
        word = word.replace("ё", "е")
        return word in self.flags or self.knows_with_suffix(word) or self.knows_with_prefix(word)

    def knows_with_suffix(self, word: str, also: str = "") -> bool:
        """The stem must also have the flag `also`: that of a prefix which was removed before."""
        for end in range(1, len(word) + 1):
            for flag, cut, condition in self.suffixes.get(word[end:], ()):
                stem = word[:end] + cut
                flags = self.flags.get(stem, "")
                if flag in flags and also in flags and condition.fullmatch(stem):
                    return True
        return False

    def knows_with_prefix(self, word: str) -> bool:
        for length in range(1, len(word)):
            for flag, cut, condition in self.prefixes.get(word[:length], ()):
                stem = cut + word[length:]
                if condition.fullmatch(stem) and (
                    flag in self.flags.get(stem, "") or self.knows_with_suffix(stem, flag)
                ):
                    return True
        return False


class Apart(NamedTuple):
    """A dictionary that is read in a process of its own, so that no worker of a server keeps it in memory."""

    path: Path

    def known_words(self, words: Collection[str]) -> set[str]:
        command = [sys.executable, "-X", "utf8", "-m", "news.language.hunspell", str(self.path)]
        asked = "\n".join(words)
        try:
            answer = subprocess.run(  # noqa: S603  (our own program and an installed file)
                command, input=asked, cwd=CODE, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=True
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise NoAnswer from error
        return set(answer.stdout.split())


def make_affix(flag: str, cut: str, condition: str) -> Affix:
    return Affix(flag, letters(cut), re.compile(condition.replace("ё", "е")))


def letters(part: str) -> str:
    """The letters of an affix without its flags; "0" means none."""
    return "" if part == "0" else part.partition("/")[0].replace("ё", "е")


def find_dictionary(folder: str, language: str) -> Path | None:
    """The path of the language's dictionary without the suffixes of its two files; None if there is none."""
    paths = [Path(folder) / name for name in NAMES.get(language, ())]
    if language not in NAMES:
        paths = [path.with_suffix("") for path in sorted(Path(folder).glob(f"{language}_*.aff"))]
    return next((path for path in paths if all(map(Path.exists, files_of(path)))), None)


def package_of(language: str) -> str:
    """The name of the dictionary's package in Debian, which other systems follow."""
    return PACKAGES.get(language, f"hunspell-{language}")


def files_of(path: Path) -> list[Path]:
    return [path.with_suffix(".aff"), path.with_suffix(".dic")]


if __name__ == "__main__":
    print("\n".join(Dictionary(Path(sys.argv[1])).known_words(sys.stdin.read().split())))
