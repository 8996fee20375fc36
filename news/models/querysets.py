"""The queries that readers' pages make for articles; the only place that knows what "published" means."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils import timezone

if TYPE_CHECKING:
    from news.models import Article

PAGE_SIZE = 20
LAST_OF_A_TOPIC = 60
ON_A_CARD = [
    "kind", "title", "slug", "lead", "publish_at", "released_at", "pinned", "source__slug", "source__short_name",
    "cover__token", "cover__file", "cover__width", "cover__height", "cover__alt", "cover__focus_x",
    "cover__focus_y",
]  # fmt: skip
OUT_OF_THE_BIN = models.Q(deleted_at__isnull=True)
UNFINISHED = ~models.Q(status="approved") | models.Q(pending__gt="")
"""Conditions of indexes too. Queries repeat them word for word, by which SQLite recognises an index."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def public_condition(model: type[models.Model]) -> models.Q:
    """Matches the topics or people that readers see: those that do not wait, or stand in a published article."""
    articles = model._meta.get_field("articles")
    published = articles.related_model._default_manager.published()  # type: ignore[union-attr]
    stands = published.filter(**{articles.remote_field.name: models.OuterRef("pk")})  # type: ignore[union-attr]
    return models.Q(models.Exists(stands)) | models.Q(is_waiting=False)


class TaxonomyQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        """Those that readers see. A name that is meant for an article under embargo waits like the article."""
        return self.filter(public_condition(self.model))


class BadCursor(ValueError):
    """The address of a page contains something that is not a cursor."""


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        """Approved, and its moment has come. This compares with the clock, so no worker has to run."""
        return self.filter(status="approved", publish_at__lte=timezone.now())

    def scheduled(self) -> Self:
        """Approved, and its moment is still to come."""
        return self.filter(status="approved", publish_at__gt=timezone.now())

    def unfinished(self) -> Self:
        """Outside the bin, and readers do not have it, or not its newest text."""
        return self.filter(OUT_OF_THE_BIN, UNFINISHED)

    def in_language(self) -> Self:
        """Articles that exist in the active language. There is no silent fallback to another."""
        return self.filter(title__gt="")

    def readable(self) -> Self:
        """What readers of the active language get."""
        return self.published().in_language()

    def for_list(self) -> Self:
        """With what a card shows, in the order of a feed."""
        return self.select_related("source", "cover").only(*ON_A_CARD).order_by("-publish_at", "-id")

    def for_results(self) -> Self:
        """With what a search result shows: a card, and the text for the snippet."""
        return self.for_list().only(*ON_A_CARD, "body")

    def for_page(self) -> Self:
        """With what an article's own page shows. `news.content.prefetch` adds what there may be several of."""
        return self.select_related("source", "cover", "hit_total")

    def withdrawn_after_publication(self) -> Self:
        """Articles that readers had and that were withdrawn. Their address says why."""
        return self.filter(status="withdrawn", withdrawn_at__gte=models.F("publish_at"), deleted_at__isnull=True)

    def within(self, start: datetime, end: datetime) -> Self:
        """Published from `start` up to, not including, `end`."""
        return self._narrow(publish_at__gte=start, publish_at__lt=end)

    def before(self, cursor: str) -> Self:
        """The articles after `cursor` in the order of a feed. It is `cursor_of()` the last one before them."""
        moment, pk = parse_cursor(cursor)
        return self._narrow(publish_at__lte=moment).filter(models.Q(publish_at__lt=moment) | models.Q(pk__lt=pk))

    def _narrow(self, **bounds: datetime) -> Self:
        """Puts these conditions before all others. Of two upper bounds SQLite searches an index by the first one, and
        from `publish_at <= now` on it would read everything that is newer."""
        found = self.filter(**bounds)
        earlier = len(self.query.where.children)
        conditions = found.query.where.children
        found.query.where.children = conditions[earlier:] + conditions[:earlier]
        return found

    def most_read(self, days: int = 7) -> Self:
        """Articles read in the last days, the most read first."""
        since = timezone.localdate() - timedelta(days=days - 1)
        return (
            self.filter(daily_hits__day__gte=since)
            .annotate(recent_hits=models.Sum("daily_hits__count"))
            .order_by("-recent_hits", "-publish_at", "-id")
        )

    def related_to(self, article: "Article") -> Self:
        """Other articles on a topic of this one, among the latest LAST_OF_A_TOPIC of each topic.

        A topic may have a hundred thousand articles, so not all of them are compared.
        """
        topics = [topic.pk for topic in article.topics.all()]
        if not topics:
            return self.none()
        relation = self.model.topics.through._meta.db_table
        last = (
            f"SELECT article_id FROM (SELECT article_id FROM {relation} WHERE topic_id = %s"  # noqa: S608
            f" ORDER BY id DESC LIMIT {LAST_OF_A_TOPIC}) AS last_of_topic"
        )
        return self.filter(pk__in=RawSQL(" UNION ".join([last] * len(topics)), topics)).exclude(pk=article.pk)  # noqa: S611


def cursor_of(article: "Article") -> str:
    """The cursor by which a feed goes on after `article`: its moment in microseconds since 1970, and its number."""
    assert article.publish_at, "only published articles stand in a feed"  # noqa: S101
    since_1970 = article.publish_at - EPOCH
    return f"{since_1970 // timedelta(microseconds=1)}-{article.pk}"


def parse_cursor(cursor: str) -> tuple[datetime, int]:
    """Raises BadCursor."""
    microseconds, _, pk = cursor.partition("-")
    if not (microseconds.isdecimal() and pk.isdecimal() and len(pk) < 19 and len(microseconds) < 18):
        raise BadCursor(cursor)
    try:
        return EPOCH + timedelta(microseconds=int(microseconds)), int(pk)
    except OverflowError as error:
        raise BadCursor(cursor) from error
