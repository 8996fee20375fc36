"""A portal apart from all others, for a measurement or a test: its own folder, its own database, its own servers."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent


class Portal:
    """`database_url` names a PostgreSQL database that must not exist yet, or is empty for a SQLite file."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder = folder
        self.database_url = database_url or f"sqlite:///{folder / 'db.sqlite3'}"
        self.settings: dict[str, str] = {}
        """Put over those that all such portals have."""

    def environment(self, node: str = "") -> dict[str, str]:
        data = self.folder / f"data{node}"
        data.mkdir(exist_ok=True)
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": "of a portal that lives for a minute",
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": "http://127.0.0.1",
            "DEBUG": "1",  # the static files need not be collected
            "DATA_DIR": str(data),
            "DATABASE_URL": self.database_url,
            "CACHE_URL": "",
            "PAGE_CACHE_MB": "64",
            "EMAIL_URL": "",
            **self.settings,
        }

    def go_live(self) -> None:
        """From now on as in production, for what is measured: Django keeps no record of its queries."""
        self.settings["DEBUG"] = ""
        self.manage("collectstatic", "--no-input", "--verbosity=0")

    def manage(self, *arguments: str) -> str:
        return self.python("manage.py", *arguments)

    def shell(self, code: str) -> str:
        return self.python("-c", f"import django; django.setup()\n{code}")

    def python(self, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), text=True, capture_output=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def add_articles(self, number: int) -> list[str]:
        """Published ones in Kazakh; returns their addresses, the id in each after the second slash."""
        return self.shell(
            f"""
from django.utils import timezone
from news.models import Article, Source
from portal.page_cache.generation import invalidate_pages
source, _ = Source.objects.get_or_create(slug="senat", defaults={{"name_kk": "Сенат", "short_name_kk": "Сенат"}})
for number in range({number}):
    print(Article.objects.create(
        source=source, status="approved", publish_at=timezone.now(),
        title_kk=f"Мақала {{number}}", slug_kk=f"maqala-{{number}}", body_kk="<p>Мәтін.</p>",
    ).get_absolute_url())
invalidate_pages()
"""
        ).split()

    def read_counts(self) -> dict[int, int]:
        """Readings of each article in the database; its days must give the same sum."""
        totals = "SELECT article_id, counted, 0 FROM news_hittotal WHERE counted > 0"
        days = "SELECT article_id, 0, sum(count) FROM news_dailyhits GROUP BY article_id"
        found: dict[int, list[int]] = {}
        for article, *counts in self.execute(f"{totals} UNION ALL {days}"):  # of one moment, while folding goes on
            found[article] = [int(a + b) for a, b in zip(found.get(article, [0, 0]), counts, strict=True)]
        assert all(total == days for total, days in found.values()), found
        return {article: total for article, (total, _days) in found.items()}

    def execute(self, statement: str) -> list[tuple]:
        """Past Django, which would take seconds to begin."""
        if self.database_url.startswith("sqlite"):
            with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=20)) as database, database:
                return database.execute(statement).fetchall()
        with psycopg.connect(self.database_url) as database:
            cursor = database.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def own_portal(database_url: str = "", migrated: Path | None = None) -> Iterator[Portal]:
    """Migrated, without content; gone afterwards. On SQLite a database that is `migrated` already may be copied."""
    folder = Path(tempfile.mkdtemp(prefix="own-portal-"))
    try:
        with own_database(database_url):
            portal = Portal(folder, database_url)
            if migrated and not database_url:
                shutil.copyfile(migrated, folder / "db.sqlite3")
            else:
                portal.manage("migrate", "--verbosity=0")
            yield portal
    finally:
        shutil.rmtree(folder)


@contextmanager
def own_database(url: str) -> Iterator[None]:
    """An empty database of a server; gone afterwards. Nothing without a URL."""
    if url:
        _on_server(url, "CREATE DATABASE")
    try:
        yield
    finally:
        if url:
            _on_server(url, "DROP DATABASE", "WITH (FORCE)")


def _on_server(database_url: str, verb: str, options: str = "") -> None:
    parts = urlsplit(database_url)
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(f'{verb} "{parts.path.strip("/")}" {options}')


class Server:
    """The portal's own server (portal.server) on a port, or on the socket at a path."""

    def __init__(
        self,
        portal: Portal,
        *,
        node: str = "",
        workers: int = 1,
        threads: int = 16,
        port: int = 0,
        path: Path | None = None,
        options: Sequence[str | Path] = (),
        root: Path = ROOT,
    ) -> None:
        self.root = root
        self.port = port or free_port()
        self.bound = f"unix:{path}" if path else f"127.0.0.1:{self.port}"
        self.log = (portal.folder / f"server-{self.port}.log").open("wb")
        self.command = [
            sys.executable, "-m", "portal.server", "--bind", self.bound, "--workers", str(workers),
            "--threads", str(threads), "--verbose", *options,
        ]  # fmt: skip
        self.environment = portal.environment(node)
        self.start()

    def start(self) -> None:
        """Waits until it can be connected to."""
        self.process = subprocess.Popen(
            self.command, cwd=self.root, env=self.environment, stdout=self.log, stderr=self.log
        )
        self.wait_for_worker()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self.log.close()

    def end(self) -> None:
        """Once all that were asked before are answered."""
        self.process.terminate()
        try:
            self.process.wait(120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def workers(self) -> list[int]:
        return [int(pid) for pid in _children(self.process.pid)]

    def wait_for_worker(self) -> None:
        """Until the server is connected to."""
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.connect().close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError(Path(self.log.name).read_text())

    def connect(self) -> socket.socket:
        """A new connection to it."""
        if self.bound.startswith("unix:"):
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(self.bound.removeprefix("unix:"))
            except OSError:
                connection.close()
                raise
            return connection
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def kill_worker(self) -> None:
        """As the kernel does when memory is short; the server starts another."""
        pid = self.workers()[0]
        os.kill(pid, signal.SIGKILL)
        while pid in self.workers():  # until then it may still be connected to
            time.sleep(0.01)

    def renew(self) -> None:
        """Loads the code anew, and waits until no worker is there that has the old one."""
        before = {*self.workers()}
        self.load_anew()
        while before & {*self.workers()}:
            time.sleep(0.1)

    def kill_all(self) -> None:
        """As when the machine fails, but that its disk is still there; then it begins again."""
        workers = self.workers()
        for pid in (self.process.pid, *workers):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        with suppress(OSError):
            while True:  # while their threads end they can still be connected to
                self.connect().close()
                time.sleep(0.01)
        self.start()

    def restart(self) -> None:
        """As a service is restarted."""
        self.end()
        self.start()

    def load_anew(self) -> None:
        """All code and settings, a worker at a time."""
        self.process.send_signal(signal.SIGHUP)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine, good for two days, and its key."""
    certificate, key = folder / "fullchain.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


def _children(pid: int) -> list[str]:
    return subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE, text=True).stdout.split()
