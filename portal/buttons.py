"""Adds buttons to words of an HTML text without changing its markup or its words, so that copying and searching give
the same as before. The words stand beside the button and not in it, because reading modes of browsers drop buttons.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from typing import NamedTuple

from django.utils.html import escape, format_html

TAG = re.compile(r"<!--(?:[^<-]|-(?!->)|<(?!!--))*+-->|<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*>")
WITHOUT_BUTTONS = frozenset(
    {"a", "button", "h1", "h2", "h3", "h4", "h5", "h6", "script", "style", "textarea", "figcaption"}
)
"""Elements that may not contain a button, or where nobody expects one."""


class Button(NamedTuple):
    """A button for the words of a plain text from `start` to `end`."""

    start: int
    end: int
    css_class: str
    """Of the element that holds the words and the button."""
    target: str
    """The id of the element that it opens."""
    label: str
    """What it shows, read out after the words."""


def add_buttons(html: str, find: Callable[[str], Iterable[Button]], *, closed: frozenset[str] = WITHOUT_BUTTONS) -> str:
    """Sanitized HTML with buttons. `find` gets each plain text in it, except those inside the `closed` elements."""
    pieces: list[str] = []
    inside: list[str] = []
    for text, tag in _texts_and_tags(html):
        pieces += [text if inside else _add_to_text(text, find), tag[0] if tag else ""]
        if tag and (name := (tag[2] or "").lower()) in closed:
            if not tag[1]:
                inside.append(name)
            elif inside and inside[-1] == name:
                inside.pop()
    return "".join(pieces)


def _texts_and_tags(html: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    end = 0
    for tag in TAG.finditer(html):
        yield html[end : tag.start()], tag
        end = tag.end()
    yield html[end:], None


def _add_to_text(text: str, find: Callable[[str], Iterable[Button]]) -> str:
    plain = unescape(text)
    pieces: list[str] = []
    end = 0
    for button in find(plain):
        pieces += [
            escape(plain[end : button.start]),
            format_html(
                '<span class="{}">{}<button type="button" popovertarget="{}" aria-label="{}: {}"></button></span>',
                button.css_class,
                words := plain[button.start : button.end],
                button.target,
                words,
                button.label,
            ),
        ]
        end = button.end
    return "".join([*pieces, escape(plain[end:])]) if pieces else text
