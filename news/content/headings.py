"""The headings of a text: links to them, and the contents of a long one."""

from dataclasses import dataclass

from news.markup.plain_text import plain_text

FEWEST = 3
"""From so many headings on a text has contents."""


@dataclass(frozen=True)
class Heading:
    anchor: str
    text: str


def list_headings(html: str) -> list[Heading]:
    """The headings of a sanitised text, in their order."""
    texts = (part.partition("</h2>") for part in html.split("<h2>")[1:])
    return [Heading(f"part-{number}", plain_text(text).strip()) for number, (text, _end, _rest) in enumerate(texts, 1)]


def add_anchors(html: str) -> str:
    """The same text, in which each heading can be linked to."""
    before, *parts = html.split("<h2>")
    return before + "".join(f'<h2 id="part-{number}">{part}' for number, part in enumerate(parts, 1))
