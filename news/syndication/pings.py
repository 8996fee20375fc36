"""Notifies a WebSub hub of changed feeds and IndexNow's search engines of changed addresses.

A job finds what was published, changed or withdrawn since each receiver was last notified. So a scheduled article is
reported when it becomes public, publishing never waits for another host, and a failed notification is repeated.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from news.absolute_urls import absolute_url
from news.models import Announcement, Article
from news.syndication.feed_formats import FORMATS
from portal import editions
from portal.circuit import PAUSE_OF_JOBS, Circuit, Paused
from portal.outgoing import connect

TIMEOUT = 20
"""Seconds that a request may take, from the connection to the last byte of the response's head."""
FAILURES = (OSError, HTTPException, ValueError)
MOST_URLS = 10_000
"""The most addresses that IndexNow takes in one request."""
LONGEST_LOOK = timedelta(days=1)
"""Older changes are not reported, however long a receiver or this portal was out of order."""


class PingFailed(Exception):
    """A receiver could not be notified; the message says which one and why."""


class Change(NamedTuple):
    """An article that changed for the readers of an edition."""

    article: Article
    edition: editions.Edition
    url: str


Notify = Callable[[list[Change]], None]

circuits = {"WebSub": Circuit(PAUSE_OF_JOBS), "IndexNow": Circuit(PAUSE_OF_JOBS)}
"""By the names of the receivers."""


def announce_changes() -> dict[str, int]:
    """Notifies each receiver in the settings; returns the number of addresses for each.

    Raises PingFailed when any of them failed, after all were tried.
    """
    counts, errors = {}, []
    for receiver, notify in receivers().items():
        now = timezone.now()
        row, _created = Announcement.objects.get_or_create(receiver=receiver, defaults={"told_until": now})
        changes = list(find_changes(max(row.told_until, now - LONGEST_LOOK), now))
        try:
            if changes:
                with circuits[receiver].attempt(*FAILURES):
                    notify(changes)
        except (*FAILURES, Paused) as error:
            errors.append(f"{receiver}: {error}")
            continue
        Announcement.objects.filter(receiver=receiver).update(told_until=now)
        counts[receiver] = len(changes)
    if errors:
        raise PingFailed("; ".join(errors))
    return counts


def receivers() -> dict[str, Notify]:
    found: dict[str, Notify] = {}
    if settings.WEBSUB_HUB:
        found["WebSub"] = notify_hub
    if settings.INDEXNOW_KEY:
        found["IndexNow"] = notify_search_engines
    return found


def find_changes(since: datetime, until: datetime) -> Iterable[Change]:
    """Changes after `since` up to `until`, in each edition in which readers have or had the article."""
    for edition in editions.EDITIONS:
        with override(edition.code):
            public, gone = Article.objects.readable(), Article.objects.withdrawn_after_publication().in_language()
            found: dict[int, Article] = {}
            for moment, articles in (("publish_at", public), ("released_at", public), ("withdrawn_at", gone)):
                lately = articles.filter(**{f"{moment}__gt": since, f"{moment}__lte": until}).order_by()
                for article in lately.select_related("source").only("kind", "slug", "source__slug"):
                    found[article.pk] = article
            for article in found.values():
                yield Change(article, edition, absolute_url(article.get_absolute_url()))


def notify_hub(changes: list[Change]) -> None:
    """Reports the changed feeds, each by a request of its own: hubs share no way to name several at once."""
    folders = {
        folder
        for change in changes
        for folder in (f"{change.edition.prefix}/", f"{change.edition.prefix}/sources/{change.article.source.slug}/")
    }
    for folder in sorted(folders):
        for form in FORMATS:
            content = urlencode({"hub.mode": "publish", "hub.url": absolute_url(f"{folder}feed.{form}")}).encode()
            post_content(settings.WEBSUB_HUB, content, "application/x-www-form-urlencoded")


def notify_search_engines(changes: list[Change]) -> None:
    """Reports the changed addresses, except those of derived editions, which search engines are to leave out."""
    urls = [change.url for change in changes if not change.edition.is_derived]
    for start in range(0, len(urls), MOST_URLS):
        content = {
            "host": urlsplit(settings.SITE_URL).netloc,
            "key": settings.INDEXNOW_KEY,
            "keyLocation": absolute_url(reverse("indexnow_key")),
            "urlList": urls[start : start + MOST_URLS],
        }
        post_content(settings.INDEXNOW_URL, json.dumps(content).encode(), "application/json; charset=utf-8")


def post_content(address: str, content: bytes, content_type: str) -> None:
    """Sends a request; raises one of FAILURES when it fails."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{address} is no web address")
    with connect(parts, TIMEOUT) as connection:
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request("POST", target, content, {"Content-Type": content_type, "User-Agent": "parliament-news"})
        response = connection.getresponse()
    if not 200 <= response.status < 300:
        raise OSError(f"The answer was {response.status} {response.reason}.")
