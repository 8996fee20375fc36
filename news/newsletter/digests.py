"""Finds what is new, and makes the letters that are due of it: in batches and in bounded memory.

A batch of letters and that its subscribers have been dealt with is one transaction, so whoever breaks it off loses and
repeats nothing. `news.newsletter.sender` sends what is made here.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import lru_cache, partial
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import override

from news.models import TRANSLATIONS, Announcement, Arrival, Article, Letter, Source, Subscription
from news.search import saved
from portal.editions import EDITIONS

BATCH = 500
MORNING = time(8)
LONGEST_LOOK = timedelta(days=3)
"""An article is new to nobody who gets it later than this after its own date."""
LONGEST_GATHERED = timedelta(days=15)
"""So far back a letter reaches, also when none could be sent for long."""
MOST_ARTICLES = 300
"""The newest, of a parliament that publishes twenty a day for all that time; the letter leads to the others."""

Frequency = Subscription.Frequency
type Chosen = Callable[[int, tuple[str, ...]], list[int]]


class New(NamedTuple):
    number: int
    article: int
    keys: frozenset[str]
    """What it is about, as subscriptions name it."""


def prepare() -> int:
    """How many letters were made."""
    note_arrivals()
    count = 0
    for language in TRANSLATIONS:
        newest = Arrival.objects.filter(language=language).aggregate(newest=Max("pk", default=0))["newest"]
        news = news_of(language, newest)
        chosen = lru_cache(maxsize=1024)(
            partial(matching, news, lru_cache(maxsize=4096)(partial(finds, language, news)))
        )
        for edition in EDITIONS:
            if edition.language == language:
                for frequency in Frequency:
                    count += sum(batches(edition.code, frequency, newest, chosen))
    return count


@transaction.atomic
def note_arrivals() -> None:
    """Gives a number to each article that has come to readers in a language since the last time.

    By numbers and not by dates, for an article may be approved after the moment that was planned for it.
    """
    now = timezone.now()
    Announcement.objects.get_or_create(receiver="letters", defaults={"told_until": now})
    begun = Announcement.objects.select_for_update().get(receiver="letters").told_until  # one at a time, in order
    for language in TRANSLATIONS:
        with override(language):
            lately = Article.objects.readable().filter(publish_at__gt=max(begun, now - LONGEST_LOOK))
            known = Arrival.objects.filter(language=language).values("article")
            new = lately.exclude(pk__in=known).order_by("publish_at", "pk").values_list("pk", flat=True)
            Arrival.objects.bulk_create(Arrival(article_id=pk, language=language) for pk in list(new))


def news_of(language: str, newest: int) -> list[New]:
    """Up to a number, the oldest first."""
    since = timezone.now() - LONGEST_GATHERED
    with override(language):
        readable = Article.objects.readable()
        lately = Arrival.objects.filter(language=language, came_at__gt=since, pk__lte=newest).order_by("pk")
        arrivals = list(lately.filter(article__in=readable))
        found = Article.objects.filter(pk__in=[each.article_id for each in arrivals]).only("source")
        articles = {each.pk: each for each in found.prefetch_related("topics", "people")}
    successors = dict(Source.objects.values_list("pk", "successor"))
    return [New(each.pk, each.article_id, keys_of(articles[each.article_id], successors)) for each in arrivals]


def keys_of(article: Article, successors: dict[int, int | None]) -> frozenset[str]:
    """Who chose an institution that has ended gets what its successors publish."""
    sources = {article.source_id}
    while earlier := {pk for pk, successor in successors.items() if successor in sources} - sources:
        sources |= earlier
    keys = {f"source-{pk}" for pk in sources}
    keys |= {f"topic-{topic.pk}" for topic in article.topics.all()}
    return frozenset(keys | {f"person-{person.pk}" for person in article.people.all()})


def finds(language: str, news: list[New], search: str) -> frozenset[int]:
    """The articles of a saved search: asked once, however many subscribers have it."""
    with override(language):
        return saved.found(search, [each.article for each in news])


def matching(news: list[New], found: Callable[[str], frozenset[int]], after: int, about: tuple[str, ...]) -> list[int]:
    later = [each for each in news if each.number > after]
    searches = [each for each in about if later and each.startswith(saved.MARK)]
    searched = frozenset().union(*map(found, searches))
    wanted = set(about)
    kept = [each.article for each in later if not wanted or wanted & each.keys or each.article in searched]
    return kept[-MOST_ARTICLES:]


def batches(edition: str, frequency: str, newest: int, chosen: Chosen) -> Iterator[int]:
    """Letters for those whose time has come; who gets none has been dealt with too."""
    rows = Subscription.objects.live().filter(edition=edition, frequency=frequency)
    if frequency == Frequency.AT_ONCE:
        rows = rows.filter(told__lt=newest)
    else:
        rows = rows.filter(told_at__lt=last_morning(frequency, timezone.now()))
    while True:
        with transaction.atomic():
            batch = list(rows.order_by("pk").select_for_update(skip_locked=True).only("told", "about")[:BATCH])
            made = [Letter(subscription=row, articles=chosen(row.told, tuple(row.about))) for row in batch]
            made = Letter.objects.bulk_create(letter for letter in made if letter.articles)
            dealt_with = Subscription.objects.filter(pk__in=[row.pk for row in batch])
            dealt_with.update(told=newest, told_at=timezone.now())
        yield len(made)
        if len(batch) < BATCH:
            return


def last_morning(frequency: str, now: datetime) -> datetime:
    """When its letters were due last."""
    morning = datetime.combine(timezone.localdate(now), MORNING, timezone.get_default_timezone())
    step = timedelta(days=1)
    if frequency == Frequency.WEEKLY:
        morning -= timedelta(days=morning.weekday())
        step = timedelta(days=7)
    return morning if morning <= now else morning - step
