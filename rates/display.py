"""What a page shows of a rate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

from django.utils import timezone

from rates.models import Rate

OLD_AFTER = timedelta(days=4)
"""The bank has rates for every day, weekends and holidays included: after a few days without, something is wrong."""


@dataclass(frozen=True)
class ShownRate:
    code: str
    name: str
    nominal: int
    value: Decimal
    change: Decimal | None
    direction: str
    day: date


def shown(rates: Iterable[Rate]) -> list[ShownRate]:
    """Rates as templates want them; each costs no query where the currencies are selected along."""
    return [
        ShownRate(
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
    """The day to write beside these rates; one that is older has its own."""
    return max((rate.day for rate in rates), default=None)


def are_old(day: date | None) -> bool:
    """Whether rates of this day, the newest there are, are older than they should be."""
    return day is None or timezone.localdate() - day > OLD_AFTER


def difference(old: Decimal, old_nominal: int, new: Decimal, new_nominal: int) -> Decimal:
    """By how many percent a unit is worth more (or less) than before."""
    before, after = old * new_nominal, new * old_nominal
    return ((after - before) * 100 / before).quantize(Decimal("0.01"), ROUND_HALF_UP)


def to_tiyn(value: Decimal) -> Decimal:
    """The same number with two decimals, or with as many as it needs."""
    with localcontext(prec=60):  # converted amounts have more digits than Python's usual 28
        exponent = value.normalize().as_tuple().exponent
        places = max(2, -exponent) if isinstance(exponent, int) else 2
        return value.quantize(Decimal(1).scaleb(-places))
