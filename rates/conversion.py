"""Amounts from one currency into another by the rates of a day: worked out exactly, rounded once at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from rates.models import Rate

TENGE = "KZT"
GREATEST = Decimal(10) ** 15
"""More than all the money of the world: beyond it somebody only leans on a key."""


class NoRate(Exception):
    """The bank has no rate of this currency in force; the text is its code."""


@dataclass(frozen=True)
class Unit:
    """What `nominal` units of a currency cost in tenge."""

    value: Decimal
    nominal: int


ONE_TENGE = Unit(Decimal(1), 1)


def units(rates: list[Rate]) -> dict[str, Unit]:
    """What amounts are converted by: the rates of a day, and the tenge itself."""
    return {TENGE: ONE_TENGE} | {rate.currency.code: Unit(rate.value, rate.nominal) for rate in rates}


def convert(amount: Decimal, source: str, target: str, by: Mapping[str, Unit]) -> Decimal:
    for code in (source, target):
        if code not in by:
            raise NoRate(code)
    given, wanted = by[source], by[target]
    with localcontext(prec=60):  # far more digits than any amount and rate have together
        exact = amount * given.value * wanted.nominal / (wanted.value * given.nominal)
        return rounded(exact)


def rounded(amount: Decimal) -> Decimal:
    """Half up, to 0.01; an amount below 1 to 0.000001."""
    with localcontext(prec=60):
        return amount.quantize(Decimal("0.01" if amount >= 1 else "0.000001"), ROUND_HALF_UP)
