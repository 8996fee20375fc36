"""The number of readings on a finished page: what it is now, and one more.

A page's subject is its article and its edition: `41 kk-latn`.
"""

import time
from functools import lru_cache
from heapq import nlargest
from typing import Any

from django.db import connection
from django.utils.formats import get_format
from django.utils.html import escape
from django.utils.translation import ngettext, override

from news.hits import counting
from news.hits.referrers import host_of
from news.models import HitTotal
from portal import editions
from portal.kazakh_scripts.pages import respell
from portal.page_cache.generation import OLD

FORGOTTEN = 60
"""Seconds after which a number that nobody asked for is not kept up to date, nor remembered."""
MOST = 2000
"""Numbers kept up to date, of the pages asked for last: few milliseconds a look."""
TABLE = HitTotal._meta.db_table


class PageHits:
    """The totals that pages show, brought from the database by `look()`, all that were asked for lately at once."""

    def __init__(self) -> None:
        self.asked: dict[int, float] = {}
        """When each article's was last asked for."""
        self.totals: dict[int, tuple[int, float]] = {}
        """Of each article, and when they were right."""

    def current_text(self, subject: str, *, at_any_age: bool = False) -> bytes | None:
        pk, code, _language = parts_of(subject)
        self.asked[pk] = now = time.monotonic()
        total, right_at = self.totals.get(pk, (None, 0.0))
        if total is None or (now - right_at > OLD and not at_any_age):
            return None
        return sentence(total, code)

    def record(self, subject: str, environ: dict[str, Any]) -> None:
        if counting.is_reading(environ):
            pk, _code, language = parts_of(subject)
            counting.record(pk, language, host_of(environ.get("HTTP_REFERER", "")))

    def asked_lately(self, now: float) -> set[int]:
        """At most MOST; others are forgotten, unless they are asked for in this very moment."""
        asked = self.asked.copy()
        lately = {pk for pk, asked_at in asked.items() if now - asked_at < FORGOTTEN}
        if len(lately) > MOST:
            lately = set(nlargest(MOST, lately, key=asked.__getitem__))
        for pk in asked.keys() - lately:
            if (again := self.asked.pop(pk)) > asked[pk]:
                self.asked[pk] = again
        return lately

    def look(self) -> None:
        began = time.monotonic()
        found = dict.fromkeys(self.asked_lately(began), 0)
        if found:
            with connection.cursor() as cursor:
                numbers = ", ".join(map(str, found))  # not as parameters, which would take most of the time
                cursor.execute(f"SELECT article_id, counted + brought FROM {TABLE} WHERE article_id IN ({numbers})")  # noqa: S608
                found |= dict(cursor.fetchall())
        self.totals = {pk: (total, began) for pk, total in found.items()}


@lru_cache(maxsize=10_000)
def parts_of(subject: str) -> tuple[int, str, str]:
    """The article, the edition, and the language whose readings count."""
    article_id, _, code = subject.partition(" ")
    return int(article_id), code, editions.of_code(code).language


def sentence(total: int, code: str) -> bytes:
    """As the template has it, in the letters of the edition."""
    # Of a large number the last two digits decide the form of the noun, so few sentences need to be made.
    before, after, separator = around(total if total < 100 else 100 + total % 100, code)
    return before + f"{total:,}".replace(",", separator).encode() + after


@lru_cache(maxsize=2000)
def around(total: int, code: str) -> tuple[bytes, bytes, str]:
    """What stands before and after such a number, and between its groups of digits."""
    edition = editions.of_code(code)
    with override(code):
        said = ngettext("Read %(counter)s time", "Read %(counter)s times", total) % {"counter": total}
        separator = get_format("THOUSAND_SEPARATOR")
    text: str = escape(said)
    if edition.is_derived:
        text = respell(text, edition.lang, edition.transliterate, isolates=edition.dir == "rtl")
    before, _number, after = text.partition(str(total))
    return before.encode(), after.encode(), separator
