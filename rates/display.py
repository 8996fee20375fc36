"""Rates in the form that pages show them in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import groupby

from django.utils import timezone

from rates.charts import Sparkline, draw_sparkline
from rates.models import Rate

OLD_AFTER = timedelta(days=4)
"""The bank has rates for every day, weekends and holidays included, so a few days without any mean a fault."""


@dataclass(frozen=True)
class DisplayRate:
    code: str
    name: str
    nominal: int
    value: Decimal
    change: Decimal | None
    direction: str
    day: date


def display_rates(rates: Iterable[Rate]) -> list[DisplayRate]:
    """Rates as templates need them. Costs no query if the currencies were selected with the rates."""
    return [
        DisplayRate(
            code=rate.currency.code,
            name=rate.currency.label,
            nominal=rate.nominal,
            value=to_tiyn(rate.value),
            change=None if rate.change is None else to_tiyn(rate.change),
            direction=rate.direction,
            day=rate.day,
        )
        for rate in rates
    ]


def newest_day(rates: Sequence[Rate]) -> date | None:
    """The day to show beside these rates; a rate that is older shows its own."""
    return max((rate.day for rate in rates), default=None)


def are_old(day: date | None) -> bool:
    """Whether the rates are older than they should be, if their newest day is this one."""
    return day is None or timezone.localdate() - day > OLD_AFTER


@dataclass(frozen=True)
class Week:
    """A currency over some days: where it stood at the end, and a line of how it went."""

    code: str
    nominal: int
    value: Decimal
    first: date
    last: date
    low: Decimal
    high: Decimal
    chart: Sparkline


def load_week(today: date) -> list[Week]:
    """The header's currencies in the seven days up to `today`, in one query; rates of another nominal are left out."""
    rates = (
        Rate.objects.in_widget()
        .in_force()
        .filter(day__gt=today - timedelta(days=7), day__lte=today)
        .select_related("currency")
        .order_by("currency__position", "currency__code", "day")
    )
    weeks = []
    for currency, group in groupby(rates, key=lambda rate: rate.currency):
        whole = list(group)
        newest = whole[-1]
        points = [(rate.day, rate.value) for rate in whole if rate.nominal == newest.nominal]
        values = [value for _day, value in points]
        weeks.append(
            Week(
                code=currency.code,
                nominal=newest.nominal,
                value=newest.value,
                first=points[0][0],
                last=newest.day,
                low=min(values),
                high=max(values),
                chart=draw_sparkline(points, width=96, height=32),
            )
        )
    return weeks


def percent_change(old: Decimal, old_nominal: int, new: Decimal, new_nominal: int) -> Decimal:
    """By how many percent the value of a unit has risen (or fallen, below zero), to two decimals."""
    before, after = old * new_nominal, new * old_nominal
    return ((after - before) * 100 / before).quantize(Decimal("0.01"), ROUND_HALF_UP)


def to_tiyn(value: Decimal) -> Decimal:
    """The same number with two decimals, or with as many more as it needs; nothing is rounded."""
    with localcontext(prec=60):  # converted amounts have more digits than Python's usual 28
        exponent = value.normalize().as_tuple().exponent
        places = max(2, -exponent) if isinstance(exponent, int) else 2
        return value.quantize(Decimal(1).scaleb(-places))
