"""What a page shows of a rate."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from rates.models import Rate


@dataclass(frozen=True)
class ShownRate:
    code: str
    name: str
    nominal: int
    value: Decimal
    change: Decimal | None
    direction: str


def shown(rates: Iterable[Rate]) -> list[ShownRate]:
    """Rates as templates want them; each costs no query where the currencies are selected along."""
    return [
        ShownRate(
            code=rate.currency.code,
            name=rate.currency.name,
            nominal=rate.nominal,
            value=to_tiyn(rate.value),
            change=None if rate.change is None else to_tiyn(rate.change),
            direction=rate.direction,
        )
        for rate in rates
    ]


def to_tiyn(value: Decimal) -> Decimal:
    """The same number with two decimals, or with as many as it needs."""
    exponent = value.normalize().as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return value.quantize(Decimal(1).scaleb(-places))
