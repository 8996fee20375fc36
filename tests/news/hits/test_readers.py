"""Who counts as a reader: the table in docs/readings.md, asked line by line of a running server."""

import http.client
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bench.hits import HEADERS, id_of
from bench.own_portal import Portal, Server, own_portal
from tests.support.database import own_database_url

pytestmark = [pytest.mark.once, pytest.mark.own_portal]

TABLE = Path(__file__).resolve().parents[3] / "docs" / "readings.md"
ROW = re.compile(r"^\| (?P<who>[^|]+) \| `(?P<request>[^`|]+)` \| (?P<counts>yes|no) \|", re.MULTILINE)


class Request(NamedTuple):
    method: str
    headers: dict[str, str]

    @classmethod
    def of_line(cls, line: str, session: str) -> "Request":
        """Written as in the table: a method, or a header that is added to a browser's or replaces it."""
        if line.isupper():
            return cls(line, HEADERS)
        name, _, value = line.partition(":")
        value = value.strip().replace("sessionid=…", f"sessionid={session}")
        return cls("GET", {key: text for key, text in (HEADERS | {name: value}).items() if text})


@pytest.fixture
def portal(migrated_database) -> Iterator[Portal]:
    with own_portal(own_database_url("readers"), migrated_database) as portal:
        portal.settings["DEBUG"] = ""
        portal.manage("collectstatic", "--no-input", "--verbosity=0")
        yield portal


def sign_in(portal: Portal) -> str:
    """The session of an editor."""
    return portal.shell(
        """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from portal.sign_in.sessions import SessionStore
editor = get_user_model().objects.create_user("editor", password="of a portal that lives for a minute", is_staff=True)
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(editor.pk), editor.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session.save()
print(session.session_key)
"""
    ).strip()


def ask(port: int, address: str, request: Request) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(request.method, address, headers=request.headers)
    status = connection.getresponse().status
    connection.close()
    return status


def wait_until_counted(portal: Portal, article: int) -> dict[int, int]:
    """The readings of each article once that of this one is counted: those before it are, too."""
    end = time.monotonic() + 30
    while not (counts := portal.read_counts()).get(article) and time.monotonic() < end:
        time.sleep(0.05)
    return counts


def test_each_request_of_the_table_counts_as_it_says(portal):
    lines = [match.groupdict() for match in ROW.finditer(TABLE.read_text())]
    rows = [line for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    *addresses, last = portal.add_articles(len(lines) + 1)
    session = sign_in(portal)

    with Server(portal) as server:
        answers = [
            ask(server.port, address, Request.of_line(line["request"], session))
            for address, line in zip(addresses, lines, strict=True)
        ]
        ask(server.port, last, Request("GET", HEADERS))
        counts = wait_until_counted(portal, id_of(last))

    told = [(line["who"], line["request"], line["counts"]) for line in lines]
    seen = [
        (line["who"], line["request"], "yes" if counts.get(id_of(address)) == 1 else "no")
        for address, line in zip(addresses, lines, strict=True)
    ]
    assert len(lines) == len(rows) - 2 == 30  # each row but the names of the columns and the line below them
    assert set(answers) == {200, 304}
    assert seen == told
