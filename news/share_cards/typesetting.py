"""Words on a picture: which font, how large, broken into which lines, in letters that join.

Pillow's plain layout draws one letter after the other, from left to right, and needs no library of the system. What a
shaping library would do for Kazakh in Arabic letters is done by `joined()` and `as_seen()`.
"""

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil
from pathlib import Path

from PIL import ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
LEADING = 1.24
"""From one line to the next, in sizes of the letters."""
ARABIC_LEADING = 1.5
ELLIPSIS = "…"
LAST = 0.7
"""A last line that is short is not as uneven as another one."""

ARABIC = re.compile("[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]")
LEFT_TO_RIGHT = re.compile(
    r"[A-Za-z\u00c0-\u024f0-9\u0400-\u052f]"
    r"(?:[A-Za-z\u00c0-\u024f0-9\u0400-\u052f]|[ \u00a0.,:/&@’'+–-](?=[A-Za-z\u00c0-\u024f0-9\u0400-\u052f]))*%?"
)
"""Runs that keep their order inside a line that is read from the right."""
MIRRORED = str.maketrans("()[]{}«»<>‹›", ")(][}{»«><›‹")
FORMS = {"<isolated>": 0, "<final>": 1, "<initial>": 2, "<medial>": 3}
LAM_ALEF = re.compile("ل([اآأإ])")
BREAK = re.compile(r"[ \t\r\n]+(?![–—]\s)")  # no line begins with a dash
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Setting:
    """A text as it stands: its lines as they are drawn, from left to right."""

    lines: list[str]
    font: ImageFont.FreeTypeFont
    leading: int

    @property
    def height(self) -> int:
        return self.leading * len(self.lines)

    @property
    def width(self) -> int:
        return max((width_of(line, self.font) for line in self.lines), default=0)

    def draw(self, canvas: ImageDraw.ImageDraw, x: int, y: int, fill: str, *, from_right: bool = False) -> int:
        """From `y` down; `x` is where lines begin, at their right end if they are read from there. Returns its end."""
        ascent = round((self.leading + self.font.size * 0.66) / 2)  # a capital stands in the middle of its line
        for number, line in enumerate(self.lines):
            at = (x, y + number * self.leading + ascent)
            canvas.text(at, line, fill, self.font, anchor="rs" if from_right else "ls")
        return y + self.height


@cache
def font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    """`regular` or `bold`."""
    return ImageFont.truetype(FONTS / f"{weight}.ttf", size, layout_engine=ImageFont.Layout.BASIC)


