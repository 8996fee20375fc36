"""Conversion against whole-number arithmetic: an independent way to the same tiyn."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rates.conversion import NoRate, Unit, convert, units_by_code
from tests.support.factories import make_rate

BY = {
    "KZT": Unit(Decimal(1), 1),
    "USD": Unit(Decimal("477.03"), 1),
    "AMD": Unit(Decimal("12.47"), 10),
    "KRW": Unit(Decimal("33.9"), 100),
    "IRR": Unit(Decimal("0.4"), 1000),
    "EUR": Unit(Decimal("521.44"), 1),
}


@pytest.mark.parametrize(
    ("amount", "source", "target", "result"),
    [
        ("100", "USD", "KZT", "47703.00"),
        ("47703", "KZT", "USD", "100.00"),
        ("1", "AMD", "KZT", "1.25"),  # 1.247
        ("10", "AMD", "KZT", "12.47"),
        ("100", "KRW", "KZT", "33.90"),
        ("1000", "IRR", "KZT", "0.400000"),
        ("1", "IRR", "KZT", "0.000400"),
        ("1000000", "IRR", "USD", "0.838522"),
        ("100", "USD", "EUR", "91.48"),
        ("1", "EUR", "USD", "1.09"),
        ("1", "KZT", "KZT", "1.00"),
        ("0", "USD", "KZT", "0.000000"),
        ("0.005", "KZT", "KZT", "0.005000"),
        ("1.005", "KZT", "KZT", "1.01"),
        ("1.004999", "KZT", "KZT", "1.00"),
        ("1000000000000000", "USD", "IRR", "1192575000000000000000.00"),
    ],
)
def test_convert_is_right_to_the_tiyn(amount, source, target, result):
    assert str(convert(Decimal(amount), source, target, BY)) == result


ten_thousandths = st.integers(1, 10**13 - 1)
nominals = st.sampled_from([1, 10, 100, 1000, 10000])


@given(st.integers(0, 10**21), ten_thousandths, nominals, ten_thousandths, nominals)
def test_convert_agrees_with_whole_numbers(millionths, given_value, given_nominal, wanted_value, wanted_nominal):
    by = {
        "AAA": Unit(Decimal(given_value).scaleb(-4), given_nominal),
        "BBB": Unit(Decimal(wanted_value).scaleb(-4), wanted_nominal),
    }

    result = convert(Decimal(millionths).scaleb(-6), "AAA", "BBB", by)

    above, below = millionths * given_value * wanted_nominal, wanted_value * given_nominal * 10**6
    places = 2 if above >= below else 6
    half_up = (2 * above * 10**places + below) // (2 * below)
    assert int(f"{result:f}".replace(".", "")) == half_up
    assert result.as_tuple().exponent == -places


@pytest.mark.parametrize(("source", "target"), [("LVL", "KZT"), ("KZT", "LVL"), ("LVL", "LVL")])
def test_convert_knows_only_the_rates_of_the_day(source, target):
    with pytest.raises(NoRate, match="LVL"):
        convert(Decimal(1), source, target, BY)


@pytest.mark.django_db
def test_units_are_the_rates_and_the_tenge():
    rate = make_rate("AMD", date(2024, 3, 7), "12.47", nominal=10)

    assert units_by_code([rate]) == {"KZT": Unit(Decimal(1), 1), "AMD": Unit(Decimal("12.47"), 10)}
