import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from rates.models import Currency, Rate
from tests.support.factories import make_rate
from tests.support.steps import count_steps

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

    assert context["asked"] == MONDAY
    assert context["day"] == MONDAY
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

    assert context["day"] == SUNDAY
    assert context["rates"][0].value == Decimal("474.21")


def test_day_tells_the_day_of_carried_rates(client):
    make_rate("USD", date(2026, 11, 20), "474.21")

    context = page(client, date="2026-11-22")

    assert context["asked"] == SUNDAY
    assert context["day"] == date(2026, 11, 20)


def test_day_takes_an_empty_date_for_today(client):
    make_rate("USD", MONDAY)

    assert page(client, date="")["day"] == MONDAY


def test_day_stands_without_rates(client):
    make_rate("USD", MONDAY)

    context = page(client, date="2024-03-07")

    assert context["day"] is None
    assert context["rates"] == []


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24",
        "1993-11-14",
        "2026-13-01",
        "2026-02-30",
        "20261123",
        "2026-W48-1",
        "23.11.2026",
        "yesterday",
        "2026-11-23'--",
    ],
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


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("usd", ["USD"]),
        ("доллар", ["USD", "AUD"]),
        ("  АҚШ Доллары ", ["USD"]),
        ("dollar", ["USD", "AUD"]),
        ("австралийский", ["AUD"]),
        ("LVL", []),
        ("%", []),
        ("", ["USD", "EUR", "AUD"]),
    ],
)
def test_day_finds_a_currency_by_code_or_name_in_any_language(query, codes, client):
    for code in ("AUD", "EUR", "USD"):
        make_rate(code, MONDAY)

    context = page(client, q=query)

    assert [rate.code for rate in context["rates"]] == codes


def test_day_keeps_the_readers_words_in_the_form(client):
    make_rate("USD", MONDAY)

    html = client.get("/rates/", {"q": '"><b>', "date": "2026-11-22"}).text

    assert 'value="&quot;&gt;&lt;b&gt;"' in html
    assert 'name="date" value="2026-11-22"' in html


@pytest.mark.parametrize(("newest", "old"), [(date(2026, 11, 19), False), (date(2026, 11, 18), True)])
def test_day_says_that_the_newest_rates_are_old(newest, old, client):
    make_rate("USD", newest)

    assert page(client)["are_old"] == old
    assert page(client, date="2026-11-22")["are_old"] is False


def test_day_shows_a_rate_of_another_day_with_its_own(client):
    make_rate("USD", MONDAY)
    make_rate("EUR", SUNDAY)

    html = client.get("/en/rates/").text

    assert html.count('<time class="other-day" datetime="2026-11-22">') == 1


# One currency


def make_days(code: str, *values: str, last: date = MONDAY, **fields) -> None:
    for number, value in enumerate(reversed(values)):
        make_rate(code, last - timedelta(days=number), value, **fields)


def test_currency_shows_its_history_newest_first(client):
    make_days("USD", "474.21", "472.31")
    make_rate("USD", TUESDAY, "500")

    context = client.get("/rates/usd/").context

    assert [(entry.day, str(entry.value)) for entry in context["entries"]] == [
        (MONDAY, "472.3100"),
        (SUNDAY, "474.2100"),
    ]
    assert context["newest"].day == MONDAY
    assert context["summary"].count == 2


def test_currency_shows_figures_to_the_tiyn(client):
    make_days("AMD", "12.40", "12.47", "12.58", nominal=10)

    text = " ".join(strip_tags(client.get("/en/rates/amd/").text).split())

    for figure in (
        "10 AMD = 12.58 ₸",
        "Lowest 12.40 ₸ 21 November 2026",
        "Highest 12.58 ₸ 23 November 2026",
        "Average 12.48 ₸ of 3 rates",
        "Tenge for 10 AMD, 21 November 2026 – 23 November 2026.",
    ):
        assert figure in text


@pytest.mark.parametrize(("span", "days"), [("1m", 32), ("3m", 93), ("6m", 185), ("1y", 366), ("all", 400), (None, 93)])
def test_currency_shows_the_span_that_is_asked_for(span, days, client):
    dollar = Currency.objects.get(code="USD")
    Rate.objects.bulk_create(
        Rate(currency=dollar, day=MONDAY - timedelta(days=number), value=Decimal(450)) for number in range(400)
    )

    context = client.get("/rates/usd/", {"range": span} if span else {}).context

    assert context["summary"].count == days
    assert len(context["entries"]) == (days if days <= 366 else 0)
    assert len(context["periods"]) == (0 if days <= 366 else 14)


