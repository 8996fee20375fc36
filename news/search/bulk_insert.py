"""Inserts many small rows of words by one statement. Django's way takes most of the time of an import."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model

LEAVE = "DO NOTHING"


def insert_rows(
    model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[str | int]], conflict: str = LEAVE
) -> None:
    """Inserts rows. `conflict` is what happens to one that is there already. No text may hold a line break."""
    if not rows:
        return
    head = f"INTO {model._meta.db_table} ({', '.join(columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One parameter a column: a hundred thousand of them would have to be quoted one by one.
            lists = ", ".join(["string_to_array(%s, E'\\n')"] * len(columns))
            fields = [model._meta.get_field(column) for column in columns]
            values = ", ".join(f"column_{n}::{field.db_type(connection)}" for n, field in enumerate(fields))  # type: ignore[union-attr]
            names = ", ".join(f"column_{n}" for n in range(len(columns)))
            cursor.execute(
                f"INSERT {head} SELECT {values} FROM unnest({lists}) AS new ({names}) ON CONFLICT {conflict}",  # noqa: S608
                ["\n".join(map(str, texts)) for texts in zip(*rows, strict=True)],
            )
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT {head} VALUES ({places}) ON CONFLICT {conflict}", rows)  # noqa: S608
