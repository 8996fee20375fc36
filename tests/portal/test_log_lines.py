"""No log has a key: not when the database fails, not when an address is wrong, not in what a server writes itself."""

import io
import logging
import tracemalloc
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError, ProgrammingError, connection
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from news.newsletter.subscriptions import token_signer
from portal.log_lines import LineFormatter, hide_secrets

ERRORS = [OperationalError, OSError, ProgrammingError, BadRequest, PermissionDenied]
KEY = "1.yPzES9mhDPI8aDgEmMW1UlrIcSqkC8zVNjd7zq"


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """The routes of all addresses, without the prefix of an edition."""
    for each in patterns:
        route = before + (getattr(each.pattern, "_route", None) or "")
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, route)
        else:
            yield route


ALL_ROUTES = list(routes(get_resolver().url_patterns))
SECRET_ROUTES = [route for route in ALL_ROUTES if "<secret:" in route]


def address_of(route: str, key: str = KEY) -> str:
    """An address of the route, with the key in it."""
    path = "/" + route.replace("<secret:token>", key).replace("<str:code>", "kk")
    return (
        path.replace("<str:image_token>", "picture").replace("<str:file_token>", "file").replace("<str:name>", "x.jpg")
    )


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the portal's own handlers write."""
    stream = io.StringIO()
    handlers = [each for each in logging.getLogger().handlers if isinstance(each.formatter, LineFormatter)]
    assert len(handlers) == 1
    before = handlers[0].setStream(stream)
    yield stream
    handlers[0].setStream(before)


def test_every_address_with_a_token_is_known_to_be_secret_but_those_of_published_files():
    with_token = {route for route in ALL_ROUTES if "token" in route or "key" in route.partition("<")[2]}

    assert with_token - set(SECRET_ROUTES) == {"media/<str:token>/<str:name>", "files/<str:token>/<str:name>"}
    assert len(SECRET_ROUTES) == 5


@pytest.mark.parametrize("route", SECRET_ROUTES)
def test_what_leads_to_a_key_is_hidden_wherever_it_stands(route):
    for address in (address_of(route), f"https://site.example/ru{address_of(route)}?q=1", f'"{address_of(route)}"'):
        assert KEY in address
        assert KEY not in hide_secrets(f"before {address} after")


@pytest.mark.django_db
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("route", SECRET_ROUTES)
def test_key_is_in_no_log_when_a_request_fails(client, log, route, error):
    client.raise_request_exception = False
    key = token_signer.sign("7")  # its signature is true: only then the row of a subscription is looked for
    statuses = []

    for prefix in ("", "/ru") if route.startswith("subscribe") else ("",):
        for used in (KEY, key):
            path = prefix + address_of(route, used)

            def fail(*_args: object, path: str = path, used: str = used) -> None:
                raise error(f"the server closed the connection at {path}: {used}")

            with connection.execute_wrapper(fail):
                statuses.append(client.get(f"{path}?email=reader@example.org").status_code)

    lines = log.getvalue()
    assert "Traceback" in lines
    assert max(statuses) in (500, 503)
    assert [KEY in lines, key in lines, key[2:] in lines, "reader@example.org" in lines] == [False] * 4
    assert "<secret>" in lines


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        f"/subscribe/{KEY}",
        f"/subscribe/{KEY}/levae/",
        f"/subscribe/ {KEY}/",
        f"/subscribe/'{KEY}'/x",
        f"/subscribe//{KEY}/",
        f"/subscribe/ұ{KEY}/x/",
        f"/SUBSCRIBE/{KEY}/",
        f"/preview/{KEY}/",
        f"/preview/{KEY}/kk/more",
        f"/preview/{KEY}/media/x",
    ],
)
def test_key_in_an_address_that_does_not_exist_is_in_no_log(client, log, path):
    statuses = [client.get(path).status_code, client.post(path, {"q": "1"}).status_code]

    assert set(statuses) <= {301, 404, 405}
    assert KEY not in log.getvalue()


def test_other_lines_are_as_they_were(log):
    logging.getLogger("portal.tests").warning("Not Found: %s", "/news/7-kk/")
    logging.getLogger("portal.tests").error("What is /subscribe/ for?")

    assert [line[24:] for line in log.getvalue().splitlines()] == [
        "WARNING portal.tests: Not Found: /news/7-kk/",
        "ERROR portal.tests: What is /subscribe/ for?",
    ]


def test_short_part_of_an_address_does_not_hide_its_letters_elsewhere(rf):
    request = rf.get("/subscribe/a/")
    request.resolver_match = SimpleNamespace(route="subscribe/<secret:token>/", kwargs={"token": "a"})

    assert hide_secrets("a bad day at /subscribe/a/", request) == "a bad day at /subscribe/<secret>/"


def test_query_is_in_no_log(log):
    request = RequestFactory().get("/search/?q=illness&topic=health")
    request.path = "/search/"
    for logger in ("django.server", "django.request"):
        logging.getLogger(logger).warning('"%s" 404', "GET /search/?q=illness&topic=health HTTP/1.1")
    logging.getLogger("django.request").error("Failed: %s", request.get_full_path(), extra={"request": request})

    assert [line[24:] for line in log.getvalue().splitlines()] == [
        'WARNING django.server: "GET /search/ HTTP/1.1" 404',
        'WARNING django.request: "GET /search/ HTTP/1.1" 404',
        "ERROR django.request: Failed: /search/",
    ]


def test_words_of_a_query_are_hidden_in_whatever_case_they_stand(rf):
    request = rf.get("/search/", {"q": "Straße İstanbul KELVIN ұлы"})

    hidden = hide_secrets("STRAßE i\u017ftanbul istanbul \u212aelvin ҰЛЫ", request)

    assert hidden == "<query> <query> <query> <query> ҰЛЫ"  # a word of three letters tells nothing


def test_query_as_long_as_a_book_leaves_nothing_in_the_memory(rf):
    requests = [rf.get("/search/", {"q": f"{number}{'сөз' * 9_000}"}) for number in range(10)]
    hide_secrets("GET search/ 200", requests[0])
    tracemalloc.start()
    for request in requests:
        assert hide_secrets("GET search/ 200", request) == "GET search/ 200"
    kept, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 200_000


def test_only_our_own_handlers_write_what_django_logs():
    loggers = [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    django_loggers = [each for each in loggers if each.name.startswith(("django", "portal", "news", "rates", "axes"))]
    handlers = {handler for logger in [*django_loggers, logging.getLogger()] for handler in logger.handlers}

    streams = [each for each in handlers if type(each) in (logging.StreamHandler, logging.FileHandler)]
    assert len(streams) >= 1
    assert [each for each in streams if not isinstance(each.formatter, LineFormatter)] == []
    assert [each for each in handlers if "AdminEmail" in type(each).__name__] == []