def test_currency_sums_many_years_up_by_years(client):
    make_rate("USD", date(2019, 1, 10), "376")
    dollar = Currency.objects.get(code="USD")
    Rate.objects.bulk_create(
        Rate(currency=dollar, day=MONDAY - timedelta(days=7 * number), value=Decimal(450)) for number in range(400)
    )

    context = client.get("/rates/usd/?range=all").context

    assert [f"{period.first:%Y}" for period in context["periods"]] == [f"{year}" for year in range(2026, 2018, -1)]
    assert context["period_format"] == "Y"


def test_currency_converts_a_hundred_of_it_by_its_newest_rate(client):
    make_rate("AMD", MONDAY, "12.47", nominal=10)
    make_rate("LVL", date(2013, 12, 31), "219.68")

    answers = [client.get(f"/rates/{code}/").context["converted"] for code in ("amd", "lvl")]

    assert [(answer["source"], str(answer["result"]), answer["date"]) for answer in answers] == [
        ("AMD", "124.70", MONDAY),
        ("LVL", "21968.00", date(2013, 12, 31)),
    ]


def test_currency_says_that_it_ended(client):
    make_rate("LVL", date(2013, 12, 31), "219.68")
    make_rate("USD", MONDAY)

    context = client.get("/rates/lvl/").context

    assert context["has_ended"] is True
    assert context["newest"].day == date(2013, 12, 31)
    assert client.get("/rates/usd/").context["has_ended"] is False


def test_currency_tells_a_change_of_the_nominal(client):
    make_rate("IRR", SUNDAY, "0.4", nominal=1000)
    make_rate("IRR", MONDAY, "4.1", nominal=10000)

    response = client.get("/en/rates/irr/")

    assert "chart and figures are for 10,000 IRR throughout" in response.text
    assert [entry.nominal for entry in response.context["entries"]] == [10000, 1000]
    assert response.context["summary"].least.comparable == 4


def test_currency_without_rates_stands(client):
    assert client.get("/rates/usd/").status_code == 200


@pytest.mark.parametrize("path", ["/rates/xxx/", "/rates/us/", "/rates/usd/?range=2m", "/rates/usd.csv?range=9"])
def test_currency_has_no_page_for_what_is_not_there(path, client):
    make_rate("USD", MONDAY)

    assert client.get(path).status_code == 404


def test_currency_csv_holds_every_digit(client):
    make_rate("AMD", SUNDAY, "12.4", nominal=10, change=Decimal("-0.01"))
    make_rate("AMD", MONDAY, "124.8001", nominal=100)

    response = client.get("/rates/amd.csv")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="amd-all.csv"'
    assert response.text.splitlines() == [
        "day,code,nominal,value,change",
        "2026-11-22,AMD,10,12.40,-0.01",
        "2026-11-23,AMD,100,124.8001,",
    ]


def test_the_same_figures_stand_on_page_chart_csv_and_api(client):
    make_days("USD", "474.21", "472.31", "480.5")

    page = client.get("/en/rates/usd/")
    csv = client.get("/rates/usd.csv").text.splitlines()[1:]
    api = client.get("/api/v1/rates/usd/").json()["rates"]

    in_page = re.findall(r'<time datetime="([-0-9]+)">[^<]*</time></th><td class="number"><bdi>([0-9.]+) ₸', page.text)
    in_csv = [(day, value) for day, _code, _nominal, value, _change in (line.split(",") for line in csv)]
    in_api = [(rate["day"], rate["value"]) for rate in api]
    assert in_page[::-1] == in_csv == in_api
    assert in_api == [("2026-11-21", "474.21"), ("2026-11-22", "472.31"), ("2026-11-23", "480.50")]


# The converter


def convert(client, **question):
    return client.get("/en/rates/converter/", question).context


def test_converter_answers_in_any_direction_on_any_day(client):
    make_rate("USD", SUNDAY, "474.21")
    make_rate("USD", MONDAY, "472.31")
    make_rate("AMD", MONDAY, "12.47", nominal=10)
    question = {"amount": "1,500.50", "from": "USD", "to": "KZT", "date": "2026-11-22"}

    answers = [
        convert(client)["converted"]["result"],
        convert(client, **question)["converted"]["result"],
        convert(client, **{**question, "date": "2026-11-23", "to": "AMD"})["converted"]["result"],
        convert(client, **{**question, "from": "KZT", "to": "USD"})["converted"]["result"],
    ]

    assert [str(answer) for answer in answers] == ["47231.00", "711552.11", "568324.90", "3.16"]


