"""The headings of a text: links to them, and the contents of a long one."""

import re
from dataclasses import dataclass
from itertools import count

from news.markup.plain_text import plain_text

HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
FEWEST = 3
"""From so many headings on a text has contents."""


@dataclass(frozen=True)
class Heading:
    anchor: str
    text: str


def list_headings(html: str) -> list[Heading]:
    """The headings of a sanitised text, in their order."""
    return [
        Heading(f"part-{number}", plain_text(found).strip()) for number, found in enumerate(HEADING.findall(html), 1)
    ]


def add_anchors(html: str) -> str:
    """The same text, in which each heading can be linked to."""
    numbers = count(1)
    return HEADING.sub(lambda found: f'<h2 id="part-{next(numbers)}">{found[1]}</h2>', html)
