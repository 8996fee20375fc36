"""Whether a finished page is still what readers should see.

What is shown has a generation: a name in the database that each change replaces, in its own transaction
(`end_pages()`), so that both become visible at one moment, on every node. Other changes come by themselves: the moment
of an article, midnight. `look()` finds out both; `Watch` does it a few times a second while readers come.
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
"""Seconds between two looks, so that a change is seen and a page made anew within one."""
OLD = 0.9
"""Seconds after which what was seen is not relied on: nobody came meanwhile."""
PATIENCE = 1.0
"""Seconds to wait for a database that is slow to answer; then the pages there are go on being good."""


class Fresh(NamedTuple):
    generation: str
    until: float
    """The next moment, in seconds since 1970, at which pages change by themselves."""

    def is_over(self) -> bool:
        return time.time() >= self.until


NOTHING = Fresh("", 0)


def end_pages() -> None:
    """What readers see changes: to be called at the end of the transaction that changes it."""
    Generation.objects.bulk_create(
        [Generation(pk=1, name=uuid4().hex)], update_conflicts=True, unique_fields=["id"], update_fields=["name"]
    )


def look(seen: Fresh = NOTHING) -> Fresh:
    """What holds now, after what was seen before."""
    name = Generation.objects.values_list("name", flat=True).first() or ""
    if name == seen.generation and not seen.is_over():
        return seen  # whoever sets another moment ends the generation too
    tomorrow = timezone.localdate() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, datetime.min.time(), timezone.get_default_timezone())
    moments = [moment for path in settings.NEXT_MOMENTS if (moment := import_string(path)())]
    return Fresh(name, min([midnight, *moments]).timestamp())


class Watch:
    """One thread of a process that asks the database for all others, so that no reader waits for one that hangs.

    `also` is done with each look. It rests while nobody comes.
    """

    def __init__(self, *also: Callable[[], None]) -> None:
        self.also = also
        self.is_well = True
        """The database answers."""
        self.seen = NOTHING
        self.seen_at = float("-inf")
        self.asked_at = float("-inf")
        self.rests = False
        self.hurry = threading.Event()
        self.news = threading.Condition()
        self.thread: threading.Thread | None = None

    def fresh(self) -> Fresh:
        self.asked_at = now = time.monotonic()
        if now - self.seen_at > OLD or self.seen.is_over():
            self.look_now()
        elif self.rests:
            self.hurry.set()
        return self.seen

    def look_now(self) -> None:
        """Returns after a look that began later than this; or soon, while the database is away."""
        began = time.monotonic()
        with self.news:
            if self.thread is None:
                self.thread = threading.Thread(target=self.run, name="freshness", daemon=True)
                self.thread.start()
            self.hurry.set()
            if self.is_well:
                self.news.wait_for(lambda: self.seen_at >= began or not self.is_well, PATIENCE)
                self.is_well = self.is_well and self.seen_at >= began

    def run(self) -> None:
        while True:
            self.rests = time.monotonic() - self.asked_at > OLD
            if self.rests:
                connections.close_all()  # whoever rests needs none
            self.hurry.wait(None if self.rests else INTERVAL)
            self.rests = False
            self.hurry.clear()
            close_old_connections()
            if not self.look_or_complain():
                connections.close_all()
                time.sleep(INTERVAL)

    def look_or_complain(self) -> bool:
        began, was_well = time.monotonic(), self.is_well
        try:
            seen = look(self.seen)
            for each in self.also:
                each()
        except (DatabaseError, InterfaceError) as error:
            if was_well:  # said once: the same follows until somebody repairs it
                logger.error("Pages cannot be compared with the database and stay as they are: %s", error)
            is_well = False
        else:
            self.seen, self.seen_at, is_well = seen, began, True
        with self.news:
            self.is_well = is_well
            self.news.notify_all()
        return is_well