def test_converter_shows_every_digit_of_the_greatest_amount(client):
    make_rate("KWD", MONDAY, "999999999.9999")
    make_rate("IRR", MONDAY, "0.0001", nominal=9999999)

    html = client.get("/en/rates/converter/", {"amount": "9" * 15, "from": "KWD", "to": "IRR"}).text

    assert "99,999,989,999,989,900,001,010,000,009,999,999.00 IRR" in html


def test_converter_reads_a_comma_as_the_language_does(client):
    make_rate("USD", MONDAY, "472.31")
    question = {"amount": "1,500", "from": "USD", "to": "USD"}

    amounts = [
        client.get(f"{edition}/rates/converter/", question).context["converted"]["amount"] for edition in ("", "/en")
    ]

    assert amounts == [Decimal("1.5"), Decimal("1500")]


@pytest.mark.parametrize("amount", ["9" * 15, "0.000001", "0," + "0" * 5 + "1"])
def test_converter_takes_the_largest_and_the_smallest_amount(client, amount):
    make_rate("USD", MONDAY, "472.31")

    assert client.get("/rates/converter/", {"amount": amount}).context["converter"].errors == {}


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"amount": "many"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1.2.3"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "1e9"}, "amount"),
        ({"amount": "٤"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"amount": "1" + "0" * 15}, "amount"),
        ({"amount": "0.0000001"}, "amount"),
        ({"from": "LVL"}, "from"),
        ({"to": "<b>"}, "to"),
        ({"date": "2026-11-24"}, "date"),
        ({"date": "1993-11-14"}, "date"),
        ({"date": "yesterday"}, "date"),
    ],
    ids=str,
)
def test_converter_says_what_is_wrong_with_a_question(question, field, client):
    make_rate("USD", MONDAY, "472.31")

    response = client.get("/rates/converter/", question)

    assert response.status_code == 200
    assert list(response.context["converter"].errors) == [field]
    assert response.context["converted"] is None
    assert f'id="converter-{field}_error"' in response.text


def test_converter_stands_on_the_other_pages(client):
    make_rate("USD", MONDAY, "472.31")

    addresses = [
        re.findall(r'action="([^"]*converter[^"]*)"', client.get(path).text) for path in ("/rates/", "/ru/rates/usd/")
    ]

    assert addresses == [["/rates/converter/"], ["/ru/rates/converter/"]]


def test_converter_says_that_the_bank_had_no_rate_that_day(client):
    make_rate("LVL", date(2013, 12, 31), "219.68")
    make_rate("USD", MONDAY, "472.31")

    response = client.get("/en/rates/converter/", {"from": "LVL", "to": "USD", "date": "2026-11-23"})

    assert response.context["converter"].errors == {}
    assert response.context["converted"] is None
    assert "The bank has no rate of one of these currencies for that day." in response.text


def test_converter_stands_without_rates(client):
    assert client.get("/rates/converter/").context["converter"].errors == {}
    assert client.get("/rates/").context["converter"].errors == {}


# 39 currencies over 26 years


@pytest.fixture
def long_history():
    """The dollar has a rate on each day of 26 years, the others once in thirty days: few enough for a test."""
    Rate.objects.bulk_create(
        (
            Rate(currency=currency, day=MONDAY - timedelta(days=number), value=Decimal(300) + number % 97)
            for currency in Currency.objects.all()
            for number in range(0, 26 * 365, 1 if currency.code == "USD" else 30)
        ),
        batch_size=2000,
    )


@pytest.mark.usefixtures("long_history")
def test_pages_and_api_need_few_queries_and_few_steps_over_26_years(client):
    steps, queries = {}, {}
    answers: list[int] = []
    for path in (
        "/rates/",
        "/rates/?date=2003-05-05&q=dollar",
        "/rates/usd/",
        "/rates/usd/?range=all",
        "/rates/usd.csv",
        "/rates/converter/?amount=5&from=EUR&to=USD&date=2003-05-05",
        "/api/v1/rates/?date=2003-05-05",
        "/api/v1/rates/usd/",
    ):
        client.get(path)  # what a process does once is no part of a page
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            steps[path] = count_steps(lambda path=path: answers.append(client.get(path).status_code))
        queries[path] = len(captured)

    assert max(queries.values()) <= 5
    assert {path for path, count in steps.items() if count > 300_000} <= {"/rates/usd/?range=all", "/rates/usd.csv"}
    assert max(steps.values()) < 1_000_000  # a hundred for each day of the dollar
