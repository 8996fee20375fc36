"""Walks a site as a robot would: from some addresses to every local one that its pages link to."""

import gzip
import re
from collections import Counter
from collections.abc import Iterable
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils.translation import override

from portal import editions

STARTS = ("/", "/ru/", "/en/")
MACHINES = (
    "/robots.txt", "/sitemap.xml", "/sitemap-news.xml", "/feeds.opml", "/api/v1/", "/api/v1/articles/", "/worker.js",
    "/api/v1/dump/", "/api/v1/statistics/", "/open-data/articles.jsonl.gz", "/open-data/articles.jsonl.gz.sha256",
    *(f"{start}{page}" for start in STARTS for page in ("embed/headlines/", "manifest.webmanifest", "offline/")),
)  # fmt: skip
"""What no page links to."""
WHOLE_ADDRESS = re.compile(rf"{re.escape(settings.SITE_URL)}(?=/)[^\s<\"\\\\]+")


class Links(HTMLParser):
    """Addresses a page names, in whatever attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (name in ("href", "src") or (name == "content" and value.startswith(settings.SITE_URL))):
                self.found.append(value)
            elif value and name == "srcset":
                self.found += [candidate.split()[0] for candidate in value.split(",")]


def crawl(
    client: Client,
    starts: Iterable[str] = STARTS,
    skip: tuple[str, ...] = ("/static/", "/admin/"),
    of_each_kind: int = 1_000_000,
    *,
    reads_data: bool = False,
) -> dict[str, HttpResponse]:
    """Each reachable address with its answer; of one kind of page in one language at most so many.

    Who `reads_data` also follows the addresses in feeds, sitemaps and JSON.
    """
    kinds: Counter[tuple[str, str]] = Counter()
    answers: dict[str, HttpResponse] = {}
    waiting = list(starts)
    while waiting:
        path = waiting.pop()
        if path in answers or kinds[kind_of(path)] >= of_each_kind:
            continue
        kinds[kind_of(path)] += 1
        answers[path] = response = client.get(path)
        if response.status_code in (301, 302):
            waiting.append(response.headers["Location"])
        kind = response.headers.get("Content-Type", "")
        if reads_data and any(word in kind for word in ("xml", "json", "opml")):
            addresses = WHOLE_ADDRESS.findall(response.content.decode())
            named = [unescape(each).removeprefix(settings.SITE_URL) for each in addresses]
            waiting += [path for path in named if not path.startswith(skip)]
        if kind.startswith("text/html"):
            links = (
                urldefrag(urljoin(f"http://testserver{path}", link)).url
                for link in Links(response.content.decode()).found
            )
            local = (link.removeprefix("http://testserver") for link in links if link.startswith("http://testserver/"))
            waiting += [link for link in local if not link.startswith(skip)]
    return answers


def kind_of(path: str) -> tuple[str, str]:
    """The view that answers an address, and the language."""
    language = editions.edition_of_path(path).code
    with override(language):
        try:
            return resolve(urlsplit(path).path).view_name, language
        except Resolver404:
            return path, language


def body(response: HttpResponse) -> str:
    """What the response says, unpacked where it is a file packed by gzip."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if response.headers.get("Content-Type") == "application/gzip":
        content = gzip.decompress(content)
    return content.decode(errors="replace")
