"""The number of readings on a finished page: what it is now, and one more.

A page's subject is its article and its edition: `41 kk-latn`.
"""

import time
from functools import lru_cache
from itertools import batched
from typing import Any

from django.db.models import F
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
RECENT = 3
"""Seconds for which the number of a page that somebody asked for is kept up to date for the next one."""
FORGOTTEN = 60
"""Seconds after which a number that nobody asked for is not remembered."""
ROWS_IN_A_STATEMENT = 500


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

    def look(self) -> None:
        began, asked = time.monotonic(), []
        for pk, asked_at in self.asked.copy().items():
            if began - asked_at < RECENT:
                asked.append(pk)
            else:
                self.asked.pop(pk, None)
        found = dict.fromkeys(asked, 0)
        for some in batched(asked, ROWS_IN_A_STATEMENT):
            totals = HitTotal.objects.filter(pk__in=some).annotate(shown=F("counted") + F("brought"))
            found |= dict(totals.values_list("pk", "shown"))
        remembered = {pk: known for pk, known in self.totals.items() if began - known[1] < FORGOTTEN}
        self.totals = remembered | {pk: (total, began) for pk, total in found.items()}


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
