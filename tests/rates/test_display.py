from datetime import date
from decimal import Decimal

import pytest
import time_machine

from rates.display import DisplayRate, are_old, display_rates, percent_change, to_tiyn
from tests.support.factories import make_rate


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("3", "3.00"),
        ("100", "100.00"),
        ("0.4000", "0.40"),
        ("179.5", "179.50"),
        ("477.0300", "477.03"),
        ("0.0001", "0.0001"),
        ("0.1230", "0.123"),
        ("-2.8400", "-2.84"),
        ("0.0000", "0.00"),
        ("999999999.9999", "999999999.9999"),
        ("123456789012345678901234567890123.40", "123456789012345678901234567890123.40"),
    ],
)
def test_to_tiyn_shows_two_decimals_or_as_many_as_there_are(value, text):
    assert str(to_tiyn(Decimal(value))) == text


@pytest.mark.django_db
def test_shown_holds_what_a_page_shows():
    rate = make_rate("AMD", date(2024, 3, 7), "12.4700", nominal=10, change=Decimal("0.0200"))
    unknown = make_rate("XDR", date(2024, 3, 7), "647.6100")

    rows = display_rates([rate, unknown])

    assert rows == [
        DisplayRate("AMD", "армян драмы", 10, Decimal("12.47"), Decimal("0.02"), "up", date(2024, 3, 7)),
        DisplayRate("XDR", "СДР (арнайы қарыз алу құқығы)", 1, Decimal("647.61"), None, "", date(2024, 3, 7)),
    ]


@pytest.mark.parametrize(
    ("day", "old"),
    [(None, True), (date(2026, 11, 18), True), (date(2026, 11, 19), False), (date(2026, 11, 24), False)],
)
def test_are_old_tells_rates_older_than_four_days(day, old):
    with time_machine.travel("2026-11-23 23:59+05:00", tick=False):
        assert are_old(day) == old


@pytest.mark.parametrize(
    ("old", "new", "percent"),
    [
        (("100", 1), ("110", 1), "10.00"),
        (("12.47", 10), ("124.70", 100), "0.00"),
        (("0.4", 1000), ("4.4", 10000), "10.00"),
        (("477.03", 1), ("238.515", 1), "-50.00"),
        (("800", 1), ("800.04", 1), "0.01"),
    ],
)
def test_difference_is_of_a_unit(old, new, percent):
    assert percent_change(Decimal(old[0]), old[1], Decimal(new[0]), new[1]) == Decimal(percent)
