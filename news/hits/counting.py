"""Counts the readings of articles, each of them once.

A request only writes its reading to a journal (`news.hits.journals`). Folding adds up the journals and moves their
offsets in the same transaction, so any process may die at any moment: another one counts what it wrote, and nothing is
counted twice. `news.hits.worker` folds in the background all the time.
"""

import os
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import batched
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from news.hits import journals
from news.hits.bots import is_robot
from news.models import HitJournal, ReferrerHits

FETCHED_AHEAD = re.compile("prefetch|prerender|preview", re.IGNORECASE)
PURPOSE_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


def is_reading(asked: Mapping[str, Any]) -> bool:
    """Whether somebody will read the answer to a request, given its WSGI environment.

    Behind a CDN no request is a reading: there a script of the page reports it.
    """
    return asked["REQUEST_METHOD"] == "GET" and not settings.CDN_SECONDS and is_of_a_reader(asked)


def is_of_a_reader(asked: Mapping[str, Any]) -> bool:
    """Whether a request comes neither from a robot nor from a browser that fetches ahead."""
    for name in PURPOSE_HEADERS:
        if name in asked and FETCHED_AHEAD.search(asked[name]):
            return False
    return not is_robot(asked.get("HTTP_USER_AGENT", ""))


def is_staff(request: HttpRequest) -> bool:
    """Whether a request comes from an editor at work, who does not count as a reader."""
    # The cookie first: without one there is no session to look up.
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_staff


_writer = journals.Writer(settings.HITS_DIR)


def begin_own_journal() -> None:
    """In a forked child, because the journal and the waiting readings are those of its parent."""
    global _writer
    if _writer.journal:
        _writer.journal.close()
    _writer = journals.Writer(settings.HITS_DIR)


os.register_at_fork(after_in_child=begin_own_journal)


def record_hit(article_id: int, edition: str, referrer: str = "", *, at: datetime | None = None) -> None:
    """Writes one reading to the journal, in microseconds and without the database. Never fails.

    `referrer` is a host of `news.hits.referrers`.
    """
    hour = journals.hour_of(at.timestamp() if at else time.time())
    _writer.write(journals.line_of(article_id, edition, hour, referrer))


def tidy_own_journal() -> None:
    """Writes the readings that wait in memory to the journal. To be called now and then."""
    _writer.tidy()


def end_own_journal() -> None:
    """To be called when the process stops, so that its journal can be counted to its end and deleted."""
    _writer.end()


@dataclass(frozen=True)
class FoldingResult:
    readings: int = 0
    finished: int = 0
    """Journals of ended processes that were counted to their end and set aside."""


class Overtaken(Exception):
    """Another process has folded the same part of a journal."""


ATTEMPTS = 5
MOST_HOSTS = 100
OTHERS = "…"
"""Stands for all hosts of an article beyond MOST_HOSTS."""


def fold_journals() -> FoldingResult:
    """Counts the journals of this node. Waits while another process is folding them."""
    with journals.folding_lock(settings.HITS_DIR, wait=True):
        return fold_journals_alone(settings.HITS_DIR)


def fold_journals_alone(folder: Path) -> FoldingResult:
    """The same for a caller that holds the lock of folding; without it, one of two would work in vain."""
    for _ in range(ATTEMPTS - 1):
        with suppress(Overtaken, IntegrityError):  # the second: an article was deleted at this moment
            return _fold_once(folder)
    return _fold_once(folder)


def _fold_once(folder: Path) -> FoldingResult:
    _forget_journals_set_aside(folder)
    ends = journals.sizes(folder)
    offsets = dict.fromkeys(ends, 0) | {
        folder / f"{name}{journals.LIVE}": offset
        for name, offset in HitJournal.objects.filter(name__in=[path.stem for path in ends]).values_list(
            "name", "offset"
        )
    }
    readings = 0
    while pieces := {
        path: piece for path, end in ends.items() if (piece := journals.read_lines(path, offsets[path], end))
    }:
        lines = {path.stem: piece for path, piece in pieces.items()}
        readings += _count_pieces(lines, {path.stem: offsets[path] for path in pieces})
        offsets |= {path: offsets[path] + len(piece) for path, piece in pieces.items()}
    finished = sum(journals.set_aside(path, offsets[path]) for path in ends)
    _forget_journals_set_aside(folder)
    return FoldingResult(readings, finished)


def _count_pieces(pieces: dict[str, bytes], offsets: dict[str, int]) -> int:
    """Adds the readings in the pieces of journals and moves their offsets: both or neither."""
    days: defaultdict[tuple[str, date], Counter[int]] = defaultdict(Counter)
    totals: Counter[int] = Counter()
    led: Counter[tuple[int, str]] = Counter()
    for piece in pieces.values():
        for (article_id, edition, hour, referrer), count in journals.parse_readings(piece):
            days[edition, _day(hour)][article_id] += count
            totals[article_id] += count
            if referrer:
                led[article_id, referrer] += count
    with transaction.atomic(durable=True):
        for name, piece in pieces.items():
            _move_offset(name, offsets[name], offsets[name] + len(piece))
        _upsert(ADD_TO_TOTALS, totals.items())
        for edition, day in sorted(days):
            _upsert(ADD_TO_DAYS, days[edition, day].items(), edition, day)
        _upsert_referrers(limit_hosts(led))
    return totals.total()


