"""The text of stored HTML, for search, spelling and messages."""

import re
from html import unescape

from django.utils.text import Truncator

# A stored body is exact: < and > stand in it only around tags (news.markup.sanitizer).
INLINE = re.compile(r"</?(?:strong|em|cite|a|sup|sub|ins)\b[^<>]*>")
RAISED = re.compile(r"<(sup|sub)>([^<>]*)</\1>")
SIGNS = {
    "sup": str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ"),
    "sub": str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎"),
}
TAG = re.compile(r"<[^<>]*>")


def plain_text(html: str) -> str:
    """The text of a body's HTML; blocks are kept apart by a space, and words with emphasis inside stay whole.

    Raised and lowered signs stay so, because 10¹ and 101 are two articles of a law; what was struck out is left out.
    """
    if "<s" in html:
        html = RAISED.sub(lambda found: found[2].translate(SIGNS[found[1]]), remove_struck(html))
    return unescape(TAG.sub(" ", INLINE.sub("", html)))


def remove_struck(html: str) -> str:
    before, *parts = html.split("<s>")
    return before + "".join(rest if end else text for text, end, rest in (part.partition("</s>") for part in parts))


def beginning_of(html: str | None, length: int) -> str:
    """The first characters of the text, in one line. Words of neighbouring paragraphs and cells stay apart."""
    return Truncator(" ".join(plain_text(html or "").split())).chars(length)
