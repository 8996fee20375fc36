"""A hub and the search engines are told what readers got: once it is public, and again until they have taken it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from urllib.parse import parse_qs

import pytest
import time_machine
from django.conf import settings as project
from django.core.management import CommandError, call_command

from news.editorial import workflow
from news.models import Announcement
from tests.support.factories import make_article, make_source, make_user, write_newer
from tests.support.servers import serving

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
SITE = project.SITE_URL


class Receiver(HTTPServer):
    """Somebody who is told, and answers `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[tuple[str, bytes]] = []
        self.status = 200


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((self.headers["Content-Type"], content))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver()) as server:
        yield server


def announce(at: datetime) -> str:
    said = StringIO()
    with time_machine.travel(at, tick=False):
        call_command("announce", stdout=said)
    return said.getvalue()


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_nobody_is_told_where_nobody_is_set(settings):
    announce(NOW)

    assert Announcement.objects.count() == 0


def test_search_engines_are_told_of_each_address_after_its_moment(receiver, settings):
    settings.INDEXNOW_KEY, settings.INDEXNOW_URL = "key-of-ours", f"http://127.0.0.1:{receiver.server_port}/"
    make_article(publish_at=later(-60))
    announce(NOW)
    scheduled = make_article("kk ru", publish_at=later(7))
    moved = make_article(publish_at=later(-2000))
    with time_machine.travel(later(6), tick=False):
        workflow.correct(write_newer(moved), by=make_user("news.publish_article"), notes={"kk": "Күні"})

    counts = []
    for minutes in (5, 10, 15):
        announce(later(minutes))
        counts.append(len(receiver.told))
    ((kind, content),) = receiver.told

    assert counts == [0, 1, 1]
    assert kind == "application/json; charset=utf-8"
    russian = f"{SITE}/ru/news/{scheduled.pk}-{scheduled.slug_ru}/"
    assert json.loads(content) == {
        "host": "testserver",
        "key": "key-of-ours",
        "keyLocation": f"{SITE}/indexnow-key.txt",
        "urlList": [SITE + scheduled.get_absolute_url(), SITE + moved.get_absolute_url(), russian],
    }


def test_hub_is_told_of_the_feeds_that_changed(receiver, settings):
    settings.WEBSUB_HUB = f"http://127.0.0.1:{receiver.server_port}/"
    announce(NOW)
    make_article("ru", source=make_source(slug="senat"), publish_at=later(1))

    announce(later(5))

    asked = [parse_qs(content.decode()) for _kind, content in receiver.told]
    assert {each["hub.mode"][0] for each in asked} == {"publish"}
    assert [each["hub.url"][0] for each in asked] == [
        f"{SITE}/ru{folder}/feed.{form}" for folder in ("", "/sources/senat") for form in ("rss", "atom", "json")
    ]


def test_withdrawal_is_told(receiver, settings):
    settings.INDEXNOW_KEY, settings.INDEXNOW_URL = "key-of-ours", f"http://127.0.0.1:{receiver.server_port}/"
    article = make_article(publish_at=later(-600))
    announce(NOW)
    with time_machine.travel(later(1), tick=False):
        workflow.withdraw(article, by=make_user("news.publish_article"), reasons={"kk": "Қате"})

    announce(later(5))

    assert len(receiver.told) == 1


def test_what_could_not_be_told_is_told_the_next_time(receiver, settings):
    settings.INDEXNOW_KEY, settings.INDEXNOW_URL = "key-of-ours", f"http://127.0.0.1:{receiver.server_port}/"
    announce(NOW)
    make_article(publish_at=later(1))
    receiver.status = 503

    with pytest.raises(CommandError, match=r"IndexNow: .*503"):
        announce(later(5))
    receiver.status = 200
    announce(later(10))
    announce(later(15))

    assert len(receiver.told) == 2


def test_one_that_is_away_keeps_nobody_else_from_being_told(receiver, settings):
    settings.WEBSUB_HUB = "http://127.0.0.1:9/"
    settings.INDEXNOW_KEY, settings.INDEXNOW_URL = "key-of-ours", f"http://127.0.0.1:{receiver.server_port}/"
    announce(NOW)
    make_article(publish_at=later(1))

    with pytest.raises(CommandError, match=r"^WebSub: "):
        announce(later(5))

    assert len(receiver.told) == 1


def test_key_of_indexnow_is_shown_where_one_is_set(client, settings):
    assert client.get("/indexnow-key.txt").status_code == 404

    settings.INDEXNOW_KEY = "key-of-ours"

    assert client.get("/indexnow-key.txt").text == "key-of-ours"
