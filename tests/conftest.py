"""Every test begins with an empty cache, the first edition's language and folders of its own."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from xdist.scheduler import LoadScopeScheduling

from news.hits import counting
from tests.support.browser import chromium
from tests.support.pauses import end_pauses

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the tests' own thread

# A busy machine is no mistake of the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


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
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker; each opens a context of its own in it."""
    with chromium() as browser:
        yield browser
