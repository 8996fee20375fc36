"""What every answer says to browsers, and what strangers and the impatient are told."""

import io
import logging
from datetime import datetime, timedelta

import pytest
import redis
import time_machine
from django.core.cache import cache
from django.utils import timezone

from portal.models import SiteSettings
from portal.rate_limits import count_request
from tests.support.doors import Answered, make_door
from tests.support.factories import make_article, make_user

pytestmark = pytest.mark.django_db

READER = "203.0.113.7"


@pytest.mark.parametrize("path", ["/", "/ru/search/?q=x", "/admin/login/", "/nothing/", "/health/live", "/subscribe/"])
def test_pages_ask_nothing_of_the_device_and_are_for_this_site_alone(client, path):
    headers = client.get(path).headers

    assert "camera=()" in headers["Permissions-Policy"].split(", ")
    assert "geolocation=()" in headers["Permissions-Policy"].split(", ")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    ["/api/v1/", "/feed.rss", "/ru/feed.json", "/en/embed/headlines/", "/sources/senat/feed.atom", "/media/x/y.jpg"],
)
def test_what_is_made_for_other_sites_may_be_used_by_them(client, path):
    assert client.get(path).headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_page_from_the_cache_has_the_same_headers(client):
    door = make_door()
    make_article()

    first, second = Answered(door, "/").headers, Answered(door, "/").headers

    names = ("Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy")
    assert [first[name] for name in names] == [client.get("/").headers[name] for name in names]
    assert [second[name] for name in names] == [first[name] for name in names]


def test_security_txt_names_the_setting_and_expires_within_a_year(client, settings):
    settings.SECURITY_CONTACT = "https://example.kz/security"

    response = client.get("/.well-known/security.txt")

    lines = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    expires = datetime.fromisoformat(lines.pop("Expires"))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert timedelta(days=170) < expires - timezone.now() < timedelta(days=365)
    assert lines == {
        "Contact": "https://example.kz/security",
        "Preferred-Languages": "en, ru, kk",
        "Canonical": "http://testserver/.well-known/security.txt",
    }


def test_security_txt_falls_back_to_the_contacts_and_is_absent_without_any(client):
    without = client.get("/.well-known/security.txt").status_code
    SiteSettings.objects.update_or_create(pk=1, defaults={"email": "press@example.kz"})

    assert without == 404
    assert client.get("/.well-known/security.txt").content.startswith(b"Contact: mailto:press@example.kz\n")


@pytest.mark.parametrize("host", ["203.0.113.9", "evil.example", "a b", "x_y:99999", "", "[::1"])
def test_unknown_host_gets_400_and_no_traceback(client, host):
    stream = io.StringIO()
    handler = logging.getLogger().handlers[0]
    before = handler.setStream(stream)

    door = Answered(make_door(), "/", host=host)
    response = client.get("/news/?q=1", HTTP_HOST=host)
    handler.setStream(before)

    assert (door.status, response.status_code) == (400, 400)
    assert response.content == b"There is no such site here.\n"
    assert "Traceback" not in stream.getvalue()
    assert "ERROR" not in stream.getvalue()


def test_operators_may_ask_a_node_by_its_address(client):
    answers = [client.get(path, HTTP_HOST="10.1.2.3:8000") for path in ("/health/live", "/health/ready")]

    assert [each.status_code for each in answers] == [200, 200]


@pytest.mark.parametrize(
    ("of", "path", "method"),
    [
        ("search", "/search/?q=x", "get"),
        ("search", "/ru/search/feed.rss?q=x", "get"),
        ("suggestions", "/search/suggestions/?q=x", "get"),
        ("beacon", "/news/1/reading/", "post"),
        ("sign-in", "/admin/login/", "post"),
    ],
)
def test_network_that_asks_too_often_is_told_to_wait(client, settings, of, path, method):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {of: 3}
    settings.CDN_SECONDS = 10
    ask = getattr(client, method)
    with time_machine.travel("2026-11-27 12:00:20+05:00", tick=False):
        answers = [ask(path, HTTP_X_FORWARDED_FOR=READER) for _ in range(5)]
        neighbour = ask(path, HTTP_X_FORWARDED_FOR="203.0.113.8")
    with time_machine.travel("2026-11-27 12:01:00+05:00", tick=False):
        later = ask(path, HTTP_X_FORWARDED_FOR=READER)

    statuses = [each.status_code for each in answers]
    assert 429 not in statuses[:3]
    assert statuses[3:] == [429, 429]
    assert answers[4]["Retry-After"] == "40"
    assert "no-store" in answers[4]["Cache-Control"]
    assert answers[4].cookies == {}
    assert neighbour.status_code == later.status_code == statuses[0]


def test_refusal_is_in_the_readers_language_and_is_not_cached(settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"search": 1}
    door = make_door()

    answers = [Answered(door, f"/ru/search/?q={word}", x_forwarded_for=READER) for word in ("a", "a", "b")]
    neighbour = Answered(door, "/ru/search/?q=b", x_forwarded_for="203.0.113.8")

    assert [each.status for each in answers] == [200, 200, 429]  # the second one came from the cache
    assert "Слишком много запросов" in answers[2].text
    assert neighbour.status == 200


def test_sign_in_works_below_the_limit(client, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"sign-in": 2}
    make_user(username="chief", password="a long enough password")

    answer = client.post("/admin/login/", {"username": "chief", "password": "a long enough password"})

    assert answer.status_code == 302


def test_no_address_is_in_the_cache(settings):
    for _ in range(2):
        count_request(READER, 5, "search")

    if settings.CACHE_URL:
        with redis.Redis.from_url(settings.CACHE_URL) as client:
            names = [name.decode() for name in client.keys("*")]
    else:
        names = list(cache._cache)
    assert len(names) == 1
    assert "203.0.113" not in names[0]
