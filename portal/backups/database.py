"""The database of a backup: a snapshot, dumped and restored by the database's own tools, and digests of its tables."""

import hashlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import FileField
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

FILES = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
"""The name of the dump by the kind of the database."""
LOCK_SECONDS = 30
"""How long a restore waits for sessions that still use a table."""
SAME_TEXT = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; "
SAME_TEXT += "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'"
NO_LIMITS = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
"""An office may limit how long pages ask; a snapshot lasts as long as its dump."""
LIMITS = {"connect_timeout", "tcp_user_timeout"}
"""Those of pages. A restore may wait longer for an index to be built."""
DIGEST_OF_ROWS = """
    SELECT count(*), coalesce(sum(
        ('x' || encode(substr(sha256(convert_to(each::text, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint
    ), 0) FROM {} AS each
"""


class ToolFailed(Exception):
    """What pg_dump or pg_restore said before it gave up."""


class Table(NamedTuple):
    """What a table holds. The digest is a sum over its rows, so their order does not matter."""

    rows: int
    digest: str


@contextmanager
def snapshot() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own that sees the database as it is now until the end of the block. Nobody waits for it."""
    connection = connections[DEFAULT_DB_ALIAS].copy()
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute(f"{SAME_TEXT}; {NO_LIMITS}")
            else:
                cursor.execute("BEGIN")
            cursor.execute("SELECT count(*) FROM django_migrations")  # the first query takes the snapshot
        yield connection
    finally:
        connection.close()


@contextmanager
def dump(connection: BaseDatabaseWrapper) -> Iterator[IO[bytes]]:
    """The dump of a snapshot, to be read. Raises ToolFailed when it is not whole."""
    if connection.vendor == "sqlite":
        with NamedTemporaryFile(dir=settings.DATA_DIR, prefix="backup-", suffix=".sqlite3") as file:
            with closing(sqlite3.connect(file.name)) as copy:
                connection.connection.backup(copy)
            yield file
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        name = cursor.fetchone()[0]
    command = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}"]
    with running(command, connection, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        yield process.stdout  # type: ignore[misc]  # not None: it is a pipe


def restore_dump(source: IO[bytes], *, replace: bool) -> None:
    """Puts a dump into the database of the settings, all of it or nothing. Raises ToolFailed.

    With `replace` it takes the place of what is there.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with NamedTemporaryFile(dir=settings.DATA_DIR, prefix="restore-", suffix=".sqlite3") as file:
            while piece := source.read(1024 * 1024):
                file.write(piece)
            file.flush()
            with closing(sqlite3.connect(file.name)) as copy:
                try:
                    copy.backup(connection.connection)
                except sqlite3.Error as error:
                    raise ToolFailed(str(error)) from error
        connection.close()
        return
    command = ["pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    command += ["--clean", "--if-exists"] if replace else []
    with running(command, connection, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        try:
            while piece := source.read(1024 * 1024):
                process.stdin.write(piece)  # type: ignore[union-attr]  # it is a pipe
            process.stdin.close()  # type: ignore[union-attr]
        except BrokenPipeError:
            pass  # it has given up and says why
    connection.close()


@contextmanager
def running(command: list[str], connection: BaseDatabaseWrapper, **pipes: int) -> Iterator[subprocess.Popen[bytes]]:
    """A tool of PostgreSQL connected as `connection` is; the password is in no list of processes. Raises ToolFailed."""
    # Only what the settings say: the library of psycopg is newer than the tools and knows options that they do not.
    known = {each.keyword.decode() for each in Conninfo.get_defaults()} - LIMITS
    where = {key: value for key, value in connection.get_connection_params().items() if key in known}
    where["options"] = f"{where.get('options', '')} -c lock_timeout={LOCK_SECONDS}s".strip()
    password = where.pop("password", None)
    command = [*command, f"--dbname={make_conninfo(**where)}"]
    environment = os.environ | {"PGPASSWORD": password} if password else dict(os.environ)
    # What it says goes to a file: a pipe that nobody reads until the end would be full at some time.
    with NamedTemporaryFile() as said:
        try:
            process = subprocess.Popen(command, env=environment, stderr=said, **pipes)  # type: ignore[call-overload]  # noqa: S603
        except FileNotFoundError as error:
            raise ToolFailed(f"{command[0]}: {error.strerror}") from error
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe and not pipe.closed:
                    pipe.close()
        if process.returncode:
            raise ToolFailed(Path(said.name).read_text(errors="replace").strip() or command[0])


def digest_tables(connection: BaseDatabaseWrapper) -> dict[str, Table]:
    """All tables of a snapshot."""
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
    digest = digest_in_sqlite if connection.vendor == "sqlite" else digest_in_postgresql
    return {name: digest(connection, name) for name in names}


def digest_in_postgresql(connection: BaseDatabaseWrapper, table: str) -> Table:
    with connection.cursor() as cursor:
        cursor.execute(DIGEST_OF_ROWS.format(connection.ops.quote_name(table)))
        rows, total = cursor.fetchone()
    return Table(rows, f"{int(total) % 2**64:016x}")


def digest_in_sqlite(connection: BaseDatabaseWrapper, table: str) -> Table:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    # An expression has no declared type, so the values come as they are stored, even one that its type would refuse.
    values = ", ".join(f"+{quote(column)}" for column in columns)
    rows = total = 0
    for row in connection.connection.execute(f"SELECT {values} FROM {quote(table)}"):  # noqa: S608
        rows += 1
        total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode(errors="surrogatepass")).digest()[:8])
    return Table(rows, f"{total % 2**64:016x}")


def named_files(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of all stored files that the rows of a snapshot refer to.

    Besides Django's FileField that is what a column `file` holds, as that of the dumps of open data.
    """
    quote = connection.ops.quote_name
    fields = {
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, FileField) or field.name == "file"
    }
    names: set[str] = set()
    with connection.cursor() as cursor:
        for table, column in fields:
            cursor.execute(f"SELECT DISTINCT {quote(column)} FROM {quote(table)}")  # noqa: S608
            names |= {name for (name,) in cursor.fetchall() if name}
    return names


def is_empty() -> bool:
    """Whether the database of the settings has no table yet."""
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        return not connection.introspection.table_names(cursor)


def describe() -> dict[str, Any]:
    """Which database it is, for the manifest."""
    connection = connections[DEFAULT_DB_ALIAS]
    version = ".".join(map(str, connection.get_database_version()))
    return {"vendor": connection.vendor, "version": version}
