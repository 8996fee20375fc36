"""Django's migrate, by one node at a time, and without making readers wait."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

LOCK = 6_417
"""The number by which the nodes know their lock in the database. It means nothing."""
PAUSE = 0.5
"""Seconds between two attempts to take the lock."""
PATIENCE = "5s"
"""How long a migration may wait for a table that is in use: all who come after it wait as long."""


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return
        with hold_lock(connection, self.tell_waiting), limit_waiting(connection):
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if isinstance(error.__cause__, LockNotAvailable):
                    raise CommandError(
                        _("A table is in use, by a backup perhaps. Nothing was changed by this migration; try again.")
                    ) from error
                raise

    def tell_waiting(self) -> None:
        self.stderr.write(_("Another node is migrating the database; waiting for it."))


@contextmanager
def hold_lock(connection: Any, tell_waiting: Callable[[], None]) -> Iterator[None]:
    """Holds the lock of whoever migrates, by a transaction of a connection of its own.

    A lock of the session would be lost behind PgBouncer. Nobody waits for the lock within a statement, for which
    CREATE INDEX CONCURRENTLY of the other node would wait in turn.
    """
    own = connection.copy()
    try:
        own.set_autocommit(False)
        is_told = False
        while not take_lock(own):
            own.rollback()
            if not is_told:
                tell_waiting()
            is_told = True
            time.sleep(PAUSE)
        yield
    finally:
        own.close()


def take_lock(connection: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


@contextmanager
def limit_waiting(connection: Any) -> Iterator[None]:
    """A migration that waits for a table fails soon. Not behind PgBouncer, where others would get the limit."""
    if settings.DATABASE_POOLED:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = %s", [PATIENCE])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
