import zlib

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from news.media import document_checks
from news.media.document_checks import NotAccepted, kind_of
from tests.support.factories import make_package, make_pdf, make_picture

OTHER = "The file is none that can be attached: PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TXT or CSV."
DAMAGED = "The file is damaged or incomplete; save it again and upload that."
ACTIVE = "The file holds macros, scripts or other files; save it without them and upload that."
LOCKED = "The file is locked with a password; save it without one and upload that."
FETCHES = "The file fetches parts of itself from another address; save it without them."
TOO_LARGE = "The file is too large when it is unpacked."

FORMATS = "application/vnd.openxmlformats-officedocument"
DOCX = f"{FORMATS}.wordprocessingml.document.main+xml"
MAIN = {
    "docx": ("word/document.xml", DOCX),
    "xlsx": ("xl/workbook.xml", f"{FORMATS}.spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{FORMATS}.presentationml.presentation.main+xml"),
}
OPEN_DOCUMENTS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def types(*pairs: tuple[str, str]) -> str:
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in pairs)
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{overrides}</Types>'


def open_xml(kind: str = "docx", more: dict[str, str | bytes] | None = None, more_types=()) -> bytes:
    part, content_type = MAIN[kind]
    return make_package({"[Content_Types].xml": types((part, content_type), *more_types), part: "<x/>", **(more or {})})


def relation(kind: str, target: str, mode: str = "External") -> dict[str, str]:
    return {
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
        f' Target="{target}" TargetMode="{mode}"/></Relationships>'
    }


def open_document(kind: str = "odt", **more: str) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{OPEN_DOCUMENTS[kind]}"
    return make_package({"mimetype": mimetype, "content.xml": "<x/>", **more})


def object_stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"7 0 obj <</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode>> stream\n" + packed + b"\nendstream endobj"


def encrypted(content: bytes) -> bytes:
    """With the bit set that says so, in the package's list of parts."""
    start = content.index(b"PK\x01\x02")
    return content[: start + 8] + b"\x01" + content[start + 9 :]


def without_bytes(value: object) -> str | None:
    """The names of the tests."""
    return "file" if isinstance(value, bytes) else None


@pytest.mark.parametrize(
    ("content", "extension", "kind"),
    [
        (make_pdf(), "pdf", "pdf"),
        (make_pdf(), "docx", "pdf"),
        (make_pdf(b"4 0 obj <<>> stream\n/JS /Launch\nendstream endobj"), "pdf", "pdf"),
        (make_pdf(object_stream(b"1 0 <</Type /Page>>")), "pdf", "pdf"),
        *((open_xml(kind), kind, kind) for kind in MAIN),
        *((open_document(kind), kind, kind) for kind in OPEN_DOCUMENTS),
        (open_xml(more=relation("hyperlink", "https://example.kz/")), "docx", "docx"),
        (open_xml(more=relation("attachedTemplate", "file:///C:\\Templates\\a.dotx")), "docx", "docx"),
        ("Қазақша мәтін\r\n".encode(), "txt", "txt"),
        ("\ufeffКүні;Бағамы\n".encode(), "csv", "csv"),
        (b"", "txt", "txt"),
    ],
    ids=without_bytes,
)
def test_kind_is_told_by_the_content(content, extension, kind):
    assert kind_of(content, extension) == kind


@pytest.mark.parametrize(
    ("content", "extension", "sentence"),
    [
        (make_package({"a.txt": "x"}), "docx", OTHER),
        (make_package({"a.txt": "x"}), "zip", OTHER),
        (open_document("odt")[:40], "odt", DAMAGED),
        (make_picture(), "pdf", OTHER),
        (b"<html><script>alert(1)</script></html>", "pdf", OTHER),
        (b"<script>alert(1)</script>", "html", OTHER),
        (b"", "pdf", OTHER),
        (b"\x00\x01text", "txt", OTHER),
        ("Текст".encode("cp1251"), "txt", OTHER),
        (b"MZ\x90\x00", "txt", OTHER),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc", OTHER),
        (b"<script></script>" + open_xml(), "docx", OTHER),
        (make_package({"[Content_Types].xml": types(("a", DOCX)), "b": "x"}), "docx", OTHER),
        (make_package({"[Content_Types].xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "docx", DAMAGED),
        (open_xml()[:-30], "docx", DAMAGED),
        (open_xml().replace(b"<x/>", b"<y/>"), "docx", DAMAGED),
        (encrypted(open_xml()), "docx", LOCKED),
        (open_xml(more={"word/vbaProject.bin": "x"}), "docx", ACTIVE),
        (open_xml(more_types=[("word/a.bin", "application/vnd.ms-office.vbaProject")]), "docx", ACTIVE),
        (
            make_package(
                {
                    "[Content_Types].xml": types(
                        ("word/a.xml", "application/vnd.ms-word.document.macroEnabled.main+xml")
                    ),
                    "word/a.xml": "<x/>",
                }
            ),
            "docx",
            ACTIVE,
        ),
        (open_xml("xlsx", {"xl/macrosheets/sheet1.xml": "x"}), "xlsx", ACTIVE),
        (open_xml(more={"word/embeddings/a.docm": "x"}), "docx", ACTIVE),
        (open_document(**{"Basic/Standard/Module1.xml": "x"}), "odt", ACTIVE),
        (open_document(**{"META-INF/manifest.xml": "<x><manifest:encryption-data/></x>"}), "odt", LOCKED),
        (open_xml(more=relation("attachedTemplate", "https://example.kz/a.dotm")), "docx", FETCHES),
        (open_xml(more=relation("oleObject", "\\\\host\\share\\a.bin")), "docx", FETCHES),
        (make_pdf()[:-20], "pdf", DAMAGED),
        (make_pdf(b"3 0 obj <</S /JavaScript /JS (app.alert(1))>> endobj"), "pdf", ACTIVE),
        (make_pdf(b"3 0 obj <</S /J#61vaScript>> endobj"), "pdf", ACTIVE),
        (make_pdf(b"3 0 obj <</S /Launch>> endobj"), "pdf", ACTIVE),
        (make_pdf(object_stream(b"1 0 <</S /JavaScript>>")), "pdf", ACTIVE),
        (make_pdf(b"3 0 obj <</Names <</EmbeddedFiles 5 0 R>>>> endobj"), "pdf", ACTIVE),
        (make_pdf(b"trailer <</Encrypt 5 0 R>>"), "pdf", LOCKED),
    ],
    ids=without_bytes,
)
def test_what_is_no_document_is_refused_in_a_sentence(content, extension, sentence):
    with translation.override("en"), pytest.raises(NotAccepted) as refusal:
        kind_of(content, extension)

    assert refusal.value.messages == [sentence]


def test_package_that_grows_beyond_measure_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(document_checks, "MOST_UNPACKED", 1_000_000)
    with translation.override("en"), pytest.raises(NotAccepted) as refusal:
        kind_of(open_xml(more={"word/large.xml": bytes(1_000_000)}), "docx")

    assert refusal.value.messages == [TOO_LARGE]


@examples(max_examples=60)
@given(data=st.data(), start=st.sampled_from([make_pdf(object_stream(b"1 0 <<>>")), open_xml(), open_document()]))
def test_damaged_files_are_taken_or_refused_and_never_an_error(data, start):
    changed = bytearray(start)
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))

    try:
        outcome = kind_of(bytes(changed), "docx")
    except NotAccepted:
        outcome = "refused"

    assert outcome in ("pdf", "docx", "odt", "refused")