@lru_cache(maxsize=100)
def _day(hour: int) -> date:
    return datetime.fromtimestamp(hour, timezone.get_default_timezone()).date()


def limit_hosts(led: Counter[tuple[int, str]]) -> Counter[tuple[int, str]]:
    """Counts by article and host, where each new host of an article beyond MOST_HOSTS becomes OTHERS.

    Anyone can make hosts up, so their number has to be limited.
    """
    if not led:
        return led
    known: dict[int, set[str]] = defaultdict(set)
    for article_id, host in ReferrerHits.objects.filter(article__in={pk for pk, _host in led}).values_list(
        "article_id", "host"
    ):
        known[article_id].add(host)
    found: Counter[tuple[int, str]] = Counter()
    for (article_id, host), count in led.most_common():
        if len(known[article_id]) < MOST_HOSTS:
            known[article_id].add(host)
        found[article_id, host if host in known[article_id] else OTHERS] += count
    return found


def _move_offset(name: str, before: int, after: int) -> None:
    if not before:
        HitJournal.objects.bulk_create([HitJournal(name=name)], ignore_conflicts=True)
    if not HitJournal.objects.filter(name=name, offset=before).update(offset=after):
        raise Overtaken(name)


def _forget_journals_set_aside(folder: Path) -> None:
    # First the row, then the file: the file is what shows that a row is still to be deleted.
    for path in journals.counted_journals(folder):
        HitJournal.objects.filter(name=path.stem).delete()
        path.unlink(missing_ok=True)


def import_totals(totals: dict[int, int]) -> None:
    """Adds readings of an older site, so that each article's total is at least as given. Repeating it changes nothing.

    By the ids of the articles. Call it once in a transaction, or two may wait for each other.
    """
    _upsert(BRING, totals.items())


# SQLite and PostgreSQL both understand these. Deleted articles are left out, and rows are locked in the order of their
# keys, so that two nodes never wait for each other in a circle.
ADD_TO_TOTALS = """
    INSERT INTO news_hittotal (article_id, counted, brought)
    SELECT column1, column2, 0 FROM (VALUES %s) AS added
    WHERE column1 IN (SELECT id FROM news_article) ORDER BY column1
    ON CONFLICT (article_id) DO UPDATE SET counted = news_hittotal.counted + excluded.counted
"""
ADD_TO_DAYS = """
    INSERT INTO news_dailyhits (article_id, edition, day, count)
    SELECT column1, %%s, %%s, column2 FROM (VALUES %s) AS added
    WHERE column1 IN (SELECT id FROM news_article) ORDER BY column1
    ON CONFLICT (article_id, edition, day) DO UPDATE SET count = news_dailyhits.count + excluded.count
"""
ADD_TO_REFERRERS = """
    INSERT INTO news_referrerhits (article_id, host, count)
    SELECT column1, column2, column3 FROM (VALUES %s) AS added
    WHERE column1 IN (SELECT id FROM news_article) ORDER BY column1, column2
    ON CONFLICT (article_id, host) DO UPDATE SET count = news_referrerhits.count + excluded.count
"""
BRING = """
    INSERT INTO news_hittotal (article_id, counted, brought, ranked)
    SELECT column1, 0, column2, column2 FROM (VALUES %s) AS brought
    WHERE column1 IN (SELECT id FROM news_article) ORDER BY column1
    ON CONFLICT (article_id) DO UPDATE SET
        brought = excluded.brought - news_hittotal.counted, ranked = excluded.ranked
    WHERE excluded.brought - news_hittotal.counted > news_hittotal.brought
"""
ROWS_IN_A_STATEMENT = 500


def _upsert(statement: str, rows: Iterable[tuple[int, int]], *of_all: Any) -> None:
    with connection.cursor() as cursor:
        for batch in batched(sorted(rows), ROWS_IN_A_STATEMENT):
            # Integers, so they may be part of the statement; thousands of parameters would take most of the time.
            values = ", ".join([f"({article_id:d}, {number:d})" for article_id, number in batch])
            cursor.execute(statement % values, of_all)


def _upsert_referrers(led: Counter[tuple[int, str]]) -> None:
    with connection.cursor() as cursor:
        for batch in batched(sorted(led.items()), ROWS_IN_A_STATEMENT):
            values = ", ".join(["(%s, %s, %s)"] * len(batch))
            cursor.execute(ADD_TO_REFERRERS % values, [value for key, count in batch for value in (*key, count)])
