"""Django's backend for SQLite, with the order of the Kazakh alphabet added."""

from typing import Any

from django.db.backends.sqlite3 import base, features, schema

from portal.kazakh_scripts.collation import COLLATION, compare


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def _collate_sql(self, collation: str) -> str:
        return f"COLLATE {self.quote_name(collation)}"  # Django does not quote it, and the name has hyphens


class DatabaseFeatures(features.DatabaseFeatures):
    supports_json_field = True  # built in since 3.38; otherwise each connection is queried for it


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    SchemaEditorClass = DatabaseSchemaEditor

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.create_collation(COLLATION, compare)
        return connection
