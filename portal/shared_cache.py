"""The cache that all processes and nodes share if CACHE_URL names a Redis; else it is the cache of this process.

All code uses Django's cache through this module alone. Redis may be down, or accept connections and never answer, and
no reader may notice more of it than a quarter of a second once in PAUSE seconds (the time limits are in
`settings.CACHES`). So a failure is never an exception: nothing is found, nothing is stored, nothing is counted.
"""

import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core.cache import cache

from portal.circuit import Circuit, Paused

logger = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds for which a cache that failed is left alone."""


class SharedCache:
    """Django's cache behind a circuit breaker."""

    def __init__(self) -> None:
        self.circuit = Circuit(PAUSE)

    def get(self, key: str) -> Any:
        """What is stored under the key; None if there is nothing, or if the cache fails."""
        return self._try(lambda: cache.get(key))

    def set(self, key: str, value: Any, seconds: float) -> None:
        """Stores a value for so many seconds, unless the cache fails."""
        self._try(lambda: cache.set(key, value, seconds))

    def increment(self, key: str, seconds: float) -> int | None:
        """Adds 1 to a counter that begins at 0 and ends after so many seconds. None if the cache fails."""

        def increment() -> int:
            cache.add(key, 0, seconds)
            return cache.incr(key)

        count: int | None = self._try(increment)
        return count

    def answers(self) -> bool:
        """Whether the cache returns what is stored in it."""
        sent = uuid4().hex
        self.set(f"health:{sent}", sent, PAUSE)
        return bool(self.get(f"health:{sent}") == sent)

    def _try(self, operation: Callable[[], Any]) -> Any:
        was_well = self.circuit.is_well
        try:
            # Any exception: in the network, in the cache, or from a value in it that cannot be unpickled.
            with self.circuit.attempt(Exception):
                result = operation()
        except Paused:
            return None
        except Exception as error:
            if was_well:  # logged once, and not again until the cache has answered
                logger.error(
                    "The shared cache does not answer: each process caches pages alone, requests are not limited. %s",
                    error,
                )
            return None
        if not was_well:
            logger.info("The shared cache answers again.")
        return result


shared_cache = SharedCache()
"""The one of this process, so that each failure is known to all code at once."""
