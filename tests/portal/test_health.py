from datetime import date

import pytest
import time_machine
from django.db import OperationalError, connection

from rates.models import Rate
from tests.support.factories import make_rate


def test_live_asks_no_database(client):
    response = client.get("/health/live")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(("today", "old"), [("2026-11-27", False), ("2026-11-28", True)])
def test_ready_tells_how_old_the_rates_are_and_stays_ready(client, today, old):
    make_rate("USD", date(2026, 11, 23))
    make_rate("EUR", date(2026, 11, 23), state=Rate.State.HELD_BACK)

    with time_machine.travel(f"{today} 12:00+05:00", tick=False):
        response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "details": {"rates": {"day": "2026-11-23", "old": old, "held_back": 1}},
    }


@pytest.mark.django_db
def test_ready_stands_without_rates(client):
    assert client.get("/health/ready").json()["details"] == {"rates": {"day": None, "old": True, "held_back": 0}}


@pytest.mark.django_db
def test_ready_says_no_while_the_database_does_not_answer(client):
    def broken(execute, sql, params, many, context):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(broken):
        ready, live = client.get("/health/ready"), client.get("/health/live")

    assert ready.status_code == 503
    assert live.status_code == 200
    assert ready.json() == {"status": "unavailable", "database": "does not answer"}


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_answers_a_balancer_without_tls(client, settings, path, db):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(path).status_code == 200
