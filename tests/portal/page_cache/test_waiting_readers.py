"""Readers who come while another request makes the page: each is counted, whatever becomes of that request."""

import threading

import pytest
from django.db import connection

from news.hits import counting
from portal.page_cache import door as door_module
from tests.support.doors import Answered, Asked, make_door, wait_for
from tests.support.factories import make_article

WAITING = 7

pytestmark = pytest.mark.django_db(transaction=True)


class HeldUp(Asked):
    """The whole of Django, where the first request gets no further until it is told to go on, or to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.go, self.fails = threading.Event(), False

    def __call__(self, environ, start_response):
        self.paths.append(environ["PATH_INFO"])
        if len(self.paths) == 1:
            assert self.go.wait(10)
            if self.fails:
                raise RuntimeError("the first request fails")
        return self.django(environ, start_response)


@pytest.fixture
def site(settings) -> HeldUp:
    settings.CACHE_URL = ""  # no shared cache has the page already
    return HeldUp()


class Readers:
    """One who makes a page, and others who come meanwhile; each is a thread."""

    def __init__(self, site: HeldUp, path: str) -> None:
        self.door, self.path, self.answers = make_door(site), path, []
        self.threads = [threading.Thread(target=self.read) for _ in range(1 + WAITING)]
        self.threads[0].start()
        assert wait_for(lambda: len(site.paths) == 1)
        for thread in self.threads[1:]:
            thread.start()

    def read(self) -> None:
        try:
            self.answers.append(Answered(self.door, self.path).status)
        except RuntimeError:
            self.answers.append(500)  # which the server makes of it
        finally:
            connection.close()

    def come_to_an_end(self) -> list[int]:
        for thread in self.threads:
            thread.join()
        return self.answers


def test_readers_who_wait_for_the_page_are_counted(site):
    article = make_article()
    readers = Readers(site, article.get_absolute_url())

    site.go.set()
    answers = readers.come_to_an_end()
    counting.fold_journals()

    article.hit_total.refresh_from_db()
    assert answers == [200] * (1 + WAITING)
    assert len(site.paths) == 1
    assert article.hit_total.counted == 1 + WAITING


def test_readers_who_waited_in_vain_are_counted(site, monkeypatch):
    """The database hangs for the one who makes the page, and each of the others gets a page of its own in the end."""
    monkeypatch.setattr(door_module, "LONGEST_WAIT", 0.05)
    article = make_article()
    readers = Readers(site, article.get_absolute_url())

    assert wait_for(lambda: len(readers.answers) == WAITING)
    site.go.set()
    answers = readers.come_to_an_end()
    counting.fold_journals()

    article.hit_total.refresh_from_db()
    assert answers == [200] * (1 + WAITING)
    assert article.hit_total.counted == 1 + WAITING


def test_readers_who_waited_for_a_page_that_failed_are_counted(site):
    article = make_article()
    readers = Readers(site, article.get_absolute_url())

    site.fails = True
    site.go.set()
    answers = readers.come_to_an_end()
    counting.fold_journals()

    article.hit_total.refresh_from_db()
    assert sorted(answers) == [200] * WAITING + [500]
    assert article.hit_total.counted == WAITING
