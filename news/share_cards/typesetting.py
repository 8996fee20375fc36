"""Text on a picture: chooses font size and line breaks, and joins Arabic letters.

Pillow's basic layout draws letter by letter from left to right and needs no system library. What a shaping library
would do for Kazakh in Arabic script is done by `join_letters()` and `to_visual_order()`.
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
"""The distance from one line to the next, as a multiple of the font size."""
ARABIC_LEADING = 1.5
ELLIPSIS = "…"
LAST = 0.7
"""The weight of a short last line, which looks less uneven than a short line elsewhere."""

ARABIC = re.compile("[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]")
LETTER = r"[A-Za-z\u00c0-\u024f0-9\u0400-\u052f]"
LEFT_TO_RIGHT = re.compile(rf"{LETTER}(?:{LETTER}|(?:[ \u00a0.,:/&@’'+-]|(?<![0-9])–)(?={LETTER}))*%?")
"""Runs that keep their order within a line that is read from the right. A range of years is read from the right too,
as browsers show it: the first year stands on the right."""
MIRRORED = str.maketrans("()[]{}«»<>‹›", ")(][}{»«><›‹")
FORMS = {"<isolated>": 0, "<final>": 1, "<initial>": 2, "<medial>": 3}
LAM_ALEF = re.compile("ل([اآأإ])")
BREAK = re.compile(r"[ \t\r\n]+(?![–—]\s)")  # no line begins with a dash
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Setting:
    """A typeset text; its lines are in visual order, as they are drawn from left to right."""

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
        """Draws the text from `y` down; `x` is its left edge, or its right one. Returns where it ends below."""
        ascent = round((self.leading + self.font.size * 0.66) / 2)  # centres capitals in their line
        for number, line in enumerate(self.lines):
            at = (x, y + number * self.leading + ascent)
            canvas.text(at, line, fill, self.font, anchor="rs" if from_right else "ls")
        return y + self.height


@cache
def font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    """The font of a weight, `regular` or `bold`, in pixels."""
    return ImageFont.truetype(FONTS / f"{weight}.ttf", size, layout_engine=ImageFont.Layout.BASIC)


def fit_text(text: str, weight: str, sizes: range, width: int, height: int) -> Setting:
    """Typesets a text in the largest of `sizes`, which go from large to small, at which it fits into width and height.

    If it does not fit at the smallest size, its end is cut off with an ellipsis.
    """
    words = BREAK.split(drawable_text(text).strip())

    def suits(size: int) -> bool:
        measured = MeasuredWords(words, font(weight, size))
        lines = len(measured.fill_lines(width))
        return max(measured.widths) <= width and lines * leading_of(text, size) <= height

    size = sizes[min(bisect_left(sizes, True, key=suits), len(sizes) - 1)]
    chosen, leading = font(weight, size), leading_of(text, size)
    if not suits(size):
        words = shorten_words(words, chosen, width, max(1, height // leading))
    lines = MeasuredWords(words, chosen).even_lines(width)
    return Setting([to_visual_order(" ".join(words[line])) for line in lines], chosen, leading)


def leading_of(text: str, size: int) -> int:
    return round(size * (ARABIC_LEADING if ARABIC.search(text) else LEADING))


def drawable_text(text: str) -> str:
    """The text without characters that the fonts do not have; a letter with an unknown mark loses the mark only."""
    drawable = []
    for letter in UNSEEN.sub("", unicodedata.normalize("NFC", text)):
        for candidate in (letter, unicodedata.normalize("NFKD", letter)[:1]):
            if candidate.isspace() or has_shape(candidate):
                drawable.append(candidate)
                break
    return "".join(drawable)


@lru_cache(maxsize=2048)
def has_shape(letter: str) -> bool:
    """Whether the fonts have the letter: an unknown one is drawn like a character that no font has."""
    sample = font("regular", 40)
    return bytes(sample.getmask(letter)) != bytes(sample.getmask("\U0010ffff"))


# Lines, each a slice of the list of words


class MeasuredWords:
    """Words with their widths in one font, and the ways to break them into lines."""

    def __init__(self, words: list[str], chosen: ImageFont.FreeTypeFont) -> None:
        self.widths = [width_of(to_visual_order(word), chosen) for word in words]
        self.space = width_of(" ", chosen)

    def width(self, line: slice) -> int:
        """Of the words of a line, in pixels."""
        widths = self.widths[line]
        return sum(widths) + self.space * (len(widths) - 1)

    def fill_lines(self, width: int) -> list[slice]:
        """Breaks greedily: each line takes as many words as fit; a word wider than a line stands alone."""
        lines, start = [], 0
        for number in range(1, len(self.widths) + 1):
            if number == len(self.widths) or self.width(slice(start, number + 1)) > width:
                lines.append(slice(start, number))
                start = number
        return lines

    def even_lines(self, width: int) -> list[slice]:
        """Breaks into the same number of lines, but as even as possible, so that no word is left alone."""
        best: dict[int, tuple[float, list[slice]]] = {0: (0, [])}  # the cost and the lines up to each word
        count = len(self.fill_lines(width))
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


def shorten_words(words: list[str], chosen: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """The words that fit into `most` lines, with an ellipsis at the end. A word wider than a line is split."""
    words = [piece for word in words for piece in split_word(word, chosen, width)]
    lines = MeasuredWords(words, chosen).fill_lines(width)
    if len(lines) <= most:
        return words
    before, last = words[: lines[most - 1].start], words[lines[most - 1]]
    while len(last) > 1 and width_of(to_visual_order(" ".join(last) + ELLIPSIS), chosen) > width:
        last.pop()
    while width_of(to_visual_order(last[-1] + ELLIPSIS), chosen) > width:
        last[-1] = last[-1][:-1]
    return [*before, *last[:-1], last[-1].rstrip(",;:–-") + ELLIPSIS]


def split_word(word: str, chosen: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The word split into as few pieces as possible that each fit into a line."""
    found = []
    hyphen = "" if ARABIC.search(word) else "-"
    while width_of(to_visual_order(word), chosen) > width:
        lengths = range(len(word) - 1, 0, -1)
        length = next(
            each for each in lengths if width_of(to_visual_order(word[:each] + hyphen), chosen) <= width or each == 1
        )
        found.append(word[:length] + hyphen)
        word = word[length:]
    return [*found, word]


