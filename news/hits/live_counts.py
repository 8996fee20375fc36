"""Puts the current number of readings into cached pages, and counts each answer as a reading.

The subject of a page is its article and its edition: `41 kk-latn`.
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
from portal.kazakh_scripts.pages import transliterate_page
from portal.page_cache.generation import OLD

FORGOTTEN = 60
"""Seconds after which a number that nobody requested is no longer refreshed, and forgotten."""
MOST = 2000
"""Numbers that are refreshed, of the pages that were requested last: a query of few milliseconds."""
TABLE = HitTotal._meta.db_table


class PageHits:
    """The totals that pages show. `refresh()` reads those of all recently requested pages by one query."""

    def __init__(self) -> None:
        self.requested_at: dict[int, float] = {}
        """By article, when its total was last requested."""
        self.totals: dict[int, tuple[int, float]] = {}
        """By article, its total and when that was read."""

    def current_text(self, subject: str, *, at_any_age: bool = False) -> bytes | None:
        """The sentence with the number; None if the number is too old or was never read."""
        pk, code, _language = parse_subject(subject)
        self.requested_at[pk] = now = time.monotonic()
        total, right_at = self.totals.get(pk, (None, 0.0))
        if total is None or (now - right_at > OLD and not at_any_age):
            return None
        return make_sentence(total, code)

    def record(self, subject: str, environ: dict[str, Any]) -> None:
        """Counts the answer to a request, if somebody reads it."""
        if counting.is_reading(environ):
            pk, _code, language = parse_subject(subject)
            came_from = environ.get("HTTP_REFERER")
            counting.record_hit(pk, language, host_of(came_from) if came_from else "")

    def recent_articles(self, now: float) -> set[int]:
        """The articles requested in the last FORGOTTEN seconds, at most MOST. Forgets all others."""
        asked = self.requested_at.copy()
        lately = {pk for pk, asked_at in asked.items() if now - asked_at < FORGOTTEN}
        if len(lately) > MOST:
            lately = set(nlargest(MOST, lately, key=asked.__getitem__))
        for pk in asked.keys() - lately:
            if (again := self.requested_at.pop(pk)) > asked[pk]:
                self.requested_at[pk] = again
        return lately

    def refresh(self) -> None:
        """Reads the totals of the recently requested articles from the database."""
        began = time.monotonic()
        found = dict.fromkeys(self.recent_articles(began), 0)
        if found:
            with connection.cursor() as cursor:
                numbers = ", ".join(map(str, found))  # as parameters they would take most of the time
                cursor.execute(f"SELECT article_id, counted + brought FROM {TABLE} WHERE article_id IN ({numbers})")  # noqa: S608
                found |= dict(cursor.fetchall())
        self.totals = {pk: (total, began) for pk, total in found.items()}


@lru_cache(maxsize=10_000)
def parse_subject(subject: str) -> tuple[int, str, str]:
    """The article's number, the code of the edition, and the language under which its readings count."""
    article_id, _, code = subject.partition(" ")
    return int(article_id), code, editions.get_edition(code).language


def make_sentence(total: int, code: str) -> bytes:
    """The text of the live place in the template, in the script of the edition."""
    # The last two digits of a large number decide the form of the noun, so 200 sentences an edition are enough.
    before, after, separator = split_sentence(total if total < 100 else 100 + total % 100, code)
    return before + f"{total:,}".replace(",", separator).encode() + after


@lru_cache(maxsize=2000)
def split_sentence(total: int, code: str) -> tuple[bytes, bytes, str]:
    """The sentence before and after such a number, and the separator of its groups of digits."""
    edition = editions.get_edition(code)
    with override(code):
        said = ngettext("Read %(counter)s time", "Read %(counter)s times", total) % {"counter": total}
        separator = get_format("THOUSAND_SEPARATOR")
    text: str = escape(said)
    if edition.is_derived:
        text = transliterate_page(text, edition.lang, edition.transliterate, isolates=edition.dir == "rtl")
    before, _number, after = text.partition(str(total))
    return before.encode(), after.encode(), separator
