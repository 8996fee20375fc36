"""Reads rows by statements of our own, which takes a fifth of a millisecond less than by one of Django's querysets.

They are read from the connection that portal.replicas has chosen.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from portal.replicas import reading_connection

IS_POSTGRESQL = connection.vendor == "postgresql"
AMONG = "= ANY(%s)" if IS_POSTGRESQL else "IN (SELECT value FROM json_each(%s))"
"""The condition that a column has one of the values of `list_parameter()`: one parameter instead of hundreds."""


def list_parameter(values: Collection[str]) -> list[str] | str:
    return list(values) if IS_POSTGRESQL else json.dumps(list(values))


def read_rows(statement: str, params: Sequence[Any] = ()) -> list[tuple]:
    with reading_connection().cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
