"""Pages that are made for all readers are read from a replica, so that the primary has time for editors.

Only what the page cache asks for (GENERATION), and only from a replica that holds the generation of pages which is
valid now: it has everything up to the last publication, then. One that lags behind, or does not answer, is left out.
Whatever writes, whatever a person with a session asks for, and jobs and commands know the primary alone.
"""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from itertools import count
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse

from portal.circuit import Circuit, Paused
from portal.page_cache.generation import GENERATION, load_generation

logger = logging.getLogger(__name__)

PAUSE = 10.0
"""Seconds for which nobody asks a replica that did not answer."""
GONE = (DatabaseError, InterfaceError)

circuits = {alias: Circuit(PAUSE) for alias in settings.DATABASES if alias != DEFAULT_DB_ALIAS}
turn = count()
chosen: ContextVar[str] = ContextVar("database to read from", default=DEFAULT_DB_ALIAS)


class ReplicaRouter:
    """Tells Django which database a query goes to."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return chosen.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool:
        return alias == DEFAULT_DB_ALIAS


def reading_connection() -> BaseDatabaseWrapper:
    """The connection to read by with SQL of our own, which no router sees."""
    return connections[chosen.get()]


class ReplicaMiddleware:
    """Answers the page cache from a replica, and from the primary if that fails meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        generation = request.META.get(GENERATION)
        alias = find_replica(generation) if generation is not None and circuits else None
        if alias is None:
            return self.get_response(request)
        token = chosen.set(alias)
        try:
            response = self.get_response(request)
        finally:
            chosen.reset(token)
        if response.status_code < 500:
            return response
        logger.warning("The primary answers for %s.", alias)
        return self.get_response(request)


def find_replica(generation: str) -> str | None:
    """The next replica, in turn, with all that is of this generation; None if there is none."""
    first = next(turn)
    aliases = list(circuits)
    for place in range(len(aliases)):
        alias = aliases[(first + place) % len(aliases)]
        was_well = circuits[alias].is_well
        try:
            with circuits[alias].attempt(*GONE):
                if load_generation(database=alias) == generation:
                    return alias
        except Paused:
            continue
        except GONE as error:
            if was_well:  # once, until it has answered
                logger.error("%s does not answer and is left out: %s", alias, error)
    return None
