"""Every test begins with an empty cache, the first edition's language and folders of its own."""

import gc
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as portal_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer
from xdist.scheduler import LoadScopeScheduling

from news.hits import counting
from news.media import images
from news.models import Subscription
from tests.support import worlds
from tests.support.browser import chromium
from tests.support.factories import make_article
from tests.support.pauses import end_pauses

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the tests' own thread

# A busy machine is no mistake of the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


# The encoder's least effort but one is three times as quick as that of the portal, and no test looks at its art.
images.ENCODINGS["avif"]["speed"] = 9


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """All that is imported by now stays until the end: the search for what is no longer needed leaves it out."""
    gc.collect()
    gc.freeze()


def needs_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "migrated_database"}
    return bool(item.get_closest_marker("django_db") or fixtures & {*getattr(item, "fixturenames", ())})


def pytest_itemcollected(item: pytest.Item) -> None:
    if not needs_database(item):
        item.add_marker("once")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What has a portal of its own takes longest: begun last, as tests without a database are, one worker would wait.

    Only what leaves the suite's database alone may come first: tests that empty it also empty what migrations wrote.
    """
    items.sort(key=lambda item: item.get_closest_marker("own_portal") is None)


class Scheduling(LoadScopeScheduling):
    """Tests go to the workers one by one, but for files that share what is slow to make.

    Not `--dist loadgroup`: pytest-xdist 3.8 writes its groups where pytest 9.2 no longer looks for them.
    """

    TOGETHER = ("tests/test_demo.py", "tests/test_newsroom.py")

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in self.TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: while a test waits for a browser, a server or a clock, another one works."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log) -> Scheduling:
    return Scheduling(config, log)


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.HITS_DIR = tmp_path / "hits"
    counting.begin_own_journal()
    end_pauses()
    cache.clear()
    with translation.override("kk"):
        yield


@pytest.fixture
def live_server(live_server: LiveServer, transactional_db: None) -> Iterator[LiveServer]:
    """Its last request, which a page may send as it closes, is answered before the database is emptied."""
    yield live_server
    end = time.monotonic() + 10
    quiet = 0
    while quiet < 3 and time.monotonic() < end:
        time.sleep(0.01)
        quiet = 0 if any("process_request_thread" in thread.name for thread in threading.enumerate()) else quiet + 1


@pytest.fixture(scope="session")
def migrated_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Path | None:
    """A copy of the suite's database as the migrations left it, for a portal of its own.

    Those who use it come first (`own_portal`), before any test empties what migrations wrote. None on PostgreSQL, and
    where no test of this run needs the suite's database: then there is none.
    """
    if connection.vendor != "sqlite":
        return None
    path = Path(portal_settings.DATA_DIR) / "migrated.sqlite3"
    with django_db_blocker.unblock(), closing(sqlite3.connect(path)) as copy:
        connection.ensure_connection()
        is_migrated = bool(connection.introspection.table_names())
        connection.connection.backup(copy)
        connection.close()
    return path if is_migrated else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker; each opens a context of its own in it."""
    with chromium() as browser:
        yield browser


# Worlds to start from (tests/support/worlds.py)


@pytest.fixture
def newsroom(db: None) -> worlds.Newsroom:
    """Two articles in each state, of two institutions, in two languages and in one."""
    return worlds.make_newsroom()


@pytest.fixture
def two_subscribers(db: None) -> tuple[Subscription, Subscription]:
    """Both want all Kazakh news at once."""
    return worlds.make_two_subscribers()


@pytest.fixture
def warm_door(db: None) -> worlds.WarmDoor:
    """The front page, the list and an article are cached: without a count, and with one."""
    return worlds.make_warm_door("/", "/news/", make_article().get_absolute_url())


@pytest.fixture
def proxy(client: Client) -> worlds.Proxy:
    """The proxy in front, and readers who write an address of their own into X-Forwarded-For."""
    return worlds.Proxy(client)


@pytest.fixture
def other_process(transactional_db: None) -> Iterator[worlds.Submit]:
    """Another process at work on the same database."""
    with worlds.other_process() as submit:
        yield submit
