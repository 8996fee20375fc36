"""A door for a test, and how to knock at it."""

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.util import setup_testing_defaults

import brotli
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from news.hits.live_counts import PageHits
from portal.page_cache.door import Door
from portal.page_cache.generation import Watch

READER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


class WatchOfOne(Watch):
    """Looks in the test's own thread and transaction, at each request."""

    def fresh(self):
        self.look_now()
        return self.seen

    def look_now(self):
        self.look_or_log()


class Asked:
    """The whole of Django, and what it was asked behind the door."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.django, self.paths, self.then = get_wsgi_application(), [], then

    def __call__(self, environ, start_response):
        query = environ["QUERY_STRING"]
        self.paths.append(environ["PATH_INFO"] + (f"?{query}" if query else ""))
        response = self.django(environ, start_response)
        self.then()
        return response


def make_door(site: Any = None, capacity: int = 10_000_000) -> Door:
    page_hits = PageHits()
    return Door(site or Asked(), watch=WatchOfOne(page_hits.refresh), counter=page_hits, capacity=capacity)


@contextmanager
def inside_the_test() -> Iterator[None]:
    """The connection holds the test's transaction and must not end with a request, as Django's own client sees to."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


class Answered:
    def __init__(self, door: Any, path: str, method: str = "GET", scheme: str = "http", **headers: str) -> None:
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "testserver",
            "HTTP_USER_AGENT": READER, "wsgi.url_scheme": scheme,
        }  # fmt: skip
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        setup_testing_defaults(environ)
        with inside_the_test():
            response = door(environ, self.start)
            self.raw = b"".join(response)
            if hasattr(response, "close"):
                response.close()

    def start(self, status, headers, exc_info=None):
        self.status = int(status.split()[0])
        self.headers = dict(headers)
        assert len(self.headers) == len(headers)

    @property
    def text(self) -> str:
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(self.headers.get("Content-Encoding", ""), bytes)
        return unpack(self.raw).decode()


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()
