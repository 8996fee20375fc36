from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.template import Context, Template
from django.utils import translation

from rates.models import Currency, Rate
from rates.templatetags.rates import rates_widget, signed
from tests.factories import make_rate

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-23 17:00+05:00", tick=False):
        yield


def rendered() -> str:
    return Template("{% load rates %}{% rates_widget %}").render(Context())


@pytest.mark.django_db
def test_rates_widget_gives_the_chosen_currencies_in_their_order_with_their_day():
    for code, value in (("EUR", "545.80"), ("AUD", "305.60"), ("USD", "472.31"), ("RUB", "5.71")):
        make_rate(code, MONDAY, value)

    widget = rates_widget()

    assert widget["day"] == MONDAY
    assert [(rate.code, str(rate.value)) for rate in widget["rates"]] == [
        ("RUB", "5.71"),
        ("USD", "472.31"),
        ("EUR", "545.80"),
    ]


@pytest.mark.django_db
def test_rates_widget_keeps_tomorrows_rates_for_tomorrow():
    make_rate("USD", MONDAY, "472.31")
    make_rate("USD", TUESDAY, "474.59")

    widget = rates_widget()

    assert (widget["day"], widget["rates"][0].value) == (MONDAY, Decimal("472.31"))


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "text"), [("kk", "477,03"), ("ru", "477,03"), ("en", "477.03")])
def test_rates_widget_shows_the_seed_page_in_figures_of_the_language(language, text):
    make_rate("USD", MONDAY, "477.03")

    with translation.override(language):
        html = rendered()

    assert text in html


@pytest.mark.django_db
def test_rates_widget_is_nothing_without_rates():
    assert rendered().strip() == ""


@pytest.mark.django_db
def test_rates_widget_is_nothing_when_no_currency_is_chosen():
    make_rate("USD", MONDAY)
    Currency.objects.update(in_widget=False)

    assert rendered().strip() == ""


@pytest.mark.django_db
def test_rates_widget_needs_one_query_for_any_number_of_currencies(django_assert_num_queries):
    for code in ("RUB", "USD", "EUR"):
        make_rate(code, MONDAY)
    with django_assert_num_queries(1):
        rendered()

    for currency in Currency.objects.exclude(rates__day=MONDAY):
        make_rate(currency.code, MONDAY)
    Currency.objects.update(in_widget=True)
    assert Rate.objects.count() == 39
    with django_assert_num_queries(1):
        rendered()


@pytest.mark.parametrize(
    ("change", "text"), [("0.97", "+0,97"), ("-2.84", "−2,84"), ("0.00", "0,00"), ("-0.00", "0,00"), (None, "")]
)
def test_signed_writes_the_sign(change, text):
    assert signed(change and Decimal(change)) == text
