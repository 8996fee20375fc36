"""With the database away every address that needs it answers 503 and says when to come back."""

import os
import subprocess
import sys

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.support.everything import make_one_of_each
from tests.support.factories import make_user
from tests.support.frozen import frozen_server
from tests.support.request_fuzz import collect_addresses

pytestmark = pytest.mark.django_db


WITHOUT_DATABASE = {
    "/manifest.webmanifest", "/admin/login/", "/api/v1/", "/search/suggestions/", "/robots.txt", "/worker.js",
    "/api/v1/openapi.json", "/health/live",
}  # fmt: skip
"""What is answered as always, because nothing of it is in the database."""


def refuse(execute, *arguments):
    raise OperationalError("connection refused")


def test_every_address_that_needs_the_database_says_when_to_come_back():
    objects = make_one_of_each()
    stranger, chief = Client(raise_request_exception=False), Client(raise_request_exception=False)
    chief.force_login(make_user(is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    addresses = {f"{each.path}?{each.query}" for each in collect_addresses(objects)}
    addresses |= {"/ru/?", "/kk-latn/?", "/no-such-page/?", "/admin/no-such-page/?", "/api/v1/nothing/?"}

    others = {}
    for client in (stranger, chief):
        for address in addresses:
            with connection.execute_wrapper(refuse):
                response = client.get(address)
            if not (response.status_code == 503 and response.headers.get("Retry-After") == "30"):
                is_sent_away = client is stranger and response.headers.get("Location", "").startswith("/admin/login/")
                others.setdefault("sign-in" if is_sent_away else response.status_code, set()).add(address)

    assert others.pop("sign-in") > {"/admin/?", "/admin/news/article/?"}
    assert others == {
        200: {f"{path}?" for path in WITHOUT_DATABASE},
        302: {"/language/?", "/admin/logout/?"},
        403: {f"/admin/sign-in/passkey/{step}/?" for step in ("begin", "complete")},  # of a stranger
        404: {"/api/v1/x/?", "/api/v1/nothing/?"},
        405: {reading for reading in addresses if reading.endswith("/reading/?")}
        | {f"/admin/login/passkey/{step}/?" for step in ("begin", "complete")},
        503: {"/health/ready?"},  # a balancer asks again by its own rule
    }


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/subscribe/", {"email": "reader@example.org", "about": "all", "frequency": "daily"}),
        ("/admin/login/", {"username": "aigul", "password": "right"}),
        ("/admin/news/topic/add/", {"name_kk": "Тақырып"}),
        ("/admin/logout/", {}),
    ],
)
def test_form_that_is_sent_meanwhile_says_so_too(address, fields):
    client = Client(raise_request_exception=False)
    client.force_login(make_user(is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")

    with connection.execute_wrapper(refuse):
        response = client.post(address, fields)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert response.headers["Cache-Control"] == "no-store"


def test_program_is_told_in_its_own_format():
    with connection.execute_wrapper(refuse):
        response = Client(raise_request_exception=False).get("/api/v1/articles/")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["detail"] == "The portal cannot answer just now."


def test_database_that_accepts_and_never_answers_costs_three_seconds():
    ask = """if True:
        import django, time
        django.setup()
        from django.test import Client
        began = time.monotonic()
        answer = Client(raise_request_exception=False).get("/news/")
        print(answer.status_code, answer.headers["Retry-After"], time.monotonic() - began)
    """
    with frozen_server() as frozen:
        environment = os.environ | {
            "TEST_DATABASE_URL": f"postgres://portal@127.0.0.1:{frozen.port}/portal",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        said = subprocess.run(
            [sys.executable, "-c", ask], env=environment, capture_output=True, text=True, timeout=60, check=True
        )

    status, retry_after, seconds = said.stdout.split()[-3:]
    assert (status, retry_after) == ("503", "30")
    assert frozen.attempts == 1
    assert float(seconds) < 30  # seconds on a busy machine; without the limit it never ends
