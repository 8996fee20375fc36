"""A line for each request, as text and as JSON, and nothing in any line that tells of a reader."""

import http.client
import io
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError, connection

from bench.own_portal import Server, own_portal
from news.newsletter.subscriptions import token_signer
from portal.log_lines import JsonFormatter, LineFormatter
from tests.support.crawler import MACHINES, STARTS, crawl
from tests.support.database import own_database_url
from tests.support.factories import make_article

READER = "203.0.113.77"
READER_6 = "2001:db8:12::77"
EMAIL = "reader.of-news@example.org"
WORDS = "денсаулық сақтау"
ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture(params=["text", "json"])
def log(request) -> Iterator[io.StringIO]:
    """What the portal's own handler writes, in each of its forms."""
    (handler,) = [each for each in logging.getLogger().handlers if isinstance(each.formatter, LineFormatter)]
    formatter, stream = handler.formatter, io.StringIO()
    before = handler.setStream(stream)
    if request.param == "json":
        handler.setFormatter(JsonFormatter())
    yield stream
    handler.setStream(before)
    handler.setFormatter(formatter)


@pytest.fixture
def json_log(log, request) -> io.StringIO:
    if not isinstance(logging.getLogger().handlers[0].formatter, JsonFormatter):
        pytest.skip("about JSON")
    return log


def lines_of(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.django_db
def test_request_has_a_line_of_json(client, json_log):
    article = make_article()

    client.get(article.get_absolute_url(), headers={"X-Request-ID": ID})

    (line,) = lines_of(json_log)
    assert line.pop("ms") > 0
    assert line.pop("timestamp")
    assert line == {
        "event": "GET news/<number:pk>-<str:slug>/ 200",
        "level": "info",
        "logger": "portal.request_log",
        "request_id": ID,
        "method": "GET",
        "route": "news/<number:pk>-<str:slug>/",
        "status": 200,
    }


@pytest.mark.django_db
def test_request_of_staff_has_the_number_of_the_user(client, json_log):
    user = User.objects.create_user("chief", is_staff=True, is_superuser=True)
    client.force_login(user)

    client.get("/admin/")

    (line,) = lines_of(json_log)
    assert (line["route"], line["status"], line["user"]) == ("admin/", 200, user.pk)


@pytest.mark.django_db
def test_all_lines_about_a_request_have_its_id_and_the_answer_to_a_failed_one_too(client, json_log):
    client.raise_request_exception = False

    def fail(execute, sql, params, many, context):
        logging.getLogger("some.library").warning("slow")
        raise OperationalError("gone")

    with connection.execute_wrapper(fail):
        response = client.get("/rates/")

    ids = {line["request_id"] for line in lines_of(json_log) if line["logger"] != "django.request"}
    assert response.status_code == 503
    assert ids == {response["X-Request-ID"]}
    assert {line["logger"] for line in lines_of(json_log)} >= {
        "some.library",
        "portal.middleware",
        "portal.request_log",
    }


@pytest.mark.parametrize("sent", ["", EMAIL, READER, "x" * 32, ID.upper(), f"{ID}\n"])
def test_id_of_another_form_is_not_taken_over(client, sent, db):
    response = client.get("/nothing/", headers={"X-Request-ID": sent})

    assert response["X-Request-ID"] != sent
    assert len(response["X-Request-ID"]) == 32


@pytest.mark.django_db
def test_page_that_may_be_cached_has_no_id(client):
    make_article()

    assert "X-Request-ID" not in client.get("/").headers


@pytest.mark.django_db
@pytest.mark.parametrize("way", [{"REMOTE_ADDR": READER}, {"HTTP_X_FORWARDED_FOR": f"{READER_6}, 127.0.0.1"}])
def test_crawl_leaves_no_trace_of_a_reader_in_the_log(client, log, way):
    client.raise_request_exception = False
    client.defaults |= way
    make_article("kk ru en")
    token = token_signer.sign("7")

    crawl(client, [*STARTS, *MACHINES], of_each_kind=2)
    for start in STARTS:
        for path in ("search/", "search/suggestions/", "rates/", "news/", "subscribe/"):
            client.get(f"{start}{path}", {"q": WORDS, "date": WORDS, "before": WORDS})
        client.get(f"{start}subscribe/{token}/", {"email": EMAIL})
        client.post(f"{start}subscribe/", {"email": EMAIL, "frequency": "daily"})
        client.get(f"{start}nothing-{token[:3]}/", {"q": WORDS})

    assert find_traces(log, token) == []
    assert log.getvalue().count("portal.request_log") > 30


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, IntegrityError, ValueError])
def test_what_libraries_and_tracebacks_say_leaves_no_trace_of_a_reader_in_the_log(client, log, error):
    client.raise_request_exception = False
    client.defaults |= {"REMOTE_ADDR": READER}
    token = token_signer.sign("7")

    def fail(*_args: object) -> None:
        for text in (WORDS, WORDS.split()[0], quote(WORDS), WORDS.upper(), READER, EMAIL, f"/subscribe/{token}/"):
            logging.getLogger("some.library").warning("looked up %s", text)
        raise error(f"Key (email)=({EMAIL}) from {READER}: {WORDS!r}, {WORDS!a} at /subscribe/{token}/")

    statuses = []
    with connection.execute_wrapper(fail):
        for path in (
            f"/search/?q={quote(WORDS)}",
            f"/rates/?q={quote(WORDS)}",
            f"/search/?q={quote(WORDS)}&email={EMAIL}",
        ):
            statuses.append(client.get(path).status_code)
        client.post(f"/subscribe/?q={quote(WORDS)}", {"email": EMAIL, "frequency": "daily"})

    assert set(statuses) <= {500, 503}
    assert "Traceback" in log.getvalue()
    assert find_traces(log, token) == []


