"""A database that fails in the middle of what belongs together."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection


@contextmanager
def failing_writes(table: str) -> Iterator[None]:
    """Every statement in the block that writes into the table fails, as with a full disk."""

    def execute(run: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        if not sql.startswith("SELECT") and f'"{table}"' in sql:
            raise DatabaseError("could not extend file: No space left on device")
        return run(sql, *arguments)

    with connection.execute_wrapper(execute):
        yield
