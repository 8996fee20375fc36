"""What a file is, by its content alone: the kinds that may be attached, free of macros and of other files."""

import re
import zlib
from io import BytesIO
from itertools import islice
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml import ElementTree
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_PARTS = 5_000
MOST_UNPACKED = 300 * 1024 * 1024
LARGEST_PART_OF_XML = 5 * 1024 * 1024
MOST_OBJECT_STREAMS = 20_000

OPEN_XML = "application/vnd.openxmlformats-officedocument."
MAIN_PARTS = {
    f"{OPEN_XML}wordprocessingml.document.main+xml": "docx",
    f"{OPEN_XML}spreadsheetml.sheet.main+xml": "xlsx",
    f"{OPEN_XML}presentationml.presentation.main+xml": "pptx",
    f"{OPEN_XML}presentationml.slideshow.main+xml": "pptx",
}
OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
ACTIVE_TYPES = ("macro", "vbaproject", "vbadata", "activex", "control+xml")
ACTIVE_PARTS = re.compile(
    r"(^|/)(basic|scripts|activex|macrosheets|vba\w*\.(bin|xml)|.*\.(docm|xlsm|pptm|exe|dll|js))(/|$)", re.I
)
FETCHED = ("attachedtemplate", "oleobject", "frame", "subdocument", "externallink")
"""Parts that an office program would fetch from another host while it opens the file."""

PDF_HEAD = re.compile(rb"%PDF-[12]\.\d")
PDF_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
PDF_OBJECT_STREAM = re.compile(rb"/ObjStm\b[^>]*(?:>(?!>)[^>]*)*>>\s*stream\r?\n(.*?)endstream", re.DOTALL)
PDF_NAME = re.compile(rb"/[^\s/<>\[\](){}%]+")
PDF_ACTIVE = {b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/EmbeddedFiles", b"/RichMedia", b"/XFA"}

NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
TEXTS = ("txt", "csv")


class NotAccepted(ValidationError):
    """Why a file cannot be taken, in a sentence for whoever brought it."""


def kind_of(content: bytes, extension: str) -> str:
    """A key of `KINDS`. The extension only tells a table from a text. Raises NotAccepted."""
    if PDF_HEAD.match(content):
        return checked_pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return checked_package(content)
    if extension in TEXTS and is_text(content):
        return extension
    raise not_a_document()


def not_a_document() -> NotAccepted:
    return NotAccepted(_("The file is none that can be attached: PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TXT or CSV."))


def damaged() -> NotAccepted:
    return NotAccepted(_("The file is damaged or incomplete; save it again and upload that."))


def active() -> NotAccepted:
    return NotAccepted(_("The file holds macros, scripts or other files; save it without them and upload that."))


def locked() -> NotAccepted:
    return NotAccepted(_("The file is locked with a password; save it without one and upload that."))


def is_text(content: bytes) -> bool:
    try:
        return not NOT_TEXT.search(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False


# PDF


def checked_pdf(content: bytes) -> str:
    if b"%%EOF" not in content[-2048:] or b"startxref" not in content[-2048:]:
        raise damaged()
    bare = PDF_STREAM.sub(b"", content)  # pictures and fonts may hold any bytes
    names = names_in(bare)
    if b"/Encrypt" in names:
        raise locked()
    for packed in islice(PDF_OBJECT_STREAM.finditer(content), MOST_OBJECT_STREAMS):
        names |= names_in(unpacked(packed[1]))
    if names & PDF_ACTIVE:
        raise active()
    return "pdf"


def names_in(objects: bytes) -> set[bytes]:
    """Without their disguise: /J#53 is /JS."""
    found = set(PDF_NAME.findall(objects))
    return {re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), name) for name in found}


def unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, LARGEST_PART_OF_XML)
    except zlib.error:
        return stream


# Packages: Open XML and OpenDocument are ZIP files inside


def checked_package(content: bytes) -> str:
    try:
        with ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise NotAccepted(_("The file is too large when it is unpacked."))
            if any(part.flag_bits & 1 for part in parts):
                raise locked()
            names = {part.filename for part in parts}
            kind = open_xml(package, names) if "[Content_Types].xml" in names else open_document(package, names)
            if any(ACTIVE_PARTS.search(name) for name in names):
                raise active()
            if package.testzip() is not None:
                raise damaged()
    except NotAccepted:
        raise
    except Exception as error:  # bytes made to harm may fail a parser in any way
        raise damaged() from error
    return kind


def open_xml(package: ZipFile, names: set[str]) -> str:
    kinds = set()
    for each in parsed(package, "[Content_Types].xml"):
        content_type, part = each.get("ContentType", "").lower(), each.get("PartName", "").lstrip("/")
        if any(word in content_type for word in ACTIVE_TYPES):
            raise active()
        if content_type in MAIN_PARTS and part in names:
            kinds.add(MAIN_PARTS[content_type])
    if len(kinds) != 1:
        raise not_a_document()
    for name in names:
        if name.endswith(".rels") and any(map(is_fetched, parsed(package, name))):
            raise NotAccepted(_("The file fetches parts of itself from another address; save it without them."))
    return kinds.pop()


def is_fetched(relation: Element) -> bool:
    """A link is followed when a reader presses it; these would be when the file is opened."""
    target, kind = relation.get("Target", "").lower(), relation.get("Type", "").lower()
    is_elsewhere = relation.get("TargetMode", "").lower() == "external" and re.match(
        r"(https?|ftps?|mhtml|ms-\w+):|\\\\|//|file:(/*\\\\|//[^/\\]|/{4,})", target
    )
    return bool(is_elsewhere) and kind.endswith(FETCHED)


def open_document(package: ZipFile, names: set[str]) -> str:
    kind = OPEN_DOCUMENT.get(package.read("mimetype").strip()) if "mimetype" in names else None
    if kind is None or "content.xml" not in names:
        raise not_a_document()
    if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise locked()
    return kind


def parsed(package: ZipFile, name: str) -> Element:
    if package.getinfo(name).file_size > LARGEST_PART_OF_XML:
        raise damaged()
    return ElementTree.fromstring(package.read(name), forbid_dtd=True)
