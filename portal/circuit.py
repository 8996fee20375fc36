"""A circuit breaker: a service that failed a moment ago is left alone, so that not everybody waits for it in turn."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PAUSE_OF_JOBS = 200.0
"""Seconds for which jobs leave a mail server, a hub or Telegram alone. Most of these jobs run every two minutes, one
after the other; so a frozen service costs the other jobs one time limit in four minutes, and not in each run."""


class Paused(Exception):
    """No attempt was made, because the last one failed less than the pause ago."""


class Circuit:
    """Knows of one service, in this process, whether it may be tried.

    After a failure nobody tries it for `pause` seconds; then one caller does, while the others still do not.
    """

    def __init__(self, pause: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.pause, self.clock = pause, clock
        self.lock = threading.Lock()
        self.retry_at: float | None = None
        """When the next attempt may begin; None while the service answers."""

    @property
    def is_well(self) -> bool:
        """Whether the last attempt succeeded."""
        return self.retry_at is None

    @contextmanager
    def attempt(self, *failures: type[Exception]) -> Iterator[None]:
        """Runs the block, unless it is to pause: then it raises Paused. These exceptions say that the service failed.

        Any other exception is no failure of the service, which has answered.
        """
        self._begin()
        try:
            yield
        except failures:
            self.retry_at = self.clock() + self.pause
            raise
        except Exception:
            self.close()
            raise
        self.close()

    def _begin(self) -> None:
        with self.lock:
            now = self.clock()
            if self.retry_at is not None:
                if now < self.retry_at:
                    raise Paused(f"It failed and is left alone for another {self.retry_at - now:.0f} seconds.")
                self.retry_at = now + self.pause  # so that only this caller tries, and another one if it never returns

    def close(self) -> None:
        """Lets everybody try again."""
        self.retry_at = None