def fit(text: str, weight: str, sizes: range, width: int, height: int) -> Setting:
    """In the largest of `sizes` (given from large to small) in which all fits; in the smallest the end is left out."""
    words = BREAK.split(plain(text).strip())

    def suits(size: int) -> bool:
        measured = Measured(words, font(weight, size))
        lines = len(measured.filled(width))
        return max(measured.widths) <= width and lines * leading_of(text, size) <= height

    size = sizes[min(bisect_left(sizes, True, key=suits), len(sizes) - 1)]
    chosen, leading = font(weight, size), leading_of(text, size)
    if not suits(size):
        words = shortened(words, chosen, width, max(1, height // leading))
    lines = Measured(words, chosen).even(width)
    return Setting([as_seen(" ".join(words[line])) for line in lines], chosen, leading)


def leading_of(text: str, size: int) -> int:
    return round(size * (ARABIC_LEADING if ARABIC.search(text) else LEADING))


def plain(text: str) -> str:
    """What the fonts can show. A letter with an unknown mark stays without it; what is left has no shape here."""
    shown = []
    for letter in UNSEEN.sub("", unicodedata.normalize("NFC", text)):
        for candidate in (letter, unicodedata.normalize("NFKD", letter)[:1]):
            if candidate.isspace() or has_shape(candidate):
                shown.append(candidate)
                break
    return "".join(shown)


@lru_cache(maxsize=2048)
def has_shape(letter: str) -> bool:
    known = font("regular", 40)
    return bytes(known.getmask(letter)) != bytes(known.getmask("\U0010ffff"))


# Lines: each is a slice of the words


class Measured:
    """Words in one font."""

    def __init__(self, words: list[str], chosen: ImageFont.FreeTypeFont) -> None:
        self.widths = [width_of(as_seen(word), chosen) for word in words]
        self.space = width_of(" ", chosen)

    def width(self, line: slice) -> int:
        widths = self.widths[line]
        return sum(widths) + self.space * (len(widths) - 1)

    def filled(self, width: int) -> list[slice]:
        """Each line takes what it can; a word that is wider than a line stands alone in one."""
        lines, start = [], 0
        for number in range(1, len(self.widths) + 1):
            if number == len(self.widths) or self.width(slice(start, number + 1)) > width:
                lines.append(slice(start, number))
                start = number
        return lines

    def even(self, width: int) -> list[slice]:
        """As many lines, but as equal as they can be: none is left with a lonely word."""
        best: dict[int, tuple[float, list[slice]]] = {0: (0, [])}  # how uneven, and the lines, up to each word
        count = len(self.filled(width))
        for number in range(count):
            weight = LAST if number == count - 1 else 1
            longer: dict[int, tuple[float, list[slice]]] = {}
            for start, (cost, lines) in best.items():
                for end in range(start + 1, len(self.widths) + 1):
                    line = slice(start, end)
                    left = width - self.width(line)
                    if left < 0 and end > start + 1:
                        break
                    uneven = cost + weight * left**2
                    if end not in longer or uneven < longer[end][0]:
                        longer[end] = (uneven, [*lines, line])
            best = longer
        return best[len(self.widths)][1]


def shortened(words: list[str], chosen: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """What goes into so many lines; its end says that more follows. A word wider than a line is cut."""
    words = [piece for word in words for piece in pieces(word, chosen, width)]
    lines = Measured(words, chosen).filled(width)
    if len(lines) <= most:
        return words
    before, last = words[: lines[most - 1].start], words[lines[most - 1]]
    while len(last) > 1 and width_of(as_seen(" ".join(last) + ELLIPSIS), chosen) > width:
        last.pop()
    while width_of(as_seen(last[-1] + ELLIPSIS), chosen) > width:
        last[-1] = last[-1][:-1]
    return [*before, *last[:-1], last[-1].rstrip(",;:–-") + ELLIPSIS]


def pieces(word: str, chosen: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The word, in as few pieces as fit into lines of their own."""
    found = []
    hyphen = "" if ARABIC.search(word) else "-"
    while width_of(as_seen(word), chosen) > width:
        lengths = range(len(word) - 1, 0, -1)
        length = next(each for each in lengths if width_of(as_seen(word[:each] + hyphen), chosen) <= width or each == 1)
        found.append(word[:length] + hyphen)
        word = word[length:]
    return [*found, word]


@lru_cache(maxsize=8192)
def width_of(line: str, chosen: ImageFont.FreeTypeFont) -> int:
    """To the right end of its ink or of its last letter's place, whichever is further."""
    left, _top, right, _bottom = chosen.getbbox(line, anchor="ls")
    return ceil(max(right, chosen.getlength(line)) - min(0, left))


# Arabic letters


def as_seen(line: str) -> str:
    """From left to right as it looks: a line with Arabic letters is read from the right."""
    if not ARABIC.search(line):
        return line
    runs = LEFT_TO_RIGHT.sub(lambda run: run[0][::-1], joined(line))
    return runs[::-1].translate(MIRRORED)


def joined(text: str) -> str:
    """Each Arabic letter in the form that its neighbours give it."""
    text = LAM_ALEF.sub(lambda pair: ligature(pair[1]), text)
    done = []
    for at, letter in enumerate(text):
        after_joining = at > 0 and joins_next(text[at - 1]) and letter in forms()
        before_joining = at + 1 < len(text) and joins_next(letter) and text[at + 1] in forms()
        done.append(forms()[letter][after_joining + 2 * before_joining] if letter in forms() else letter)
    return "".join(done)


def joins_next(letter: str) -> bool:
    return letter in forms() and bool(forms()[letter][FORMS["<initial>"]])


def ligature(alef: str) -> str:
    """Stands for both letters; `forms()` knows how it ends a word."""
    return next(letter for letter, parts in ligatures().items() if parts == f"ل{alef}")


@cache
def ligatures() -> dict[str, str]:
    return {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in (0xFEF5, 0xFEF7, 0xFEF9, 0xFEFB)}


@cache
def forms() -> dict[str, tuple[str, str, str, str]]:
    """Of each letter that joins: alone, after another, before another, between two; empty where it has none."""
    found: dict[str, list[str]] = {}
    for code in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEF5)):
        kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if kind in FORMS and len(letters) == 1:
            found.setdefault(chr(int(letters[0], 16)), [""] * 4)[FORMS[kind]] = chr(code)
    found["ە"] = ["ە", found["ه"][1], "", ""]
    found["ـ"] = ["ـ"] * 4
    found |= {letter: [letter, chr(ord(letter) + 1), "", ""] for letter in ligatures()}
    return {letter: (each[0], each[1], each[2], each[3]) for letter, each in found.items() if each[1]}
