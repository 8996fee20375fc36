"""Tells others at once what readers have got: a WebSub hub its feeds, IndexNow's search engines the addresses.

A job looks what became public, was renewed or withdrawn since each receiver was last told; so a scheduled article is
told of after its moment, no publishing waits for another host, and what could not be told is told the next time.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from news.absolute_urls import whole
from news.models import Announcement, Article
from news.syndication.feed_formats import FORMATS
from portal import editions

TIMEOUT = 20
MOST_URLS = 10_000
"""As many as IndexNow takes at once."""
LONGEST_LOOK = timedelta(days=1)
"""Nobody is told of what is older, however long a receiver or we were away."""


class Untold(Exception):
    """Somebody could not be told; the text says who and why."""


class Change(NamedTuple):
    """What became different for readers, with what its feeds need."""

    article: Article
    edition: editions.Edition
    url: str


Tell = Callable[[list[Change]], None]


def announce() -> dict[str, int]:
    """Tells each receiver that is set up; how many addresses each was told of. Raises Untold when any could not be."""
    told, troubles = {}, []
    for receiver, tell in receivers().items():
        now = timezone.now()
        row, _created = Announcement.objects.get_or_create(receiver=receiver, defaults={"told_until": now})
        changes = list(changed(max(row.told_until, now - LONGEST_LOOK), now))
        try:
            if changes:
                tell(changes)
        except (OSError, HTTPException, ValueError) as error:
            troubles.append(f"{receiver}: {error}")
            continue
        Announcement.objects.filter(receiver=receiver).update(told_until=now)
        told[receiver] = len(changes)
    if troubles:
        raise Untold("; ".join(troubles))
    return told


def receivers() -> dict[str, Tell]:
    found: dict[str, Tell] = {}
    if settings.WEBSUB_HUB:
        found["WebSub"] = tell_hub
    if settings.INDEXNOW_KEY:
        found["IndexNow"] = tell_search_engines
    return found


def changed(since: datetime, until: datetime) -> Iterable[Change]:
    """After `since`, up to `until`: in each edition that readers have it in, or had."""
    for edition in editions.EDITIONS:
        with override(edition.code):
            public, gone = Article.objects.readable(), Article.objects.gone().in_language()
            found: dict[int, Article] = {}
            for moment, articles in (("publish_at", public), ("released_at", public), ("withdrawn_at", gone)):
                lately = articles.filter(**{f"{moment}__gt": since, f"{moment}__lte": until}).order_by()
                for article in lately.select_related("source").only("kind", "slug", "source__slug"):
                    found[article.pk] = article
            for article in found.values():
                yield Change(article, edition, whole(article.get_absolute_url()))


def tell_hub(changes: list[Change]) -> None:
    """The feeds that have something new. One request for each: hubs agree on no way to name several."""
    folders = {
        folder
        for change in changes
        for folder in (f"{change.edition.prefix}/", f"{change.edition.prefix}/sources/{change.article.source.slug}/")
    }
    for folder in sorted(folders):
        for form in FORMATS:
            content = urlencode({"hub.mode": "publish", "hub.url": whole(f"{folder}feed.{form}")}).encode()
            post(settings.WEBSUB_HUB, content, "application/x-www-form-urlencoded")


def tell_search_engines(changes: list[Change]) -> None:
    """Not of derived editions, which they are asked to leave alone."""
    urls = [change.url for change in changes if not change.edition.is_derived]
    for start in range(0, len(urls), MOST_URLS):
        content = {
            "host": urlsplit(settings.SITE_URL).netloc,
            "key": settings.INDEXNOW_KEY,
            "keyLocation": whole(reverse("indexnow_key")),
            "urlList": urls[start : start + MOST_URLS],
        }
        post(settings.INDEXNOW_URL, json.dumps(content).encode(), "application/json; charset=utf-8")


def post(address: str, content: bytes, content_type: str) -> None:
    """Raises OSError (of which urllib's are) when it was not taken."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError(f"{address} is no web address")
    request = Request(address, content, {"Content-Type": content_type, "User-Agent": "parliament-news"})  # noqa: S310
    with urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310  (the scheme is checked)
        response.read(1)
