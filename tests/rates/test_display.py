from datetime import date
from decimal import Decimal

import pytest

from rates.display import ShownRate, shown, to_tiyn
from tests.factories import make_rate


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
    ],
)
def test_to_tiyn_shows_two_decimals_or_as_many_as_there_are(value, text):
    assert str(to_tiyn(Decimal(value))) == text


@pytest.mark.django_db
def test_shown_holds_what_a_page_shows():
    rate = make_rate("AMD", date(2024, 3, 7), "12.4700", nominal=10, change=Decimal("0.0200"))
    unknown = make_rate("XDR", date(2024, 3, 7), "647.6100")

    rows = shown([rate, unknown])

    assert rows == [
        ShownRate("AMD", "армян драмы", 10, Decimal("12.47"), Decimal("0.02"), "up"),
        ShownRate("XDR", "СДР (арнайы қарыз алу құқығы)", 1, Decimal("647.61"), None, ""),
    ]
