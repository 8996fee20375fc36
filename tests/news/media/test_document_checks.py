import pytest
from django.utils import translation

from news.media import inspections
from news.media.document_checks import NotAccepted, inspect_document
from tests.support.factories import make_pdf
from tests.support.hostile_files import make_open_xml


def find_sentence(content: bytes, extension: str) -> list[str]:
    with translation.override("en"), pytest.raises(NotAccepted) as refusal:
        inspect_document(content, extension)
    return refusal.value.messages


def test_kind_comes_from_the_content():
    assert inspect_document(make_pdf(), "docx")[0] == "pdf"
    assert inspect_document(make_open_xml(), "docx")[0] == "docx"
    assert inspect_document(b"text", "txt") == ("txt", "text")


def test_refusal_is_a_sentence():
    assert find_sentence(b"MZ\x00", "txt") == [
        "This file cannot be attached: it must be PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TXT or CSV."
    ]


def test_inspection_that_is_stopped_is_told_calmly(monkeypatch):
    monkeypatch.setattr(inspections, "MEMORY", 60_000_000)

    assert find_sentence(b"text" * 6_000_000, "txt") == [
        "Checking the file takes too much time or memory; save it again in a simpler form and upload that."
    ]


def test_file_that_finds_no_place_is_asked_for_again(monkeypatch):
    monkeypatch.setattr(inspections, "LONGEST_WAIT", 0.01)
    with inspections.places, inspections.places:
        sentence = find_sentence(b"text", "txt")

    assert sentence == ["Other files are being checked just now; upload this one again in a few seconds."]
    assert inspect_document(b"text", "txt") == ("txt", "text")
