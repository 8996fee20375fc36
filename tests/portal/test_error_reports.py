"""Errors reach the operators by mail or at a Sentry server, without what a log may not hold."""

import gzip
import json
import logging
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import brotli
import pytest
from django.conf import settings as project
from django.db import OperationalError, connection

from news.newsletter.subscriptions import token_signer
from portal import error_reports
from tests.support.mail_server import mail_server, mailers_of
from tests.support.servers import serving

READER, EMAIL, WORD = "203.0.113.77", "reader@example.org", "денсаулық"
OPERATOR = "operator@example.kz"


@pytest.fixture
def mail(settings):
    """What comes to the operators, once all of it has come."""
    settings.ADMINS = [OPERATOR]
    (handler,) = [each for each in logging.getLogger().handlers if isinstance(each, error_reports.ErrorMailHandler)]
    handler.sent.clear()
    with mail_server() as server:
        settings.MAILERS = mailers_of(server.port)

        def come():
            for thread in threading.enumerate():
                if thread.name == "error mail":
                    thread.join()
            return server.to(OPERATOR)

        yield come
    handler.sent.clear()


@pytest.mark.django_db
def test_error_is_mailed_once_without_what_tells_of_the_reader(client, mail):
    token = token_signer.sign("7")

    def fail(*_args):
        raise OperationalError(f"the server went away for {READER} {EMAIL} {WORD} at /subscribe/{token}/")

    with connection.execute_wrapper(fail):
        for _ in range(3):
            client.get(f"/search/?q={quote(WORD)}", REMOTE_ADDR=READER)

    (letter,) = mail()
    text = letter.get_content()
    assert letter["Subject"] == "[testserver] GET /search/ could not be answered"
    assert "Traceback" in text
    assert "OperationalError: the server went away for <address> <email> <query> at /subscribe/<secret>/" in text
    assert [word in str(letter) + text for word in (READER, EMAIL, WORD, token)] == [False] * 4


def test_error_at_another_place_is_another_letter(mail):
    for _ in range(2):
        logging.getLogger("one").error("here")
    logging.getLogger("two").error("there")
    logging.getLogger("three").warning("no error")

    assert sorted(letter["Subject"] for letter in mail()) == ["[testserver] here", "[testserver] there"]


def test_error_is_not_mailed_twice_by_two_processes(mail):
    handler = error_reports.ErrorMailHandler()
    record = logging.LogRecord("x", logging.ERROR, "/a/module.py", 7, "broken", None, None)

    handler.emit(record)
    another = error_reports.ErrorMailHandler()
    another.emit(record)

    assert [letter["Subject"] for letter in mail()] == ["[testserver] broken"]


def test_without_a_mail_server_an_error_is_an_error_and_nothing_more(settings, mail, caplog):
    settings.MAILERS = mailers_of(9)

    logging.getLogger("one").error("here")

    assert mail() == []
    assert sorted(each.levelname for each in caplog.records) == ["ERROR", "WARNING"]


class Sentry(BaseHTTPRequestHandler):
    """As much of a Sentry server as the client needs."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(self.headers["Content-Encoding"], bytes)
        self.server.got.append(unpack(body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_args):
        pass


WITH_SENTRY = """
import logging, os
import django
django.setup()
from django.test import Client
from django.urls import path
from portal import urls
email, reader, word, cookie = (os.environ[name] for name in ("EMAIL", "READER", "WORD", "COOKIE"))
def broken(request):
    local = email
    raise ValueError(f"no such thing: {request.GET['q']} for {request.META['REMOTE_ADDR']} {local}")
urls.urlpatterns.insert(0, path("broken/", broken))
client = Client(raise_request_exception=False, headers={"cookie": cookie})
assert client.get("/broken/", {"q": word}, REMOTE_ADDR=reader, HTTP_HOST="portal.example").status_code == 500
logging.getLogger("a.library").error("could not reach %s", email)
import sentry_sdk
sentry_sdk.flush(10)
"""
"""What tells of the reader comes from the environment: the lines of a program are part of a report."""


def run(code: str, folder, **environment: str) -> subprocess.CompletedProcess:
    own = {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "ALLOWED_HOSTS": "portal.example",
        "SITE_URL": "http://portal.example",
        "DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "CACHE_URL": "",
        "EMAIL": EMAIL,
        "READER": READER,
        "WORD": WORD,
        "COOKIE": "sessionid=abcdefgh",
        "DEBUG": "1",  # the static files need not be collected
    }
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=project.BASE_DIR, env=os.environ | own | environment, capture_output=True, text=True
    )


def test_sentry_gets_errors_without_what_tells_of_the_reader(tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sentry)
    server.got = []
    with serving(server):
        done = run(WITH_SENTRY, tmp_path, SENTRY_DSN=f"http://key@127.0.0.1:{server.server_port}/1")

    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for body in server.got for line in body.decode().splitlines()[2::2]]
    by_route = {event.get("transaction"): event for event in events}
    raised, logged = by_route["broken/"], by_route[None]
    assert len(events) == 2
    (value,) = raised["exception"]["values"]
    assert (value["type"], value["value"]) == ("ValueError", "no such thing: <query> for <address> <email>")
    assert value["stacktrace"]["frames"][-1]["function"] == "broken"
    assert "could not reach <email>" in json.dumps(logged)
    everything = "\n".join(body.decode() for body in server.got)
    traces = (READER, EMAIL, WORD, quote(WORD), WORD.encode("unicode_escape").decode(), "sessionid", "abcdefgh")
    assert [word for word in traces if word in everything] == []


def test_sentry_is_not_imported_without_the_setting(tmp_path):
    done = run("import django, sys; django.setup(); print('sentry_sdk' in sys.modules)", tmp_path, SENTRY_DSN="")

    assert done.stdout == "False\n", done.stderr
