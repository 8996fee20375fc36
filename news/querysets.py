"""The questions readers' pages ask about articles; the one place that knows what "published" means."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from news.models import Article

PAGE_SIZE = 20
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BadCursor(ValueError):
    """An address asks to go on from something that is no cursor."""


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        """Approved, and its moment has come. Asked with the clock, so no worker has to be alive."""
        return self.filter(status="approved", publish_at__lte=timezone.now())

    def scheduled(self) -> Self:
        """Approved, and its moment is still to come."""
        return self.filter(status="approved", publish_at__gt=timezone.now())

    def in_language(self) -> Self:
        """Those that exist in the active language: there is no silent fall-back to another."""
        return self.filter(title__gt="")

    def for_list(self) -> Self:
        """What a card shows."""
        return self.select_related("source", "cover").only(
            "kind", "title", "slug", "lead", "publish_at", "pinned", "source__slug", "source__short_name",
            "cover__token", "cover__width", "cover__height", "cover__alt",
        ).order_by("-publish_at", "-id")  # fmt: skip

    def for_page(self) -> Self:
        """What an article's own page shows."""
        return self.select_related("source", "cover", "hit_total").prefetch_related("topics", "people", "corrections")

    def gone(self) -> Self:
        """Readers had it, and it was withdrawn: its address tells why."""
        return self.filter(status="withdrawn", withdrawn_at__gte=models.F("publish_at"), deleted_at__isnull=True)

    def within(self, start: datetime, end: datetime) -> Self:
        """Published from `start` up to, not including, `end`."""
        return self.filter(publish_at__gte=start, publish_at__lt=end)

    def before(self, cursor: str) -> Self:
        """The articles after `cursor` in the order of a feed; the cursor is `cursor_of()` the last one shown."""
        moment, pk = parse_cursor(cursor)
        return self.filter(models.Q(publish_at__lt=moment) | models.Q(pk__lt=pk), publish_at__lte=moment)

    def most_read(self, days: int = 7) -> Self:
        """By readings of the last days, most read first."""
        since = timezone.localdate() - timedelta(days=days - 1)
        return (
            self.filter(daily_hits__day__gte=since)
            .annotate(recent_hits=models.Sum("daily_hits__count"))
            .order_by("-recent_hits", "-publish_at", "-id")
        )

    def related_to(self, article: "Article") -> Self:
        """Others on a topic of this one, newest first."""
        return self.filter(topics__in=[topic.pk for topic in article.topics.all()]).exclude(pk=article.pk).distinct()


def cursor_of(article: "Article") -> str:
    """Where a feed goes on after `article`: its moment in microseconds since 1970, and its number."""
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
