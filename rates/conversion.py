"""Converts amounts from one currency into another by the rates of a day: exactly, and rounded once at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from rates.models import Rate

TENGE = "KZT"
GREATEST = Decimal(10) ** 15
"""The greatest amount that is converted; more than all the money of the world."""


class NoRate(Exception):
    """No rate of this currency is in force; the text is its code."""


@dataclass(frozen=True)
class Unit:
    """What `nominal` units of a currency cost in tenge."""

    value: Decimal
    nominal: int


ONE_TENGE = Unit(Decimal(1), 1)


def units_by_code(rates: list[Rate]) -> dict[str, Unit]:
    """The units that amounts are converted by, by code: those of a day's rates, and the tenge itself."""
    return {TENGE: ONE_TENGE} | {rate.currency.code: Unit(rate.value, rate.nominal) for rate in rates}


def convert(amount: Decimal, source: str, target: str, by: Mapping[str, Unit]) -> Decimal:
    """An amount of `source` in `target`, rounded. Raises NoRate where one of them has no unit."""
    for code in (source, target):
        if code not in by:
            raise NoRate(code)
    from_unit, to_unit = by[source], by[target]
    with localcontext(prec=60):  # more digits than an amount and two rates have together
        exact = amount * from_unit.value * to_unit.nominal / (to_unit.value * from_unit.nominal)
        return round_amount(exact)


def round_amount(amount: Decimal) -> Decimal:
    """The amount rounded half up to 0.01, or to 0.000001 if it is below 1."""
    with localcontext(prec=60):
        return amount.quantize(Decimal("0.01" if amount >= 1 else "0.000001"), ROUND_HALF_UP)
