"""The shipped nginx configuration, with a real nginx, server and database: pages from its cache, each reading once."""

import http.client
import time
from collections.abc import Callable

import pytest

from bench.hits import HEADERS, ROBOT
from bench.own_nginx import NGINX, Nginx
from bench.own_portal import Portal, Server, own_portal

pytestmark = [pytest.mark.own_portal, pytest.mark.skipif(not NGINX, reason="nginx is not on this machine")]


def test_nginx_answers_from_its_cache_and_each_reading_counts_once(migrated_database):
    with own_portal(migrated=migrated_database) as portal, Server(portal) as server:
        first, second = portal.add_articles(2)
        with Nginx(portal.folder / "nginx", portal.folder / "data", [server.port]) as nginx:

            def get(path: str, headers: dict[str, str] = HEADERS, method: str = "GET") -> http.client.HTTPResponse:
                connection = http.client.HTTPConnection("127.0.0.1", nginx.port, timeout=30)
                connection.request(method, path, headers=headers)
                response = connection.getresponse()
                response.text = response.read().decode("utf-8", "replace")  # type: ignore[attr-defined]
                connection.close()
                return response

            # Twelve readings: plain, compressed, with a stranger's key, of somebody who has the page, of a session.
            for path in [first] * 4 + [second] * 4:
                assert get(path).status == 200
            compressed = get(first, HEADERS | {"Accept-Encoding": "br, gzip"})
            get(f"{first}?utm_source=x&x[]=1")
            until(lambda: "6 рет көрсетілді" in get(first, ROBOT).text)  # from now on the page stays as it is
            etag = get(first, ROBOT).headers["ETag"]
            has_it = get(first, HEADERS | {"If-None-Match": etag})
            get(first, HEADERS | {"Cookie": "sessionid=x"})
            # And none of these.
            get(first, ROBOT)
            get(first, HEADERS | {"Sec-Purpose": "prefetch;prerender"})
            get(first, method="HEAD")
            unknown = get("/news/?before=5-6&utm_source=x")
            kept = len([path for path in nginx.pages.rglob("*") if path.is_file()])

            nginx.kill_worker()
            nginx.rotate()
            until(lambda: sum(portal.read_counts().values()) == 12)
            server.kill_worker()
            nginx.reload()
            server.wait_for_worker()
            # nginx answers these itself, so nobody asks the new worker anything: it has to count all the same.
            get(first)
            get(second)
            until(lambda: portal.read_counts() == {1: 9, 2: 5})

            publish(portal, "Жаңа мақала")
            until(lambda: "Жаңа мақала" in get("/", ROBOT).text)

    assert compressed.headers["Content-Encoding"] == "gzip"
    assert has_it.status == 304
    assert has_it.headers.get("X-Article") is None
    assert has_it.headers["Cache-Control"] == compressed.headers["Cache-Control"]  # fmt: skip
    assert '<link rel="canonical" href="http://127.0.0.1/news/?before=5-6">' in unknown.text
    assert kept == 4  # two articles, one of them compressed too, and the feed


def publish(portal: Portal, title: str) -> None:
    portal.shell(
        f"""
from django.utils import timezone
from news.models import Article, Source
from portal.page_cache.generation import invalidate_pages
Article.objects.create(
    source=Source.objects.get(), status="approved", publish_at=timezone.now(), title_kk="{title}", slug_kk="zhana"
)
invalidate_pages()
"""
    )


def until(condition: Callable[[], bool]) -> None:
    """A server takes long to begin on a busy machine; what has to hold holds however late."""
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    pytest.fail("It does not come about.")
