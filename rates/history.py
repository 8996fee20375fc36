"""One currency over time: a span of its rates, comparable with each other, and summaries of them."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from rates.models import Currency, Rate

SPANS = {
    "1m": (1, _("1 month")),
    "3m": (3, _("3 months")),
    "6m": (6, _("6 months")),
    "1y": (12, _("1 year")),
    "5y": (60, _("5 years")),
    "all": (None, _("All years")),
}
"""The spans a reader can choose: how many months before the newest rate, and the label."""

FIRST_SPAN = "3m"
DAYS_IN_FULL = 366
MONTHS_IN_FULL = 61
"""A table with more days is summarized by months, one with more months by years; the files hold every rate."""


@dataclass(frozen=True)
class Entry:
    """A rate as the bank gave it, and its value for the one nominal that the whole span is compared by."""

    day: date
    nominal: int
    value: Decimal
    change: Decimal | None
    comparable: Decimal


@dataclass(frozen=True)
class Summary:
    """Of some days: the lowest and the highest rate, each on the first day it was reached, and the average."""

    first: date
    least: Entry
    most: Entry
    average: Decimal
    count: int

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Summary":
        total = sum((entry.comparable for entry in entries), Decimal(0))
        return cls(
            first=entries[0].day,
            least=min(entries, key=lambda entry: entry.comparable),
            most=max(entries, key=lambda entry: entry.comparable),
            average=(total / len(entries)).quantize(Decimal("0.01"), ROUND_HALF_UP),
            count=len(entries),
        )


def currencies(until: date) -> QuerySet[Currency]:
    """All currencies, each with the day of its last rate."""
    days = Rate.objects.in_force().filter(currency=OuterRef("pk"), day__lte=until).order_by("-day").values("day")
    return Currency.objects.annotate(last_day=Subquery(days[:1]))  # type: ignore[no-redef]  # declared for mypy itself


def entries(currency: Currency, first: date | None, last: date) -> list[Entry]:
    """The rates of a span, oldest first. Where the bank has changed the nominal, all are compared by the newest one."""
    rates = Rate.objects.history(currency).filter(day__lte=last)
    if first:
        rates = rates.filter(day__gte=first)
    rows = list(rates.order_by("day").values_list("day", "nominal", "value", "change"))
    nominal = rows[-1][1] if rows else 1
    return [Entry(*row, comparable=row[2] if row[1] == nominal else row[2] * nominal / row[1]) for row in rows]


def by_months(entries: Sequence[Entry]) -> list[Summary]:
    """A summary of each month, newest first."""
    return _summaries(entries, lambda entry: (entry.day.year, entry.day.month))


def by_years(entries: Sequence[Entry]) -> list[Summary]:
    """A summary of each year, newest first."""
    return _summaries(entries, lambda entry: entry.day.year)


def _summaries(entries: Sequence[Entry], period: Callable[[Entry], Any]) -> list[Summary]:
    return [Summary.of(list(of_period)) for _key, of_period in groupby(entries, key=period)][::-1]


def first_day(span: str, last: date) -> date | None:
    """The first day of a span that ends on `last`: the same day so many months before, or the last of that month."""
    months, _label = SPANS[span]
    if months is None:
        return None
    year, month = divmod(last.year * 12 + last.month - 1 - months, 12)
    return date(year, month + 1, min(last.day, monthrange(year, month + 1)[1]))
