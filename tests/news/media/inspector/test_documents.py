"""What the inspector says of documents; `tests/news/media/test_hostile_uploads.py` has more of them, sent by HTTP."""

import zlib

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from news.media.inspector.documents import find_kind
from news.media.inspector.refusals import FileRefused
from tests.support.factories import make_package, make_pdf, make_picture
from tests.support.hostile_files import (
    MAIN,
    OPEN_DOCUMENTS,
    make_open_document,
    make_open_xml,
    make_packed_pdf,
    make_stream,
    make_types,
    mark_as_encrypted,
    relate,
)

DOCX = MAIN["docx"][1]


def name(value: object) -> str | None:
    """Of a test."""
    return "file" if isinstance(value, bytes) else None


@pytest.mark.parametrize(
    ("content", "extension", "kind"),
    [
        (make_pdf(), "pdf", "pdf"),
        (make_pdf(), "docx", "pdf"),
        (make_pdf(make_stream(b"/JS /Launch")), "pdf", "pdf"),
        (make_packed_pdf(zlib.compress(b"5 0 <</Type /Font>>"), catalog=b""), "pdf", "pdf"),
        *((make_open_xml(kind), kind, kind) for kind in MAIN),
        *((make_open_document(kind), kind, kind) for kind in OPEN_DOCUMENTS),
        (make_open_xml(more=relate("hyperlink", "https://example.kz/")), "docx", "docx"),
        (make_open_xml(more=relate("attachedTemplate", "file:///C:\\Templates\\a.dotx")), "docx", "docx"),
        ("Қазақша мәтін\r\n".encode(), "txt", "txt"),
        ("\ufeffКүні;Бағамы\n".encode(), "csv", "csv"),
        (b"", "txt", "txt"),
    ],
    ids=name,
)
def test_kind_is_told_by_the_content(content, extension, kind):
    assert find_kind(content, extension) == kind


@pytest.mark.parametrize(
    ("content", "extension", "reason"),
    [
        (make_package({"a.txt": "x"}), "docx", "not_a_document"),
        (make_package({"a.txt": "x"}), "zip", "not_a_document"),
        (make_open_document("odt")[:40], "odt", "damaged"),
        (make_picture(), "pdf", "not_a_document"),
        (b"<html><script>alert(1)</script></html>", "pdf", "not_a_document"),
        (b"<script>alert(1)</script>", "html", "not_a_document"),
        (b"", "pdf", "not_a_document"),
        (b"\x00\x01text", "txt", "not_a_document"),
        ("Текст".encode("cp1251"), "txt", "not_a_document"),
        (b"MZ\x90\x00", "txt", "not_a_document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc", "not_a_document"),
        (b"<script></script>" + make_open_xml(), "docx", "not_a_document"),
        (make_package({"[Content_Types].xml": make_types(("a", DOCX)), "b": "x"}), "docx", "not_a_document"),
        (make_package({"[Content_Types].xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "docx", "damaged"),
        (make_open_xml()[:-30], "docx", "damaged"),
        (make_open_xml().replace(b"<x/>", b"<y/>"), "docx", "damaged"),
        (mark_as_encrypted(make_open_xml()), "docx", "locked"),
        (make_open_xml(more={"word/vbaProject.bin": "x"}), "docx", "active"),
        (make_open_xml(more_types=[("word/a.bin", "application/vnd.ms-office.vbaProject")]), "docx", "active"),
        (
            make_package(
                {
                    "[Content_Types].xml": make_types(
                        ("word/a.xml", "application/vnd.ms-word.document.macroEnabled.main+xml")
                    ),
                    "word/a.xml": "<x/>",
                }
            ),
            "docx",
            "active",
        ),
        (make_open_xml("xlsx", {"xl/macrosheets/sheet1.xml": "x"}), "xlsx", "active"),
        (make_open_xml(more={"word/embeddings/a.docm": "x"}), "docx", "active"),
        (make_open_document(**{"Basic/Standard/Module1.xml": "x"}), "odt", "active"),
        (make_open_document(**{"META-INF/manifest.xml": "<x><manifest:encryption-data/></x>"}), "odt", "locked"),
        (make_open_xml(more=relate("attachedTemplate", "https://example.kz/a.dotm")), "docx", "fetches"),
        (make_open_xml(more=relate("oleObject", "\\\\host\\share\\a.bin")), "docx", "fetches"),
        (make_pdf()[:-20], "pdf", "damaged"),
        (make_pdf(b"<</S /JavaScript /JS (app.alert\\(1\\))>>"), "pdf", "active"),
        (make_pdf(b"<</S /J#61vaScript>>"), "pdf", "active"),
        (make_pdf(b"<</S /Launch>>"), "pdf", "active"),
        (make_packed_pdf(zlib.compress(b"5 0 <</S /JavaScript>>"), catalog=b""), "pdf", "active"),
        (make_pdf(b"<</Names <</EmbeddedFiles 3 0 R>>>>"), "pdf", "active"),
        (make_pdf(b"<</Filter /Standard>>", end=b" /Encrypt 4 0 R"), "pdf", "damaged"),
    ],
    ids=name,
)
def test_what_is_no_document_is_refused(content, extension, reason):
    with pytest.raises(FileRefused) as refusal:
        find_kind(content, extension)

    assert refusal.value.reason == reason


START = [make_packed_pdf(zlib.compress(b"5 0 <<>>"), catalog=b""), make_open_xml(), make_open_document()]


@examples(max_examples=200)
@given(data=st.data(), start=st.sampled_from(START))
def test_damaged_files_are_taken_or_refused_and_never_an_error(data, start):
    changed = bytearray(start)
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))

    try:
        outcome = find_kind(bytes(changed), "docx")
    except FileRefused:
        outcome = "refused"

    assert outcome in ("pdf", "docx", "odt", "refused")
