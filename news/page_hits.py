"""The number of readings on a finished page: what it is now, and one more.

A page's subject is its article and its edition: `41 kk-latn`.
"""

import time
from functools import lru_cache
from heapq import nlargest
from typing import Any

from django.db import connection
from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.translation import ngettext, override

from news import hits
from news.models import HitTotal
from news.referrers import host_of
from portal import editions
from portal.freshness import OLD
from portal.respelling import respell

BEGINS, ENDS = b'<p class="hits">', b"</p>"
"""Around the readings in templates/news/article.html."""
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

    def split(self, body: bytes) -> tuple[bytes, bytes, bytes]:
        before, begins, rest = body.partition(BEGINS)
        shown, ends, after = rest.partition(ENDS)
        return before + begins, shown, ends + after

    def shown(self, subject: str, *, at_any_age: bool = False) -> bytes | None:
        article_id, _, code = subject.partition(" ")
        self.asked[pk := int(article_id)] = now = time.monotonic()
        total, right_at = self.totals.get(pk, (None, 0.0))
        if total is None or (now - right_at > OLD and not at_any_age):
            return None
        return sentence(total, code)

    def record(self, subject: str, environ: dict[str, Any]) -> None:
        if hits.is_reading(environ):
            article_id, _, code = subject.partition(" ")
            referrer = host_of(environ.get("HTTP_REFERER", ""))
            hits.record(int(article_id), editions.of_code(code).language, referrer)

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
def sentence(total: int, code: str) -> bytes:
    """As the template has it, in the letters of the edition."""
    edition = editions.of_code(code)
    with override(code):
        said = ngettext("Read %(counter)s time", "Read %(counter)s times", total) % {"counter": number_format(total)}
    text: str = escape(said)
    if edition.is_derived:
        text = respell(text, edition.lang, edition.spelling, isolates=edition.dir == "rtl")
    return text.encode()
