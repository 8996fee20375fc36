"""Two nodes do not migrate at once, and readers do not wait for a migration that waits."""

import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from bench.own_portal import ROOT, Portal, own_database
from portal.management.commands.migrate import LOCK
from tests.support.database import own_database_url

pytestmark = [
    pytest.mark.own_portal,
    pytest.mark.skipif("not own_database_url('')", reason="a SQLite file belongs to one node"),
]


@pytest.fixture(scope="module")
def portal(tmp_path_factory) -> Iterator[Portal]:
    """With an empty database, which the first test migrates."""
    url = own_database_url("migrate")
    with own_database(url):
        yield Portal(tmp_path_factory.mktemp("portal"), url)


def begin(portal: Portal, *arguments: str) -> subprocess.Popen:
    command = [sys.executable, "manage.py", "migrate", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=portal.environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_two_nodes_migrate_one_after_the_other(portal):
    with psycopg.connect(portal.database_url) as third:
        third.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        nodes = [begin(portal), begin(portal)]
        waiting = [node.stderr.readline() for node in nodes]
        tables = third.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        third.rollback()
    said = [node.communicate()[0] for node in nodes]

    assert all("waiting" in line or "күт" in line for line in waiting)
    assert tables == (0,)
    assert [node.returncode for node in nodes] == [0, 0]
    assert sorted(text.count("Applying news.0001_initial... OK") for text in said) == [0, 1]


def test_migration_of_a_table_in_use_gives_up_before_readers_wait_long(portal):
    with psycopg.connect(portal.database_url) as backup:
        backup.execute("LOCK TABLE rates_rate IN ACCESS SHARE MODE")
        node = begin(portal, "rates", "zero")
        said = node.communicate()[1]
        there = backup.execute("SELECT count(*) FROM rates_rate").fetchone()

    assert node.returncode == 1
    assert "Traceback" not in said
    assert there == (0,)
