"""What is read of a document for the search."""

import time

import pytest

from news.media.inspector import texts
from news.media.inspector.texts import LONGEST, extract_text
from tests.support.factories import make_package, make_pdf

PAGE = b"<</Length %d>>\nstream\n%s\nendstream"
WORDS = b"BT /F1 12 Tf 20 100 Td (Budget of the Senate) Tj ET"
DOCX = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
    "<w:t>Құпия </w:t><w:t>жоба</w:t></w:r></w:p><w:p><w:r><w:t>Екінші</w:t></w:r></w:p></w:body></w:document>"
)


def make_written_pdf() -> bytes:
    font = b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"
    content = make_pdf(PAGE % (len(WORDS), WORDS), font)
    return content.replace(b"[0 0 200 200]", b"[0 0 200 200] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>")


def test_text_of_each_kind_is_read():
    docx = make_package({"word/document.xml": DOCX})

    assert extract_text(make_written_pdf(), "pdf").split() == ["Budget", "of", "the", "Senate"]
    assert extract_text(docx, "docx").split() == ["Құпия", "жоба", "Екінші"]
    assert extract_text("\ufeffМәтін\n\x01екі".encode(), "txt") == "Мәтін  екі"
    assert extract_text(b"a,b", "csv") == ""


@pytest.mark.parametrize("kind", ["pdf", "docx", "txt"])
def test_document_that_cannot_be_read_has_no_text(kind):
    assert extract_text(b"\xff\xfe%PDF-1.7 PK\x03\x04", kind) == ""


def test_text_is_no_longer_than_the_search_reads():
    assert len(extract_text(b"a " * LONGEST, "txt")) == LONGEST


def test_reading_ends_when_its_time_is_over(monkeypatch):
    def read_slowly(content: bytes):
        yield "first"
        while True:
            pass

    monkeypatch.setattr(texts, "SECONDS", 0.05)
    monkeypatch.setattr(texts, "read_plain", read_slowly)
    began = time.monotonic()

    assert extract_text(b"", "txt") == "first"
    assert time.monotonic() - began < 2
