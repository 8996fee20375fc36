from datetime import date
from decimal import Decimal

import pytest
import time_machine

from rates.models import Currency, Rate
from tests.support.factories import make_rate

pytestmark = pytest.mark.django_db

SUNDAY = date(2026, 11, 22)
MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
NAMES = {"kk": "АҚШ доллары", "ru": "доллар США", "en": "US dollar"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-23 17:00+05:00", tick=False):
        yield


def test_day_gives_the_rates_in_force_as_text(client):
    make_rate("USD", MONDAY, "472.3", change=Decimal("-1.9"))
    make_rate("IRR", SUNDAY, "0.4", nominal=1000)
    make_rate("USD", TUESDAY, "474.59")

    answer = client.get("/api/v1/rates/").json()

    dollar, rial = answer.pop("rates")
    assert answer == {
        "date": "2026-11-23",
        "rates_of": "2026-11-23",
        "base": "KZT",
        "source": "National Bank of Kazakhstan",
    }
    assert dollar == {
        "code": "USD",
        "name": NAMES,
        "day": "2026-11-23",
        "nominal": 1,
        "value": "472.30",
        "change": "-1.90",
    }
    assert rial["day"] == "2026-11-22"
    assert rial["nominal"] == 1000
    assert rial["value"] == "0.40"
    assert rial["change"] is None


def test_day_gives_another_day(client):
    make_rate("USD", date(2024, 3, 7), "477.03")
    make_rate("USD", MONDAY, "472.31")

    answer = client.get("/api/v1/rates/?date=2024-03-09").json()

    assert answer["date"] == "2024-03-09"
    assert answer["rates_of"] == "2024-03-07"
    assert answer["rates"][0]["value"] == "477.03"


def test_day_stands_without_rates(client):
    answer = client.get("/api/v1/rates/").json()

    assert answer["rates_of"] is None
    assert answer["rates"] == []


def test_currency_gives_a_span_oldest_first(client):
    for day, value in ((21, "474.21"), (22, "474.21"), (23, "472.31"), (24, "474.59")):
        make_rate("USD", date(2026, 11, day), value)
    make_rate("USD", date(2026, 11, 20), "9", state=Rate.State.HELD_BACK)

    spans = [
        [rate["day"][-2:] for rate in client.get(f"/api/v1/rates/usd/{query}").json()["rates"]]
        for query in ("", "?from=2026-11-22", "?to=2026-11-22", "?from=2026-11-22&to=2026-11-22", "?to=2027-01-01")
    ]

    assert spans == [["21", "22", "23"], ["22", "23"], ["21", "22"], ["22"], ["21", "22", "23"]]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/rates/?date=2026-11-24", 404),
        ("/api/v1/rates/?date=7.3.2024", 400),
        ("/api/v1/rates/?date=20240307", 400),
        ("/api/v1/rates/usd/?until=2026-11-22", 400),
        ("/api/v1/rates/usd/?from=x", 400),
        ("/api/v1/rates/xxx/", 404),
    ],
)
def test_api_says_in_json_what_is_wrong(address, status, client):
    response = client.get(address)

    assert response.status_code == status
    assert response.json()["status"] == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["detail"].endswith(".")


@pytest.mark.parametrize("address", ["/api/v1/rates/", "/api/v1/rates/usd/"])
def test_api_may_be_kept_for_a_while_and_then_asked_whether_it_changed(address, client):
    make_rate("USD", SUNDAY, "472.31")

    first = client.get(address)
    second = client.get(address, headers={"If-None-Match": first["ETag"]})
    make_rate("USD", MONDAY, "473.00")
    third = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert sorted(first["Cache-Control"].split(", ")) == ["max-age=300", "public"]
    assert [first.status_code, second.status_code, third.status_code] == [200, 304, 200]
    assert "Set-Cookie" not in first.headers
    assert "Cookie" not in first.headers.get("Vary", "")


def test_api_writes_kazakh_as_it_is_and_is_open_to_other_sites(client):
    make_rate("USD", MONDAY)

    response = client.get("/api/v1/rates/")

    assert "АҚШ доллары" in response.text
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_api_only_answers_questions(method, client):
    assert getattr(client, method)("/api/v1/rates/").status_code == 405


def test_a_currency_without_a_name_in_a_language_has_its_code_there(client):
    rate = make_rate("USD", MONDAY, "472.3")
    Currency.objects.filter(pk=rate.currency_id).update(name_ru=None)

    answer = client.get("/api/v1/rates/").json()

    assert answer["rates"][0]["name"] == {**NAMES, "ru": "USD"}
