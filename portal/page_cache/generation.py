"""Whether a cached page is still what readers should see.

The content has a generation: a name in the database that each change replaces in its own transaction
(`invalidate_pages()`), so that both become visible at once, on every node. Other changes come with time: when an
article is to be published, at midnight. `load_fresh()` reads both; `Watch` calls it a few times a second while there
are readers.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone
from django.utils.module_loading import import_string

from portal.models import Generation

logger = logging.getLogger(__name__)

INTERVAL = 0.3
"""Seconds between two looks, so that a change is seen and a page rendered again within one second."""
OLD = 0.9
"""Seconds after which the last look is too old to rely on, because there were no readers meanwhile."""
PATIENCE = 1.0
"""Seconds to wait for a slow database; after them the cached pages are taken as valid."""


class Fresh(NamedTuple):
    """What a page has to agree with to be valid."""

    generation: str
    until: float
    """The next time, in seconds since 1970, at which pages change by themselves."""

    def is_over(self) -> bool:
        return time.time() >= self.until


UNKNOWN = Fresh("", 0)


GENERATION = "portal.generation"
"""In the environment of a request of the page cache: the generation of which the page has to be."""
PAGES, COPIES = 1, 2
"""The rows of the two generations: of the pages, and of files with what readers have, made to be taken along."""


def invalidate_pages(*, copies: bool = False) -> None:
    """Invalidate all cached pages. Call it at the end of the transaction that changes what readers see.

    With `copies` the files that were made of what readers had are outdated too: for a change that takes something from
    readers or gives them another text in its place.
    """
    rows = [PAGES, COPIES] if copies else [PAGES]
    Generation.objects.bulk_create(
        [Generation(pk=pk, name=uuid4().hex) for pk in rows],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name"],
    )


def load_generation(pk: int = PAGES, *, database: str | None = None) -> str:
    """The name of a generation, in a database or where this request reads; empty before the first change."""
    return Generation.objects.using(database).filter(pk=pk).values_list("name", flat=True).first() or ""


def load_copies_generation() -> str:
    """The name that a file made of what readers have must have been made under; empty before the first change.

    Read it before the first row that goes into the file: what changes while the file is made outdates it, too.
    """
    return load_generation(COPIES)


def load_fresh(seen: Fresh = UNKNOWN) -> Fresh:
    """What is valid now; `seen` is the result of the look before."""
    name = load_generation()
    if name == seen.generation and not seen.is_over():
        return seen  # a change that brings an earlier time has also changed the generation
    tomorrow = timezone.localdate() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, datetime.min.time(), timezone.get_default_timezone())
    times = [time for path in settings.NEXT_CHANGES if (time := import_string(path)())]
    return Fresh(name, min([midnight, *times]).timestamp())


class Watch:
    """A thread that queries the database for all others of its process, so that no reader waits for one that hangs.

    The functions `also` are called with each look. The thread rests while there are no readers.
    """

    def __init__(self, *also: Callable[[], None]) -> None:
        self.also = also
        self.is_well = True
        """The database answers."""
        self.seen = UNKNOWN
        self.seen_at = float("-inf")
        self.called_at = float("-inf")
        self.rests = False
        self.wake_up = threading.Event()
        self.looked = threading.Condition()
        self.thread: threading.Thread | None = None

    def fresh(self) -> Fresh:
        """What is valid now, at most about a second old."""
        self.called_at = now = time.monotonic()
        if now - self.seen_at > OLD or self.seen.is_over():
            self.look_now()
        elif self.rests:
            self.wake_up.set()
        return self.seen

    def look_now(self) -> None:
        """Returns after a look that began after this call, or soon if the database does not answer."""
        began = time.monotonic()
        with self.looked:
            if self.thread is None:
                self.thread = threading.Thread(target=self.run, name="freshness", daemon=True)
                self.thread.start()
            self.wake_up.set()
            if self.is_well:
                self.looked.wait_for(lambda: self.seen_at >= began or not self.is_well, PATIENCE)
                self.is_well = self.is_well and self.seen_at >= began

    def run(self) -> None:
        while True:
            self.rests = time.monotonic() - self.called_at > OLD
            if self.rests:
                connections.close_all()  # none is needed while the thread rests
            self.wake_up.wait(None if self.rests else INTERVAL)
            self.rests = False
            self.wake_up.clear()
            close_old_connections()
            if not self.look_or_log():
                connections.close_all()
                time.sleep(INTERVAL)

    def look_or_log(self) -> bool:
        began, was_well = time.monotonic(), self.is_well
        try:
            seen = load_fresh(self.seen)
            for each in self.also:
                each()
        except (DatabaseError, InterfaceError) as error:
            if was_well:  # logged once, and not again until the database has answered
                logger.error(
                    "The database does not answer, so cached pages are served without checking them: %s", error
                )
            is_well = False
        else:
            self.seen, self.seen_at, is_well = seen, began, True
        with self.looked:
            self.is_well = is_well
            self.looked.notify_all()
        return is_well
