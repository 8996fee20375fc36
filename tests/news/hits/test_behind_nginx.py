"""What nginx is told, and who counts when it stands in front."""

import shutil
from collections import namedtuple
from wsgiref.util import setup_testing_defaults

import pytest
import time_machine

from news.hits import behind_nginx
from news.hits.behind_nginx import ENOUGH


def ask(headers: list[tuple[str, str]], **environ: str) -> tuple[dict[str, str], dict]:
    """The headers of the answer, and what the portal was asked."""
    asked: dict = {}
    setup_testing_defaults(asked)
    asked |= environ
    answered: list = []

    @behind_nginx.behind_nginx
    def application(environ, start_response):
        start_response("200 OK", headers)
        return [b""]

    application(asked, lambda status, headers, exc_info=None: answered.extend(headers))
    return dict(answered), asked


@pytest.fixture
def disk(settings, monkeypatch):
    """How much is free on the disk of the journals can be chosen."""
    settings.HITS_DIR.mkdir()

    def choose(free: int) -> None:
        usage = namedtuple("usage", "total used free")(10**12, 10**12 - free, free)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)

    return choose


@time_machine.travel(1732334567.9, tick=False)
def test_page_is_kept_to_the_end_of_the_second_and_the_reader_told_what_he_was(disk):
    disk(ENOUGH)

    headers, asked = ask([("Cache-Control", "max-age=5"), ("Expires", "x"), ("ETag", '"1"')], HTTP_X_DOOR="nginx")

    assert list(headers.items()) == [
        ("ETag", '"1"'),
        ("X-Cache-Control", "max-age=5"),
        ("Cache-Control", "stale-while-revalidate=1"),
        ("X-Accel-Expires", "@1732334567"),
    ]
    assert asked["HTTP_PURPOSE"] == "prefetch"


@pytest.mark.parametrize(
    "header", [("Cache-Control", "private"), ("cache-control", "no-cache, no-store"), ("Set-Cookie", "a=b")]
)
def test_private_answer_is_not_kept(disk, header):
    disk(ENOUGH)

    headers, _ = ask([header], HTTP_X_DOOR="nginx")

    assert headers == dict([header])


def test_without_nginx_nothing_is_different(disk):
    disk(ENOUGH)

    headers, asked = ask([("Cache-Control", "max-age=5")])

    assert headers == {"Cache-Control": "max-age=5"}
    assert "HTTP_PURPOSE" not in asked


def test_full_disk_gives_the_counting_back_to_the_portal(disk):
    disk(ENOUGH - 1)

    headers, asked = ask([("Cache-Control", "max-age=5"), ("X-Article", "41 kk")], HTTP_X_DOOR="nginx")

    assert headers == {"Cache-Control": "no-store", "X-Cache-Control": "max-age=5"}
    assert "HTTP_PURPOSE" not in asked
