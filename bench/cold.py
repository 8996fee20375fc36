"""Does a page that nobody has kept take as long with a million articles as with a thousand?

    python -m bench.cold SMALL LARGE

Both are addresses of databases, migrated and filled by `bench.loading`. One process for each answers the same pages
through the whole of Django, without any page cache, turn about; the time is that on the wall, the database included.
Printed: milliseconds (median) in each, and the ratio of each pair's (minimum, median, maximum). Exits with 1 when a
median ratio is above --limit.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

from bench.own_portal import ROOT

PAGES = {
    "front page": "/",
    "feed": "/news/",
    "feed, deep": "/news/?before={deep}",
    "source feed": "/sources/source-0/",
    "source feed, deep": "/sources/source-0/?before={deep}",
    "topic feed": "/topics/topic-0/",
    "archive year": "/archive/{year}/",
    "archive month": "/archive/{year}/3/",
    "archive day": "/archive/{year}/3/11/",
    "article, new": "{new}",
    "article, old": "{old}",
}
DEEP = 0.9
"""Of a million, the article number 900,000."""


class Site:
    """A process with one of the databases."""

    def __init__(self, database_url: str, folder: str) -> None:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": "of a portal that lives for a minute",
            "ALLOWED_HOSTS": "testserver",
            "SITE_URL": "http://testserver",
            "DEBUG": "",
            "DATA_DIR": folder,
            "DATABASE_URL": database_url,
            "CACHE_URL": "",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.cold", "--answer"],
            cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, page: str) -> float:
        print(page, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def end(self) -> None:
        self.process.communicate()


def answer() -> None:
    """Reads the names of pages and writes how many seconds each took."""
    import django
    from django.conf import settings
    from django.test import Client

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django.setup()
    client, places = Client(raise_request_exception=False), known_places()
    for line in sys.stdin:
        address = PAGES[line.strip()].format(**places)
        began = time.perf_counter()
        response = client.get(address)
        seconds = time.perf_counter() - began
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")
        print(seconds, flush=True)


def known_places() -> dict[str, Any]:
    from django.utils import translation

    from news.models import Article
    from news.models.querysets import cursor_of

    translation.activate("kk")
    articles = Article.objects.readable().order_by("-publish_at", "-id")
    old = articles[int(articles.count() * DEEP)]
    return {
        "deep": cursor_of(old),
        "old": old.get_absolute_url(),
        "new": articles[3].get_absolute_url(),
        "year": old.publish_at.year + 1,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("databases", nargs="*", metavar="DATABASE_URL")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--limit", type=float, default=1.5)
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        answer()
        return 0
    if len(options.databases) != 2:
        parser.error("two databases are compared")
    with tempfile.TemporaryDirectory() as folder:
        sites = [Site(url, folder) for url in options.databases]
        too_slow = [page for page in PAGES if compare(page, *sites, rounds=options.rounds) > options.limit]
        for site in sites:
            site.end()
    return bool(too_slow)


def compare(page: str, small: Site, large: Site, *, rounds: int) -> float:
    for site in (small, large):
        for _ in range(3):
            site.ask(page)
    pairs = [(small.ask(page), large.ask(page)) for _ in range(rounds)]
    ratios = [b / a for a, b in pairs]
    first, second = (statistics.median(seconds) * 1000 for seconds in zip(*pairs, strict=True))
    print(
        f"{page:20} {first:7.1f} ms {second:7.1f} ms   "
        f"{min(ratios):.2f}  {statistics.median(ratios):.2f}  {max(ratios):.2f}",
        flush=True,
    )
    return statistics.median(ratios)


if __name__ == "__main__":
    sys.exit(main())
