"""Processes that die: each test has a portal, a database and servers of its own."""

import math
from collections.abc import Iterator

import pytest

from bench import hits as bench
from bench.own_portal import Portal, own_portal
from news.hits import journals
from tests.support.database import own_database_url

pytestmark = pytest.mark.own_portal


@pytest.fixture
def portal(migrated_database) -> Iterator[Portal]:
    with own_portal(own_database_url("crash"), migrated_database) as portal:
        yield portal


def test_fold_killed_at_each_of_its_lines_loses_nothing_and_doubles_nothing(portal):
    [address] = portal.add_articles(1)
    article = bench.id_of(address)

    kills, written = map(int, portal.python("-m", "tests.support.killed_folds", str(article)).split())

    rows = portal.shell("from news.models import HitJournal; print(HitJournal.objects.count())")
    files = [path.name for path in (portal.folder / "data" / "hits").iterdir()]
    assert kills > 100
    assert portal.read_counts() == {article: written}
    assert portal.execute("SELECT host, count FROM news_referrerhits") == [("t.me", written)]
    assert rows == "0\n"
    assert files == [journals.LOCK]


def test_worker_killed_under_load_loses_nothing_and_doubles_nothing(portal):
    """And one that stops in peace afterwards leaves nothing to count."""
    clients, addresses = 16, portal.add_articles(10)

    outcome = bench.measure(portal, addresses, readings=2000, clients=clients, rounds=1)

    left = [path.name for path in (portal.folder / "data" / "hits").iterdir()]
    looked_at_by_readers = 2  # while measuring how soon a reading is shown
    assert left == [journals.LOCK]
    assert sum(portal.read_counts().values()) == sum(outcome.counted.values()) + looked_at_by_readers
    assert outcome.answered.total() + outcome.in_flight.total() == 2000
    assert outcome.in_flight.total() <= clients
    assert outcome.lost == 0
    assert outcome.doubled == 0
    assert outcome.other_answers == {}
    assert len(outcome.shown) == looked_at_by_readers
    assert math.inf not in outcome.shown
