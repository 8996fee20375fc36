"""A catalogue that marks whatever it translates, so that on a page every word it did not give stands out."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import trans_real
from django.utils.translation.trans_real import DjangoTranslation

BEGIN, END = "⟦", "⟧"
MARKED = re.compile(f"{BEGIN}[^{BEGIN}{END}]*{END}")
SPOKEN = {"alt", "title", "aria-label", "aria-description", "placeholder", "label", "data-label", "data-done"}
SILENT = {"script", "style", "code", "kbd"}
METAS = {"description", "og:title", "og:description", "og:site_name", "og:image:alt"}
WORD = re.compile(r"[^\W\d_][\w-]+")


def mark(text: str) -> str:
    return f"{BEGIN}{text}{END}"


class Marking(DjangoTranslation):
    """What is in the catalogue comes marked; what is not comes as it was asked for, from no other language."""

    def _add_fallback(self, localedirs=None):
        pass

    def gettext(self, message):
        return mark(super().gettext(message)) if self._catalog.get(message) else message

    def ngettext(self, singular, plural, number):
        found = super().ngettext(singular, plural, number)
        return found if found in (singular, plural) else mark(found)


@contextmanager
def mark_translations(language: str) -> Iterator[None]:
    usual = trans_real.translation(language)
    trans_real._translations[language] = Marking(language)
    try:
        yield
    finally:
        trans_real._translations[language] = usual


class Words(HTMLParser):
    """The words a person sees or hears on a page, or a script is given to say, that no catalogue gave."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = False
        self.feed(html)
        # A marked sentence may have elements in it.
        self.found = set(WORD.findall(unmarked("\n".join(self.texts))))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.silent = self.silent or tag in SILENT
        if given.get("name") in METAS or given.get("property") in METAS:
            self.hear(given["content"])
        for name, value in given.items():
            is_button = name == "value" and given.get("type") in ("submit", "button", "reset")
            if name in SPOKEN or is_button:
                self.hear(value)
            elif name.startswith("data-") and value.startswith(("{", "[")):
                for text in strings(json.loads(value)):
                    self.hear(text)
            elif name.startswith("data-") and " " in value:
                self.hear(value)

    def handle_endtag(self, tag: str) -> None:
        self.silent = self.silent and tag not in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.hear(data)

    def hear(self, text: str) -> None:
        self.texts.append(text)


def unmarked(text: str) -> str:
    """What is left without the marked parts, which may be one inside another."""
    while text != (text := MARKED.sub(" ", text)):
        pass
    return text


def strings(value: Any) -> Iterator[str]:
    """The texts in what a script is given, without names and addresses."""
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]:
        if isinstance(each, (dict, list)):
            yield from strings(each)
        elif isinstance(each, str) and " " in each:
            yield each