@pytest.mark.once
@pytest.mark.own_portal
def test_log_of_a_server_has_no_trace_of_its_readers(migrated_database):
    """A process as in production, with requests that are no HTTP among the others."""
    token = token_signer.sign("7")
    query, forwarded = quote(WORDS), {"X-Forwarded-For": f"{READER}, 127.0.0.1", "User-Agent": "Mozilla/5.0"}
    paths = [
        f"/search/?q={query}",
        f"/search/suggestions/?q={query}",
        f"/nothing/?q={query}",
        f"/subscribe/{token}/?e={EMAIL}",
    ]
    with own_portal(own_database_url("log"), migrated_database) as portal:
        portal.settings |= {"LOG_FORMAT": "json"}
        (article,) = portal.add_articles(1)
        with Server(portal, workers=1, threads=4) as server:
            asked = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            for path in (*paths, article, "/", f"/rates/?date={query}"):
                for host in ("127.0.0.1", "evil.example"):
                    asked.request("GET", path, headers={**forwarded, "Host": host})
                    asked.getresponse().read()
            form = f"email={quote(EMAIL)}&frequency=daily"
            asked.request(
                "POST", "/subscribe/", form, {**forwarded, "Content-Type": "application/x-www-form-urlencoded"}
            )
            asked.getresponse().read()
            asked.close()
            for broken in (f"GET /?q={query} HTTP/9\r\n\r\n", f"{EMAIL} {READER}\r\n\r\n", f"GET /subscribe/{token}/"):
                with socket.create_connection(("127.0.0.1", server.port)) as raw:
                    raw.sendall(f"{broken}".encode())
                    with suppress(OSError):  # the server may have closed it by now
                        raw.shutdown(socket.SHUT_WR)
                        raw.recv(1000)
        log = io.StringIO(Path(server.log.name).read_text())

    lines = [json.loads(line) for line in log.getvalue().splitlines() if line.startswith("{")]
    routes = {line["route"] for line in lines if line["logger"] == "portal.request_log"}
    assert routes >= {"search/", "search/suggestions/", "subscribe/<secret:token>/", "subscribe/", "rates/", "-"}
    assert find_traces(log, token) == []


def find_traces(log: io.StringIO, token: str) -> list[str]:
    text = log.getvalue().lower()
    words = [
        form for word in (WORDS, *WORDS.split()) for form in (word, quote(word), ascii(word)[1:-1], quote(word).lower())
    ]
    return [each for each in (READER, READER_6, EMAIL, token, "?q=", *words) if each.lower() in text]


def test_servers_name_no_address_but_this_machine(log):
    for name in ("_granian", "granian.access", "django.server.errors", "axes.handlers"):
        logging.getLogger(name).error(
            "Broken request of %s and [%s]:443 at 14:08:31 on 127.0.0.1:8000", READER, READER_6
        )

    found = log.getvalue().splitlines()
    assert len(found) == 4
    assert all(
        "Broken request of <address> and [<address>]:443 at 14:08:31 on 127.0.0.1:8000" in line for line in found
    )


@pytest.mark.parametrize(("chosen", "is_json"), [("", True), ("json", True), ("text", False)])
def test_process_without_a_terminal_logs_json_unless_the_setting_says_text(tmp_path, chosen, is_json):
    code = "import django, logging; django.setup(); logging.getLogger('x').info('y')"
    environment = os.environ | {
        "LOG_FORMAT": chosen,
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }

    line = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stderr

    assert line.endswith("INFO x: y\n") == (not is_json)
    assert (line.startswith('{"event": "y", "level": "info", "logger": "x", "timestamp": "')) == is_json


def test_unknown_format_is_refused_in_a_sentence(tmp_path):
    environment = os.environ | {
        "LOG_FORMAT": "xml",
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }

    done = subprocess.run([sys.executable, "manage.py", "version"], env=environment, capture_output=True, text=True)

    assert done.returncode != 0
    assert "LOG_FORMAT is json or text." in done.stderr
