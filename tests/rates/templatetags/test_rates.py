from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.template import Context, Template
from django.utils import translation

from rates.models import Currency, Rate
from rates.templatetags.rates import rates_widget, with_sign
from tests.support.factories import make_rate

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

    widget = rates_widget(Context())

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

    widget = rates_widget(Context())

    assert widget["day"] == MONDAY
    assert widget["rates"][0].value == Decimal("472.31")


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
    ("change", "text"),
    [("0.97", "+0,97"), ("-1.9000", "−1,90"), ("-2.84", "−2,84"), ("0.00", "0,00"), ("-0.00", "0,00"), (None, "")],
)
def test_signed_writes_the_sign(change, text):
    assert with_sign(change and Decimal(change)) == text


@pytest.mark.django_db
@pytest.mark.parametrize(("newest", "is_old"), [(date(2026, 11, 19), False), (date(2026, 11, 18), True)])
def test_rates_widget_says_plainly_that_its_rates_are_old(newest, is_old):
    make_rate("USD", newest)

    with translation.override("en"):
        html = rendered()

    assert f"rates of {newest.day} November 2026" in html
    assert ("out of date" in html) == is_old


@pytest.mark.django_db
def test_rates_widget_gives_a_rate_of_another_day_its_own():
    make_rate("USD", MONDAY, "472.31")
    make_rate("EUR", date(2026, 11, 22), "545.80")
    make_rate("EUR", MONDAY, "54580", state=Rate.State.HELD_BACK)

    html = rendered()

    assert html.count("<time") == 1
    assert "545,80" in html
    assert '<time datetime="2026-11-22">(22.11.2026)</time>' in html


def rendered_then(source: str, **context) -> str:
    with translation.override("en"):
        return Template("{% load rates %}" + source).render(Context(context)).strip()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "shown"),
    [(date(2024, 3, 7), True), (date(2024, 3, 17), True), (date(2024, 3, 18), False), (date(2024, 3, 6), False)],
)
def test_rates_of_day_are_at_most_ten_days_older(day, shown):
    make_rate("USD", date(2024, 3, 7), "477.03")
    make_rate("USD", MONDAY, "472.31")

    html = rendered_then("{% rates_of_day day %}", day=day)

    assert ("477.03 ₸" in html and "Exchange rates of 7 March 2024" in html) == shown
    assert (html == "") != shown


@pytest.mark.django_db
def test_rates_of_day_take_the_day_in_kazakhstan():
    make_rate("USD", date(2024, 3, 7), "477.03")
    make_rate("USD", date(2024, 3, 8), "478.00")

    html = rendered_then("{% rates_of_day moment %}", moment=datetime(2024, 3, 7, 19, 30, tzinfo=UTC))

    assert "478.00 ₸" in html


@pytest.mark.django_db
def test_rates_of_day_are_nothing_for_an_article_without_a_date():
    make_rate("USD", MONDAY)

    assert rendered_then("{% rates_of_day moment %}", moment=None) == ""


@pytest.mark.django_db
def test_body_with_amounts_opens_them_at_the_rates_of_its_day():
    make_rate("USD", date(2024, 3, 7), "477.03")
    make_rate("USD", MONDAY, "472.31")

    html = rendered_then("{% body_with_amounts body day %}", body="<p>It cost $2 million.</p>", day=date(2024, 3, 8))

    assert html.startswith(
        '<p>It cost <span class="amount">$2 million<button type="button" popovertarget="amount-1"'
        ' aria-label="$2 million: in other currencies"></button></span>.</p>'
    )
    assert '<aside popover id="amount-1" class="amount-value">' in html
    assert "<bdi>954,060,000.00 ₸</bdi>" in html
    assert "By the National Bank's rate of 7 March 2024" in html


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["<p>It cost $2 million.</p>", "<p>2 million people &amp; 5&nbsp;dogs</p>", ""])
def test_body_with_amounts_is_the_body_where_nothing_is_known(body):
    assert rendered_then("{% body_with_amounts body day %}", body=body, day=date(2024, 3, 8)) == body


@pytest.mark.django_db
def test_body_with_amounts_asks_nothing_when_there_are_none(django_assert_num_queries):
    make_rate("USD", MONDAY)

    with django_assert_num_queries(0):
        rendered_then("{% body_with_amounts body day %}", body="<p>47 people</p>", day=MONDAY)
