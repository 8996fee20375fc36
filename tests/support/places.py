"""Another installation beside that of the tests, with a database and folders of its own, for what is restored."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

numbers = count(1)
needs_database_tools = pytest.mark.skipif(
    "sqlite" not in settings.DATABASES["default"]["ENGINE"] and not shutil.which("pg_dump"),
    reason="PostgreSQL's tools are not installed (postgresql-client)",
)


@dataclass
class Place:
    """An installation that is used by its commands alone."""

    data: Path
    environment: dict[str, str]

    @property
    def media(self) -> Path:
        return self.data / "media"

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A command of manage.py; `more` are further environment variables."""
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=os.environ | self.environment | more,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def examine(self, **more: str) -> dict[str, str]:
        """What the doctor says by its checks, leaving out those that found nothing."""
        said: dict[str, str] = {}
        for report in json.loads(self.run("doctor", "--json", **more).stdout):
            if report["sentence"]:
                said[report["check"]] = f"{said.get(report['check'], '')}{report['level']}: {report['sentence']} "
        return said

    def execute(self, statement: str) -> None:
        """Past Django, on PostgreSQL."""
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as database:
            database.execute(statement)

    def ask(self, statement: str) -> list[tuple]:
        """The rows that its database answers with."""
        code = (
            "from django.db import connection\n"
            f"with connection.cursor() as cursor: cursor.execute({statement!r}); print(repr(cursor.fetchall()))"
        )
        answer = self.run("shell", "--no-imports", "--command", code)
        assert answer.returncode == 0, answer.stderr
        return eval(answer.stdout)


@contextmanager
def empty_place(folder: Path, options: str = "") -> Iterator[Place]:
    """A place without anything in it. Its database is of the same kind as that of the tests.

    `options` are those of CREATE DATABASE.
    """
    folder.mkdir(parents=True)
    environment = {"DATA_DIR": str(folder), "SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "portal.example", "DEBUG": ""}
    environment |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "SITE_URL": "", "MAIL_FROM": ""}
    environment |= {"MEDIA_ROOT": "", "MEDIA_STORAGE": "", "CACHE_URL": "", "EMAIL_URL": "", "DATABASE_URL": ""}
    if connection.vendor == "sqlite":
        yield Place(folder, environment)
        return
    info = connection.get_connection_params()
    name = f"{settings.DATABASES['default']['NAME']}_place_{os.getpid()}_{next(numbers)}"
    server = {key: info[key] for key in ("host", "port", "user", "password") if info.get(key)}
    login = f"{server.get('user', '')}:{server.get('password', '')}"
    address = f"postgres://{login}@{server.get('host', '')}:{server.get('port', 5432)}/{name}"
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), sql.SQL(options)))
        try:
            yield Place(folder, environment | {"DATABASE_URL": address})
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
