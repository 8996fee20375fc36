"""Finds the new articles and creates the letters that are due, in batches and in bounded memory.

The letters of a batch and the marks on its subscriptions are written in one transaction, so an interrupted run neither
loses nor repeats a letter. `news.newsletter.sender` sends what is created here.
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
MAX_ARTICLE_AGE = timedelta(days=3)
"""An article that becomes public longer than this after its own date is not sent as new."""
MAX_LETTER_SPAN = timedelta(days=15)
"""A letter reaches back this far at most, even if none could be sent for longer."""
MAX_ARTICLES = 300
"""Enough for twenty articles a day over that time. A letter lists the newest and links to the site for the others."""

Frequency = Subscription.Frequency
type Select = Callable[[int, tuple[str, ...]], list[int]]


class NewArticle(NamedTuple):
    number: int
    article: int
    keys: frozenset[str]
    """Its sources, topics and people, in the form in which subscriptions store them."""


def create_due_letters() -> int:
    """Creates the letters that are due, and returns their number."""
    record_arrivals()
    count = 0
    for language in TRANSLATIONS:
        newest = Arrival.objects.filter(language=language).aggregate(newest=Max("pk", default=0))["newest"]
        news = new_articles(language, newest)
        select = lru_cache(maxsize=1024)(
            partial(matching_articles, news, lru_cache(maxsize=4096)(partial(run_saved_search, language, news)))
        )
        for edition in EDITIONS:
            if edition.language == language:
                for frequency in Frequency:
                    count += sum(create_in_batches(edition.code, frequency, newest, select))
    return count


@transaction.atomic
def record_arrivals() -> None:
    """Numbers each article that has become public in a language since the last run.

    Subscriptions remember a number and not a date, because an article may be approved after its planned date.
    """
    now = timezone.now()
    Announcement.objects.get_or_create(receiver="letters", defaults={"told_until": now})
    started_at = Announcement.objects.select_for_update().get(receiver="letters").told_until  # one at a time, in order
    for language in TRANSLATIONS:
        with override(language):
            recent = Article.objects.readable().filter(publish_at__gt=max(started_at, now - MAX_ARTICLE_AGE))
            numbered = Arrival.objects.filter(language=language).values("article")
            new = recent.exclude(pk__in=numbered).order_by("publish_at", "pk").values_list("pk", flat=True)
            Arrival.objects.bulk_create(Arrival(article_id=pk, language=language) for pk in list(new))


def new_articles(language: str, newest: int) -> list[NewArticle]:
    """The articles in a language up to this number, oldest first."""
    since = timezone.now() - MAX_LETTER_SPAN
    with override(language):
        readable = Article.objects.readable()
        recent = Arrival.objects.filter(language=language, came_at__gt=since, pk__lte=newest).order_by("pk")
        arrivals = list(recent.filter(article__in=readable))
        rows = Article.objects.filter(pk__in=[each.article_id for each in arrivals]).only("source")
        articles = {each.pk: each for each in rows.prefetch_related("topics", "people")}
    successors = dict(Source.objects.values_list("pk", "successor"))
    return [NewArticle(each.pk, each.article_id, keys_of(articles[each.article_id], successors)) for each in arrivals]


def keys_of(article: Article, successors: dict[int, int | None]) -> frozenset[str]:
    """The keys that subscriptions may name the article by.

    Subscribers of an institution that has ended get what its successors publish.
    """
    sources = {article.source_id}
    while earlier := {pk for pk, successor in successors.items() if successor in sources} - sources:
        sources |= earlier
    keys = {f"source-{pk}" for pk in sources}
    keys |= {f"topic-{topic.pk}" for topic in article.topics.all()}
    return frozenset(keys | {f"person-{person.pk}" for person in article.people.all()})


def run_saved_search(language: str, news: list[NewArticle], search: str) -> frozenset[int]:
    """The articles that a saved search finds; cached, so it runs once however many subscribers have it."""
    with override(language):
        return saved.find_among_articles(search, [each.article for each in news])


def matching_articles(
    news: list[NewArticle], search: Callable[[str], frozenset[int]], after: int, about: tuple[str, ...]
) -> list[int]:
    """The numbers of the articles that came after number `after` and that a subscription is about."""
    later = [each for each in news if each.number > after]
    searches = [each for each in about if later and each.startswith(saved.MARK)]
    by_search = frozenset().union(*map(search, searches))
    keys = set(about)
    articles = [each.article for each in later if not keys or keys & each.keys or each.article in by_search]
    return articles[-MAX_ARTICLES:]


def create_in_batches(edition: str, frequency: str, newest: int, select: Select) -> Iterator[int]:
    """Creates the letters of the subscriptions that are due, and yields how many were in each batch.

    A subscription that gets no letter, because nothing in it is new, is marked as done too.
    """
    rows = Subscription.objects.live().filter(edition=edition, frequency=frequency)
    if frequency == Frequency.AT_ONCE:
        rows = rows.filter(told__lt=newest)
    else:
        rows = rows.filter(told_at__lt=last_morning(frequency, timezone.now()))
    while True:
        with transaction.atomic():
            batch = list(rows.order_by("pk").select_for_update(skip_locked=True).only("told", "about")[:BATCH])
            letters = [Letter(subscription=row, articles=select(row.told, tuple(row.about))) for row in batch]
            letters = Letter.objects.bulk_create(letter for letter in letters if letter.articles)
            Subscription.objects.filter(pk__in=[row.pk for row in batch]).update(told=newest, told_at=timezone.now())
        yield len(letters)
        if len(batch) < BATCH:
            return


def last_morning(frequency: str, now: datetime) -> datetime:
    """When letters of this frequency were last due."""
    morning = datetime.combine(timezone.localdate(now), MORNING, timezone.get_default_timezone())
    step = timedelta(days=1)
    if frequency == Frequency.WEEKLY:
        morning -= timedelta(days=morning.weekday())
        step = timedelta(days=7)
    return morning if morning <= now else morning - step
