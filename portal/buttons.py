"""Buttons over words of a finished text: the markup and every word stay, so that copying and searching give the same as
before. The words stand beside the button and not in it, for the reading modes of browsers throw buttons away.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from typing import NamedTuple

from django.utils.html import escape, format_html

TAG = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*>", re.DOTALL)
CLOSED = frozenset({"a", "button", "h1", "h2", "h3", "h4", "h5", "h6", "script", "style", "textarea", "figcaption"})
"""Elements in which no button may stand, or where nobody looks for one."""


class Button(NamedTuple):
    """Over a piece of a text."""

    start: int
    end: int
    look: str
    """The class of the element that holds the words and their button."""
    opens: str
    """The id of the element that it opens."""
    does: str
    """What pressing it shows, for those who hear it after the words."""


def with_buttons(html: str, find: Callable[[str], Iterable[Button]], *, closed: frozenset[str] = CLOSED) -> str:
    """The HTML, sanitised before. `find` is given each plain text in it, but those inside the closed elements."""
    pieces: list[str] = []
    inside: list[str] = []
    for text, tag in _texts_and_tags(html):
        pieces += [text if inside else _marked(text, find), tag[0] if tag else ""]
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


def _marked(text: str, find: Callable[[str], Iterable[Button]]) -> str:
    plain = unescape(text)
    pieces: list[str] = []
    end = 0
    for button in find(plain):
        pieces += [
            escape(plain[end : button.start]),
            format_html(
                '<span class="{}">{}<button type="button" popovertarget="{}" aria-label="{}: {}"></button></span>',
                button.look,
                words := plain[button.start : button.end],
                button.opens,
                words,
                button.does,
            ),
        ]
        end = button.end
    return "".join([*pieces, escape(plain[end:])]) if pieces else text
