"""What all answers of the API have in common."""

import json

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory

from portal.json_api import answers


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@answers.json_view(max_age=60, keys=("q",))
def view(request):
    if request.GET.get("q") == "nothing":
        raise answers.not_found()
    return {"сөз": request.GET.get("q")}


def get(query="", method="get", **meta):
    return getattr(RequestFactory(), method)(f"/api/v1/x/{query}", **meta)


def test_answer_is_json_that_may_be_cached_and_read_from_any_site():
    response = view(get("?q=а"))

    assert response.content.decode() == '{"сөз": "а"}'
    assert response.headers["Content-Type"] == "application/json"
    assert set(response.headers["Cache-Control"].split(", ")) == {"public", "max-age=60"}
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("request_", "status"),
    [(get("?q=nothing"), 404), (get("?Q=x"), 400), (get(method="post"), 405)],
)
def test_error_is_a_problem_that_is_not_cached(request_, status):
    response = view(request_)

    assert response.status_code == status
    assert json.loads(response.content)["status"] == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"


def test_methods_that_are_allowed_are_named():
    assert view(get(method="delete")).headers["Allow"] == "GET, HEAD"


def test_requests_are_counted_by_the_minute_and_by_the_address(settings):
    settings.API_REQUESTS = 2
    with time_machine.travel("2024-03-07 09:00:10+00:00", tick=False):
        statuses = [view(get()).status_code for _ in range(3)]
        refused = view(get())
        other = view(get(REMOTE_ADDR="192.0.2.7"))
    with time_machine.travel("2024-03-07 09:01:00+00:00", tick=False):
        later = view(get())

    assert statuses == [200, 200, 429]
    assert refused.headers["Retry-After"] == "50"
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert other.status_code == 200
    assert other.headers["RateLimit-Remaining"] == "1"
    assert later.status_code == 200
