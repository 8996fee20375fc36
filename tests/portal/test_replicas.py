"""Pages come from a replica that has all publications, and from the primary otherwise."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest

from bench.own_portal import Portal, Server, own_portal
from tests.support.database import own_database_url
from tests.support.doors import wait_for

pytestmark = pytest.mark.own_portal

NOBODY = "postgres://portal:hidden@127.0.0.1:1/portal"


class Replica:
    """A copy of a portal's database that follows nothing: what was changed in it alone shows who was read."""

    def __init__(self, portal: Portal) -> None:
        self.url = f"{portal.database_url}_replica"
        if self.url.startswith("sqlite"):
            self.url = f"sqlite:///{portal.folder / 'replica.sqlite3'}"
            with closing(sqlite3.connect(portal.folder / "db.sqlite3")) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copyfile(portal.folder / "db.sqlite3", portal.folder / "replica.sqlite3")
        else:
            self.ask_server(f'CREATE DATABASE "{self.name}" TEMPLATE "{urlsplit(portal.database_url).path[1:]}"')

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.strip("/")

    def ask_server(self, statement: str) -> None:
        with psycopg.connect(urlsplit(self.url)._replace(path="/postgres").geturl(), autocommit=True) as connection:
            connection.execute(statement)

    def execute(self, statement: str) -> None:
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20)) as database, database:
                database.execute(statement)
        else:
            with psycopg.connect(self.url) as database:
                database.execute(statement)

    def disconnect(self, url: str) -> None:
        """Nobody is or gets connected to this other database of the server, until `allow_connections`."""
        name = urlsplit(url).path.strip("/")
        self.ask_server(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        self.ask_server(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def allow_connections(self, url: str) -> None:
        self.ask_server(f'ALTER DATABASE "{urlsplit(url).path.strip("/")}" ALLOW_CONNECTIONS true')

    def drop(self) -> None:
        if not self.url.startswith("sqlite"):
            self.ask_server(f'DROP DATABASE "{self.name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def portal(migrated_database) -> Iterator[Portal]:
    with own_portal(own_database_url("replicas"), migrated_database) as portal:
        portal.addresses = portal.add_articles(3)  # type: ignore[attr-defined]
        portal.manage("reindex")
        yield portal


@pytest.fixture
def replica(portal) -> Iterator[Replica]:
    made = Replica(portal)
    yield made
    made.drop()


def read(server: Server, path: str, cookie: str = "") -> str:
    with server.connect() as connection:
        head = f"Cookie: {cookie}\r\n" if cookie else ""
        connection.sendall(
            f"GET {quote(path, safe='/?=+&')} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{head}\r\n".encode()
        )
        said = b""
        while piece := connection.recv(65536):
            said += piece
    return said.decode("utf-8", "replace")


def test_pages_are_read_from_a_replica_that_has_all_publications(portal, replica, monkeypatch):
    one, other, third = portal.addresses
    monkeypatch.setattr(portal, "settings", {"DATABASE_REPLICAS": f"{NOBODY} {replica.url}"})
    replica.execute("UPDATE news_article SET title_kk = 'Көшірме'")
    with Server(portal) as server:
        for_readers = read(server, one)
        for_somebody = read(server, one, cookie="sessionid=of-somebody")
        portal.shell(
            "from news.models import Article\nfrom portal.page_cache.generation import invalidate_pages\n"
            "Article.objects.update(title_kk='Түпнұсқа')\ninvalidate_pages()"
        )
        follows_at_once = wait_for(lambda: "Түпнұсқа" in read(server, one), seconds=2)
        not_seen_before = read(server, other)
        name = portal.execute("SELECT name FROM portal_generation WHERE id = 1")[0][0]
        replica.execute(f"UPDATE portal_generation SET name = '{name}' WHERE id = 1")
        once_it_follows = read(server, third)
        said = Path(server.log.name).read_text()

    assert "Көшірме" in for_readers
    assert "Көшірме" not in for_somebody
    assert follows_at_once
    assert "Түпнұсқа" in not_seen_before
    assert "Көшірме" in once_it_follows
    assert said.count("replica 1 does not answer") == 1
    assert "hidden" not in said


WITH_SQL_OF_OUR_OWN = ("/search/?q=мақала+мәтін", "/search/feed.rss?q=мақала+мәтін", "/sitemap.xml")


def test_pages_with_sql_of_our_own_are_read_from_a_replica_too(portal, replica, monkeypatch):
    monkeypatch.setattr(portal, "settings", {"DATABASE_REPLICAS": replica.url})
    replica.execute("DELETE FROM news_searchentry")
    replica.execute("UPDATE news_article SET publish_at = '2999-01-01 00:00:00+00:00'")
    with Server(portal) as server:
        for_somebody = [read(server, path, cookie="sessionid=of-somebody") for path in WITH_SQL_OF_OUR_OWN]
        for_readers = [read(server, path) for path in WITH_SQL_OF_OUR_OWN]

    assert [count_entries(page) for page in for_somebody] == [3, 3, 1]
    assert [count_entries(page) for page in for_readers] == [0, 0, 0]


def count_entries(page: str) -> int:
    """The articles of a list, or the parts of a sitemap."""
    assert page.startswith("HTTP/1.1 200 "), page[:1000]
    return len({*re.findall(r"/news/\d+-maqala-\d/|/sitemap-\d+\.xml", page)})


@pytest.mark.skipif("not own_database_url('')", reason="a SQLite file has no server that can be away")
def test_replica_answers_what_nobody_asked_before_while_the_primary_is_away(portal, replica, monkeypatch):
    monkeypatch.setattr(portal, "settings", {"DATABASE_REPLICAS": replica.url})
    with Server(portal) as server:
        read(server, "/")
        replica.disconnect(portal.database_url)
        try:
            pages = [read(server, path) for path in (*WITH_SQL_OF_OUR_OWN, "/news/", portal.addresses[1])]
        finally:
            replica.allow_connections(portal.database_url)

    assert [count_entries(page) for page in pages[:4]] == [3, 3, 1, 3]
    assert "<p>Мәтін.</p>" in pages[4]


def test_page_that_a_replica_cannot_give_comes_from_the_primary(portal, replica, monkeypatch):
    monkeypatch.setattr(portal, "settings", {"DATABASE_REPLICAS": replica.url})
    replica.execute("DROP TABLE news_article_topics")
    with Server(portal) as server:
        page = read(server, portal.addresses[0])

    assert page.startswith("HTTP/1.1 200 ")
    assert "<h1" in page


def test_doctor_says_of_each_replica_what_is_wrong(portal, replica, monkeypatch):
    monkeypatch.setattr(portal, "settings", {"DATABASE_REPLICAS": f"{NOBODY} {replica.url}"})
    replica.execute("UPDATE portal_generation SET name = 'before'")

    said = portal.shell(
        "from portal.doctor.services import check_replicas\n"
        "from django.utils.translation import override\n"
        "with override('en'): print(*(sentence for level, sentence in check_replicas()), sep='\\n')"
    ).splitlines()

    is_postgresql = replica.url.startswith("postgres")
    assert len(said) == 2
    assert said[0].startswith("replica 1 does not answer: ")
    assert "hidden" not in said[0]
    assert said[1].startswith("replica 2 follows no primary" if is_postgresql else "replica 2 lags behind")


def test_migrations_and_commands_know_the_primary_alone(portal, replica, monkeypatch):
    monkeypatch.setattr(portal, "settings", {"DATABASE_REPLICAS": replica.url})
    replica.execute("UPDATE news_article SET title_kk = 'Көшірме'")

    said = portal.shell("from news.models import Article\nprint(*Article.objects.values_list('title_kk', flat=True))")

    assert "Көшірме" not in said
    assert portal.manage("migrate", "--check") == ""
