"""What Hunspell's dictionaries know, where the operating system has them: hunspell-kk, hunspell-ru, hunspell-en-gb.

Read here and not through a program or library of its own: of Hunspell's rules only prefixes and suffixes matter for
asking whether a word is right. Called as a program, `python -m news.language.hunspell PATH` prints those
of the words on its standard input, one a line, that the dictionary knows.
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
"""Seconds to wait for a process of its own. A dictionary is read in a fifth of one."""


class NoAnswer(Exception):
    """A process of its own took too long or failed."""


class Words(Protocol):
    def known_words(self, words: Collection[str]) -> set[str]:
        """Those that are right; all in small letters."""


class Affix(NamedTuple):
    flag: str
    cut: str
    """What stands in the dictionary instead of the affix."""
    condition: re.Pattern[str]


class Dictionary:
    def __init__(self, path: Path):
        """From path.aff and path.dic."""
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
                    self.prefixes[letters(added)].append(affix(flag, cut, f"{condition}.*"))
                case ["SFX", flag, cut, added, condition, *_]:
                    self.suffixes[letters(added)].append(affix(flag, cut, f".*{condition}"))

    def known_words(self, words: Collection[str]) -> set[str]:
        return {word for word in words if self.knows(word)}

    def knows(self, word: str) -> bool:
        word = word.replace("ё", "е")
        return word in self.flags or self.knows_with_suffix(word) or self.knows_with_prefix(word)

    def knows_with_suffix(self, word: str, also: str = "") -> bool:
        """With another flag too, where a prefix was taken off it."""
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
    """A dictionary that is read in a process of its own, and forgotten with it: a server's workers keep none."""

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


def affix(flag: str, cut: str, condition: str) -> Affix:
    return Affix(flag, letters(cut), re.compile(condition.replace("ё", "е")))


def letters(part: str) -> str:
    """Without further flags; 0 is none: школ is школа without а, and nothing added."""
    return "" if part == "0" else part.partition("/")[0].replace("ё", "е")


def installed(folder: str, language: str) -> Path | None:
    """The dictionary's path without the ends of its two files; None where there is none."""
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
