import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as portal_settings

from news.media import inspections
from news.media.inspections import InspectionStopped, TooBusy, inspect_file
from tests.support.factories import make_package, make_picture
from tests.support.hostile_files import make_jpeg_of_many_scans, make_open_xml, make_png

MOST_PIXELS = "60000000"


def find_verdict(task: str, content: bytes, argument: str) -> dict:
    with inspect_file(task, content, argument) as (verdict, _output):
        return verdict


def test_verdict_and_pixels_come_back():
    with inspect_file("picture", make_picture(3, 2), MOST_PIXELS) as (verdict, output):
        pixels = output.read()

    assert verdict == {"mode": "RGB", "width": 3, "height": 2, "turn": None}
    assert pixels == bytes((0, 128, 128)) * 6


def test_memory_is_limited(monkeypatch):
    flat = make_png(6_000, 6_000)
    assert find_verdict("picture", flat, MOST_PIXELS)["width"] == 3840
    monkeypatch.setattr(inspections, "MEMORY", 60_000_000)

    with pytest.raises(InspectionStopped):
        find_verdict("picture", flat, MOST_PIXELS)


def test_processor_time_is_limited(monkeypatch):
    monkeypatch.setattr(inspections, "CPU_SECONDS", 1)

    with pytest.raises(InspectionStopped):
        find_verdict("picture", make_jpeg_of_many_scans(200), MOST_PIXELS)


def test_time_by_the_clock_is_limited(settings):
    settings.INSPECTION_SECONDS = 0.01

    with pytest.raises(InspectionStopped):
        find_verdict("document", make_open_xml(), "docx")
    assert inspections.places.acquire(timeout=0)
    inspections.places.release()


def test_limits_of_the_portal_answer_within_five_seconds():
    from portal import settings

    assert settings.INSPECTION_SECONDS + inspections.LONGEST_WAIT < 5
    assert inspections.MEMORY <= 300_000_000


def test_places_are_limited_and_given_back(monkeypatch):
    monkeypatch.setattr(inspections, "LONGEST_WAIT", 0.01)
    for _ in range(inspections.MOST_AT_ONCE + 1):
        assert find_verdict("document", b"text", "txt") == {"kind": "txt", "text": "text"}

    with inspections.places, inspections.places, pytest.raises(TooBusy):
        find_verdict("document", b"text", "txt")


def test_inspector_knows_neither_django_nor_a_secret(monkeypatch):
    """The process is the true one; its place is taken by another program that tells what it was given."""
    monkeypatch.setenv("SECRET_KEY", "of the portal")
    code = """
import os, sys
import news.media.inspector.__main__, news.media.inspector.documents, news.media.inspector.pdf
import news.media.inspector.packages, news.media.inspector.pictures
print([name for name in sys.modules if name.partition(".")[0] in ("django", "portal")])
"""
    modules = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=portal_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    seen = []
    monkeypatch.setattr(subprocess, "Popen", remember(seen, subprocess.Popen))
    find_verdict("document", b"text", "txt")

    assert modules.stdout == "[]\n"
    assert "SECRET_KEY" not in seen[0]["env"]
    assert seen[0]["cwd"] == Path(portal_settings.BASE_DIR)


def remember(seen: list[dict], start):
    """Starts the true process."""

    def start_and_remember(*arguments, **options):
        seen.append(options)
        return start(*arguments, **options)

    return start_and_remember


def test_package_of_a_thousand_parts_is_read_within_the_limits():
    parts = {f"word/media/{number}.bin": b"x" * 1000 for number in range(1_000)}

    assert find_verdict("document", make_open_xml(more=parts), "docx") == {"kind": "docx", "text": ""}
    assert find_verdict("document", make_package(parts), "docx") == {"refused": "not_a_document"}
