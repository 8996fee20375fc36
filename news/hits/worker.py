"""The thread of a server process that folds the journals of readings, a few times a second."""

import atexit
import logging
import os
import threading

from django.conf import settings
from django.db import close_old_connections, connections

from news.hits import counting, journals

logger = logging.getLogger(__name__)

INTERVAL = 0.4
"""Seconds between two foldings on a node, so that a number on a page is at most a second old."""


class Folding:
    """The thread of one process. The processes of a node fold in no fixed order, and any of them may die."""

    def __init__(self) -> None:
        self.thread: threading.Thread | None = None
        self.starting = threading.Lock()
        self.stopping = threading.Event()
        self.folded_state: object = {}  # that of a folder without journals
        self.is_well = True

    def start(self) -> None:
        if self.thread:
            return
        with self.starting:
            if not self.thread:
                self.thread = threading.Thread(target=self.run, name="folding", daemon=True)
                self.thread.start()
                atexit.register(self.stop)

    def run(self) -> None:
        while not self.stopping.wait(INTERVAL):
            self.fold_or_complain()
        connections.close_all()

    def fold_or_complain(self) -> None:
        try:
            counting.tidy_own_journal()
            self.fold_what_is_new()
        except Exception as error:
            if self.is_well:  # logged once, because the same error follows until somebody repairs its cause
                logger.error("Readings cannot be counted now and wait in their journals: %s", error)
            self.is_well = False
            connections.close_all()

    def fold_what_is_new(self) -> None:
        """Folds if a journal has changed; without readings there is no query."""
        folder = settings.HITS_DIR
        if journals.seconds_since_folding(folder) < INTERVAL * 0.9:
            return
        state = journals.state(folder)
        if state == self.folded_state:
            return
        with journals.folding_lock(folder, wait=False) as alone:
            if not alone:
                return
            close_old_connections()
            counting.fold_journals_alone(folder)
            close_old_connections()
        self.folded_state = state
        if not self.is_well:
            logger.info("Readings are counted again.")
        self.is_well = True

    def stop(self) -> None:
        """Folds once more when the process ends normally, because its disk may be deleted with it."""
        if not self.thread:
            return
        self.stopping.set()
        self.thread.join()
        self.thread = None
        try:
            counting.end_own_journal()
            counting.fold_journals()
        except Exception as error:
            logger.error("The last readings are not counted yet and wait in their journal: %s", error)
        finally:
            connections.close_all()


_folding = Folding()


def _forget_thread() -> None:
    """In a forked child, which has no thread of its own yet."""
    global _folding
    _folding = Folding()


os.register_at_fork(after_in_child=_forget_thread)


def start_folding() -> None:
    """Starts the thread if it does not run yet. Call it after a server has forked its workers."""
    _folding.start()


def stop_folding() -> None:
    """Counts what this process has written and ends the thread. Call it where a process ends without `atexit`."""
    _folding.stop()
