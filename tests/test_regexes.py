"""No regular expression of the portal can be made to hang by a text; `tests/support/hostile_growth.py` tries them."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from news.hits import bots
from tests.support import hostile_growth
from tests.support.hostile_growth import Found, find_patterns, make_texts, try_pattern

ROOT = Path(__file__).resolve().parent.parent
GENEROUS = 500
"""Seconds: a process that hangs in spite of its own limits ends all the same."""


def test_every_expression_gets_through_hostile_texts():
    process = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.support.hostile_growth"],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        text=True,
        timeout=GENEROUS,
        check=True,
    )
    *slow, end = map(json.loads, process.stdout.splitlines())

    assert slow == []
    assert end["tried"] > 100


def test_expressions_are_found_where_they_stand():
    places = {found.where for found in find_patterns()}

    assert "news.markup.sanitizer.VIDEO" in places
    assert "news.media.inspector.pdf.SUSPECT" in places
    assert any(place.startswith("news/") for place in places)


@pytest.mark.parametrize("pattern", [r"(a+)+b", r"<x>(.*?)</x>", r"\w*[A-Z]\w*", r"(?:/Obj[^>]*)*>>"])
def test_expression_that_hangs_is_noticed(pattern):
    """Each is of a kind that the portal has had."""
    before = signal.signal(signal.SIGPROF, hostile_growth.stop)
    signal.setitimer(signal.ITIMER_PROF, 1)
    try:
        assert try_pattern(Found("here", re.compile(pattern, re.DOTALL), {"findall"})) != ""
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def test_shorter_texts_are_as_long_as_the_code_lets_them_be():
    assert hostile_growth.SHORTER["news.hits.bots.LISTED"] == bots.LONGEST
    assert {len(text) for text in make_texts(bots.PERSONS_TOOL, 512)} <= set(range(512, 600))
