"""The forms for a rate by hand and for the converter."""

from decimal import Decimal

import pytest
import time_machine
from django.utils.translation import override

from rates.forms import ConverterForm, RateForm
from rates.models import Currency, Rate

NAMES = {"KZT": "KZT", "USD": "USD"}


def converter(**query):
    form = ConverterForm({"amount": "1", "from": "USD", "to": "KZT", "date": "2024-03-07", **query}, NAMES)
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [("kk", "1 500,5", "1500.5"), ("ru", "1,500", "1.500"), ("en", "1,500", "1500"), ("en", "1,500.25", "1500.25")],
)
def test_amount_is_read_as_the_language_writes_numbers(language, typed, amount):
    with override(language):
        form = converter(amount=typed)

    assert form.cleaned_data["amount"] == Decimal(amount)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "-1"),
        ("amount", "1e5"),
        ("amount", "1" * 17),
        ("amount", "0.1234567"),
        ("from", "XXX"),
        ("date", "1993-11-14"),
        ("date", "2024-03-09"),
        ("date", "07.03.2024"),
    ],
)
@time_machine.travel("2024-03-08 12:00+05:00", tick=False)
def test_what_cannot_be_converted_is_an_error_of_its_field(field, value):
    assert list(converter(**{field: value}).errors) == [field]


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "errors"), [("2024-03-18", []), ("2024-03-19", ["day"])])
@time_machine.travel("2024-03-08 12:00+05:00", tick=False)
def test_rate_by_hand_is_at_most_ten_days_ahead(day, errors):
    currency = Currency.objects.get(code="USD").pk
    form = RateForm({"currency": currency, "day": day, "nominal": 1, "value": "450", "reason": "By telephone"})

    assert list(form.errors) == errors
    assert form.instance.origin == Rate.Origin.HAND


@pytest.mark.django_db
def test_rate_by_hand_needs_a_reason():
    form = RateForm(
        {"currency": Currency.objects.get(code="USD").pk, "day": "2024-03-07", "nominal": 1, "value": "450"}
    )

    assert list(form.errors) == ["reason"]
