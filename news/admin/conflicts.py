"""The page of a conflict: what two people changed differently, side by side, with nothing chosen beforehand."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from news.content.images import insert_pictures
from news.editorial.comparison import describe_value, mark_difference
from news.editorial.content import TEXTS
from news.editorial.merging import Decision
from news.editorial.revisions import Attempt
from news.markup.sanitizer import image_numbers
from news.models import Image

PREFIX = "choose_"
WRAPPINGS = {"<li": ("<ul>", "</ul>"), "<tr": ("<table><tbody>", "</tbody></table>")}
"""What a browser needs around an item or a row that stands alone."""


class ConflictChoice:
    """One decision as the form shows it."""

    def __init__(self, decision: Decision, attempt: Attempt, label: Any, chosen: str) -> None:
        self.name = PREFIX + decision.key
        self.label = label
        self.chosen = chosen
        self.theirs = show_side(decision, decision.theirs, decision.mine)
        self.mine = show_side(decision, decision.mine, decision.theirs)
        self.by = attempt.newest.created_by
        self.is_paragraph = decision.is_paragraph


def read_answers(data: Mapping[str, Any]) -> dict[str, str]:
    """What was chosen, by the decisions' keys."""
    return {name.removeprefix(PREFIX): data[name] for name in data if name.startswith(PREFIX)}


def show_side(decision: Decision, side: Any, other: Any) -> SafeString:
    """One side's text with its formatting, its own words marked."""
    if not decision.is_paragraph:
        is_text = decision.field in TEXTS
        words = [escape(describe_value(decision.field, value)) for value in (side, other)]
        return mark_safe(mark_difference(*words) if is_text else words[0])  # noqa: S308  (escaped)
    if not side:
        return SafeString(escape(_("(deleted)")))
    before, after = WRAPPINGS.get(side[:3], ("", ""))
    marked = before + mark_difference(side, other) + after
    numbers = image_numbers(side)
    return insert_pictures(marked, Image.objects.in_bulk(numbers) if numbers else {}, is_plain=True)