@lru_cache(maxsize=8192)
def width_of(line: str, chosen: ImageFont.FreeTypeFont) -> int:
    """The width in pixels, of the ink or of the letters' boxes, whichever is larger."""
    left, _top, right, _bottom = chosen.getbbox(line, anchor="ls")
    return ceil(max(right, chosen.getlength(line)) - min(0, left))


# Arabic letters


def to_visual_order(line: str) -> str:
    """The line in visual order, from left to right; a line with Arabic letters is reversed."""
    if not ARABIC.search(line):
        return line
    runs = LEFT_TO_RIGHT.sub(lambda run: run[0][::-1], join_letters(line))
    return runs[::-1].translate(MIRRORED)


def join_letters(text: str) -> str:
    """Replaces each Arabic letter by the form that it takes between its neighbours."""
    text = LAM_ALEF.sub(lambda pair: ligature(pair[1]), text)
    letters = []
    for at, letter in enumerate(text):
        after_joining = at > 0 and joins_next(text[at - 1]) and letter in forms()
        before_joining = at + 1 < len(text) and joins_next(letter) and text[at + 1] in forms()
        letters.append(forms()[letter][after_joining + 2 * before_joining] if letter in forms() else letter)
    return "".join(letters)


def joins_next(letter: str) -> bool:
    return letter in forms() and bool(forms()[letter][FORMS["<initial>"]])


def ligature(alef: str) -> str:
    """The character for lam and this alef together; `forms()` has its form at the end of a word."""
    return next(letter for letter, parts in ligatures().items() if parts == f"ل{alef}")


@cache
def ligatures() -> dict[str, str]:
    return {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in (0xFEF5, 0xFEF7, 0xFEF9, 0xFEFB)}


@cache
def forms() -> dict[str, tuple[str, str, str, str]]:
    """For each letter that joins, its isolated, final, initial and medial form; empty where it has none."""
    found: dict[str, list[str]] = {}
    for code in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEF5)):
        kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if kind in FORMS and len(letters) == 1:
            found.setdefault(chr(int(letters[0], 16)), [""] * 4)[FORMS[kind]] = chr(code)
    found["ە"] = ["ە", found["ه"][1], "", ""]
    found["ـ"] = ["ـ"] * 4
    found |= {letter: [letter, chr(ord(letter) + 1), "", ""] for letter in ligatures()}
    return {letter: (each[0], each[1], each[2], each[3]) for letter, each in found.items() if each[1]}
