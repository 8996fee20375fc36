from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rates.models import Currency, Rate
from tests.factories import make_rate

pytestmark = pytest.mark.django_db

SUNDAY = date(2026, 11, 22)
MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-23 17:00+05:00", tick=False):
        yield


def page(client, **query):
    response = client.get("/rates/", query)
    assert response.status_code == 200
    return response.context


def test_rates_has_its_address():
    assert reverse("rates") == "/rates/"


def test_day_shows_the_rates_in_force_today(client):
    make_rate("USD", MONDAY, "472.31", change=Decimal("-1.90"))
    make_rate("USD", TUESDAY, "474.59")

    context = page(client)

    assert (context["asked"], context["day"]) == (MONDAY, MONDAY)
    assert [(rate.code, str(rate.value), rate.direction) for rate in context["rates"]] == [("USD", "472.31", "down")]


@pytest.mark.parametrize(("prefix", "name"), [("", "АҚШ доллары"), ("/ru", "доллар США"), ("/en", "US dollar")])
def test_day_names_currencies_in_the_language_of_the_page(prefix, name, client):
    make_rate("USD", MONDAY, "472.31")

    response = client.get(f"{prefix}/rates/")

    assert [rate.name for rate in response.context["rates"]] == [name]
    assert name.casefold() in response.text.casefold()


def test_day_shows_the_figures_in_full(client):
    make_rate("KWD", MONDAY, "1554.28")
    make_rate("IRR", MONDAY, "0.4", nominal=1000)

    html = client.get("/rates/").text.replace("\N{NO-BREAK SPACE}", " ")

    assert [figure for figure in ("1 554,28", "0,40", "1 000") if figure not in html] == []


def test_day_shows_what_held_on_another_day(client):
    make_rate("USD", SUNDAY, "474.21")
    make_rate("USD", MONDAY, "472.31")

    context = page(client, date="2026-11-22")

    assert (context["day"], context["rates"][0].value) == (SUNDAY, Decimal("474.21"))


def test_day_tells_the_day_of_carried_rates(client):
    make_rate("USD", date(2026, 11, 20), "474.21")

    context = page(client, date="2026-11-22")

    assert (context["asked"], context["day"]) == (SUNDAY, date(2026, 11, 20))


def test_day_takes_an_empty_date_for_today(client):
    make_rate("USD", MONDAY)

    assert page(client, date="")["day"] == MONDAY


def test_day_stands_without_rates(client):
    make_rate("USD", MONDAY)

    context = page(client, date="2024-03-07")

    assert (context["day"], context["rates"]) == (None, [])


@pytest.mark.parametrize(
    "text",
    ["2026-11-24", "2026-13-01", "2026-02-30", "20261123", "2026-W48-1", "23.11.2026", "yesterday", "2026-11-23'--"],
)
def test_day_has_no_page_for_a_date_to_come_or_no_date(text, client):
    make_rate("USD", MONDAY)
    make_rate("USD", TUESDAY)

    response = client.get("/rates/", {"date": text})

    assert response.status_code == 404


def test_day_needs_no_more_queries_for_more_currencies(client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client)
        return len(captured)

    for code in ("RUB", "USD", "EUR"):
        make_rate(code, MONDAY)
    few = queries()
    for currency in Currency.objects.exclude(rates__day=MONDAY):
        make_rate(currency.code, MONDAY)

    assert Rate.objects.count() == 39
    assert queries() == few
