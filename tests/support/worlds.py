"""Worlds that tests start from, with more in them than a test that makes its own things is likely to think of.

Two of everything: what is meant for one must not reach the other. A cache that is warm: what is promised of an answer
holds for the cached one too. A proxy in front, and readers who claim another address. Another process at work.
The fixtures of these names are in `tests/conftest.py`.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from news.models import Article, Subscription
from portal.page_cache.door import Door
from tests.support.doors import Answered, Asked, make_door
from tests.support.factories import make_article, make_source, make_topic

Status = Article.Status


@dataclass(frozen=True)
class Newsroom:
    """Two institutions, two topics, and two articles in each state: one in Kazakh and Russian, one in Kazakh alone."""

    articles: dict[str, tuple[Article, Article]]
    """By state: those of `Article.Status`, and "scheduled", "deleted"."""

    @property
    def published(self) -> tuple[Article, Article]:
        return self.articles[Status.APPROVED]

    @property
    def hidden(self) -> list[Article]:
        return [article for pair in self.articles.values() if pair != self.published for article in pair]


def make_newsroom() -> Newsroom:
    now = timezone.now()
    states: dict[str, dict[str, Any]] = {
        Status.DRAFT: {"status": Status.DRAFT, "publish_at": None},
        Status.REVIEW: {"status": Status.REVIEW, "publish_at": None},
        Status.RETURNED: {"status": Status.RETURNED, "publish_at": None},
        Status.APPROVED: {},
        Status.WITHDRAWN: {"status": Status.WITHDRAWN, "withdrawn_at": now, "withdrawal_reason_kk": "Қате"},
        "scheduled": {"publish_at": now + timedelta(days=1)},
        "deleted": {"status": Status.DRAFT, "publish_at": None, "deleted_at": now},
    }
    sources, topics = (make_source(), make_source()), (make_topic(), make_topic())
    return Newsroom(
        {
            state: (
                make_article("kk ru", source=sources[0], topics=[topics[0]], **fields),
                make_article("kk", source=sources[1], topics=[topics[1]], **fields),
            )
            for state, fields in states.items()
        }
    )


def make_two_subscribers(**fields: Any) -> tuple[Subscription, Subscription]:
    """Both want the same, have confirmed it and have been told of nothing yet."""
    now = timezone.now()
    wish = {"edition": "kk", "frequency": "at_once", "confirmed_at": now, "told_at": now} | fields
    first, second = (Subscription.objects.create(email=f"{name}@example.org", **wish) for name in ("one", "two"))
    return first, second


@dataclass(frozen=True)
class WarmDoor:
    """A door that has its pages: whoever asks for one of `paths` as others do is answered without Django."""

    door: Door
    site: Asked
    paths: tuple[str, ...]

    def ask(self, path: str, **options: Any) -> Answered:
        return Answered(self.door, path, **options)

    def cached(self) -> int:
        """How many pages there are."""
        return len(self.door.pages)

    def asked_of_django(self) -> list[str]:
        """Paths that were passed on to Django since the door is warm."""
        return self.site.paths[len(self.paths) :]


def make_warm_door(*paths: str, **options: Any) -> WarmDoor:
    """`options` are those of the readers who came before, such as `scheme="https"`."""
    site = Asked()
    warm = WarmDoor(make_door(site), site, paths)
    for path in paths:
        warm.ask(path, **options)
    assert warm.cached() == len(paths)
    return warm


@dataclass(frozen=True)
class Proxy:
    """The proxy in front, which the portal trusts: it puts the reader's address behind what the reader claims."""

    client: Client

    def request(self, method: str, path: str, *, reader: str, claims: str, **options: Any) -> HttpResponse:
        headers = {"X-Forwarded-For": f"{claims}, {reader}"} | options.pop("headers", {})
        return getattr(self.client, method)(path, REMOTE_ADDR="127.0.0.1", headers=headers, **options)


type Submit = Callable[..., Future]


@contextmanager
def other_process() -> Iterator[Submit]:
    """Does what it is given, one thing after the other, over a connection of its own.

    For the database this is another process. The test has to commit (`transaction=True`) what the other one shall see.
    """

    def do(work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        try:
            return work(*arguments, **options)
        finally:
            connection.close()

    with ThreadPoolExecutor(1, "other process") as pool:
        yield lambda work, *arguments, **options: pool.submit(do, work, *arguments, **options)
