"""The full texts beside the search entries, as indexes: so migrations make them for a language that is added."""

from typing import Any

from django.db import models
from django.db.backends.ddl_references import Statement, Table

TEXTS = "news_searchtext"
"""Begins the name of each language's table in SQLite."""


class FullTextIndex(models.Index):
    """The texts of one language.

    In PostgreSQL it is an index on the column `vector`, which the first migration adds because no field of Django is of
    that type. In SQLite it is a table of FTS5, with a trigger that deletes a text together with its entry.
    """

    def __init__(self, *, language: str, **kwargs: Any) -> None:
        kwargs.setdefault("fields", ["place"])
        kwargs.setdefault("name", f"news_search_{language}")
        super().__init__(**kwargs)
        self.language = language

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, expressions, kwargs = super().deconstruct()
        return path, expressions, kwargs | {"language": self.language}

    def create_sql(self, model: type[models.Model], schema_editor: Any, using: str = "", **kwargs: Any) -> Statement:
        if schema_editor.connection.vendor == "postgresql":
            return statement(model, schema_editor, self.postgresql_sql)
        # "If not exists": when Django alters the entries in SQLite, it copies them to a new table and then makes the
        # indexes of that. The old table takes its trigger with it, whereas this one stays.
        # The words come cut and in small letters, so the tokenizer has only to part them.
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {TEXTS}_{self.language} USING fts5"
            "(title, lead, body, marks, tokenize=\"ascii tokenchars '#_-'''\")"
        )
        delete_text = f"DELETE FROM {TEXTS}_{self.language} WHERE rowid = old.place"  # noqa: S608
        return statement(
            model,
            schema_editor,
            f"CREATE TRIGGER {TEXTS}_{self.language}_gone AFTER DELETE ON %(table)s"
            f" WHEN old.language = '{self.language}' BEGIN {delete_text}; END",
        )

    def remove_sql(self, model: type[models.Model], schema_editor: Any, **kwargs: Any) -> Any:
        """A statement; the stubs take it for a string."""
        if schema_editor.connection.vendor == "postgresql":
            return statement(model, schema_editor, self.postgresql_removal_sql)
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TEXTS}_{self.language}_gone")
        return statement(model, schema_editor, f"DROP TABLE {TEXTS}_{self.language}")

    @property
    def postgresql_sql(self) -> str:
        """With a place for the name of the table."""
        return f"CREATE INDEX {self.name} ON %(table)s USING gin (vector) WHERE language = '{self.language}'"

    @property
    def postgresql_removal_sql(self) -> str:
        return f"DROP INDEX IF EXISTS {self.name}"


def statement(model: type[models.Model], schema_editor: Any, sql: str) -> Statement:
    return Statement(sql, table=Table(model._meta.db_table, schema_editor.quote_name))
