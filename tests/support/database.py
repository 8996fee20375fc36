"""The database as a witness and as a trouble-maker, on SQLite and on PostgreSQL."""

import os
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model


def own_database_url(name: str) -> str:
    """A database for a portal of its own: of the suite's kind, and of no other process; empty on SQLite."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    return url and f"{url}_{name}_{os.getpid()}"


def refuse_new_rows(model: type[Model]) -> None:
    """From now on, until the test's transaction ends, the database refuses each new row of this model."""
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "sqlite":
        statement = f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    else:
        statement = f"""
            CREATE FUNCTION pg_temp.full_disk() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION pg_temp.full_disk()
        """
    with connection.cursor() as cursor:
        cursor.execute(statement)


def read_all_rows() -> dict[str, list[tuple[Any, ...]]]:
    """What is stored, by model: two readings are equal when nothing was written between them."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
    }
