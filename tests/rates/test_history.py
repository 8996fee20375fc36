from datetime import date, timedelta
from decimal import Decimal

import pytest

from rates.history import Summary, by_months, currencies, entries, first_day
from rates.models import Currency, Rate
from tests.support.factories import make_rate

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)


def make_history(code: str, *values: tuple[str, int], first: date = DAY) -> Currency:
    for number, (value, nominal) in enumerate(values):
        rate = make_rate(code, first + timedelta(days=number), value, nominal=nominal)
    return rate.currency


def test_entries_are_a_span_oldest_first():
    dollar = make_history("USD", ("477.03", 1), ("478", 1), ("479", 1), ("480", 1))
    make_rate("USD", DAY + timedelta(days=1), "1", state=Rate.State.REFUSED)

    found = entries(dollar, DAY + timedelta(days=1), DAY + timedelta(days=2))

    assert [(entry.day.day, str(entry.value)) for entry in found] == [(24, "478.0000"), (25, "479.0000")]


@pytest.mark.parametrize(
    ("values", "comparable"),
    [
        ([("0.4", 1000), ("4.1", 10000)], ["4", "4.1"]),
        ([("12.47", 10), ("1.248", 1)], ["1.247", "1.248"]),
        ([("33.90", 100), ("34", 100)], ["33.9", "34"]),
    ],
)
def test_entries_are_compared_by_the_newest_nominal(values, comparable):
    currency = make_history("IRR", *values)

    found = entries(currency, None, DAY + timedelta(days=9))

    assert [entry.comparable for entry in found] == [Decimal(value) for value in comparable]
    assert [entry.nominal for entry in found] == [nominal for _, nominal in values]


def test_summary_tells_lowest_highest_and_average():
    dollar = make_history("USD", ("477.03", 1), ("470.01", 1), ("480.00", 1), ("470.01", 1))

    summary = Summary.of(entries(dollar, None, DAY + timedelta(days=9)))

    assert summary.least.value == Decimal("470.01")
    assert summary.least.day == DAY + timedelta(days=1)
    assert summary.most.value == Decimal("480.00")
    assert summary.most.day == DAY + timedelta(days=2)
    assert str(summary.average) == "474.26"
    assert summary.count == 4
    assert summary.first == DAY  # 474.2625


def test_average_is_rounded_half_up():
    dollar = make_history("USD", ("0.01", 1), ("0.02", 1))

    assert str(Summary.of(entries(dollar, None, DAY + timedelta(days=9))).average) == "0.02"


def test_by_months_sums_up_newest_first():
    dollar = make_history("USD", ("477", 1), ("479", 1), ("481", 1), first=date(2026, 10, 31))

    months = by_months(entries(dollar, None, DAY))

    assert [(month.first, month.least.value, month.most.value, month.average, month.count) for month in months] == [
        (date(2026, 11, 1), 479, 481, 480, 2),
        (date(2026, 10, 31), 477, 477, 477, 1),
    ]


def test_currencies_know_the_day_of_their_last_rate():
    make_rate("USD", DAY)
    make_rate("USD", DAY + timedelta(days=1))
    make_rate("EUR", DAY, state=Rate.State.HELD_BACK)

    days = {each.code: each.last_day for each in currencies(until=DAY)}

    assert days["USD"] == DAY
    assert days["EUR"] is None
    assert len(days) == 39


@pytest.mark.parametrize(
    ("span", "last", "first"),
    [
        ("1m", date(2026, 11, 23), date(2026, 10, 23)),
        ("1m", date(2026, 3, 31), date(2026, 2, 28)),
        ("1m", date(2024, 3, 30), date(2024, 2, 29)),
        ("3m", date(2026, 1, 15), date(2025, 10, 15)),
        ("6m", date(2026, 8, 31), date(2026, 2, 28)),
        ("1y", date(2024, 2, 29), date(2023, 2, 28)),
        ("5y", date(2026, 12, 31), date(2021, 12, 31)),
        ("all", date(2026, 12, 31), None),
    ],
)
def test_first_day_is_the_same_day_so_many_months_before(span, last, first):
    assert first_day(span, last) == first
