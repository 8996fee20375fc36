"""Sums of the readings of one article and of the whole site, by day and by edition."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum
from django.utils import timezone

from news.models import Article, DailyHits, HitTotal


@dataclass(frozen=True)
class Readings:
    by_day: dict[date, int]
    by_edition: list[tuple[str, int]]
    """Most read first."""
    by_site: list[tuple[str, int]]
    """Sites that led here, the most frequent first. Many readings have no known site."""
    counted: int
    brought: int
    """Readings of an older site, whose days are not known."""

    @property
    def total(self) -> int:
        return self.counted + self.brought


def readings_of_article(article: Article) -> Readings:
    """All readings of an article."""
    days: Counter[date] = Counter()
    editions: Counter[str] = Counter()
    for day, edition, count in article.daily_hits.values_list("day", "edition", "count"):
        days[day] += count
        editions[edition] += count
    total = HitTotal.objects.filter(article=article).first() or HitTotal()
    sites = list(article.referrer_hits.order_by("-count", "host").values_list("host", "count"))
    return Readings(dict(days), editions.most_common(), sites, total.counted, total.brought)


def readings_by_day(days: int) -> dict[date, int]:
    """Readings of the whole site by day, for so many days up to and including today."""
    since = timezone.localdate() - timedelta(days=days - 1)
    recent = DailyHits.objects.filter(day__gte=since).order_by()
    return dict(recent.values_list("day").annotate(Sum("count")))
