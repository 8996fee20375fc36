"""Whether an office document is only text: no macro, no program, no other file, nothing fetched from elsewhere.

Open XML (DOCX, XLSX, PPTX) and OpenDocument (ODT, ODS, ODP) are ZIP files of XML inside.
"""

import re
from collections.abc import Callable
from io import BytesIO
from xml.etree.ElementTree import Element
from xml.parsers import expat
from zipfile import ZipFile

from defusedxml import ElementTree

from news.media.inspector.refusals import FileRefused

MOST_PARTS = 5_000
MOST_UNPACKED = 300 * 1024 * 1024
LARGEST_PART_OF_XML = 5 * 1024 * 1024
"""Of the parts that are read as a tree; those with the text of the document are read in passing and may be larger."""
LARGEST_EMBEDDED = 25 * 1024 * 1024
DEEPEST = 2
"""A table in a text is a package in a package; there is no third."""

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
    r"(?:^|/)(?:(?:basic|scripts|activex|macrosheets)/|vba[^/]*\.(?:bin|xml)$"
    r"|[^/]*\.(?:docm|dotm|xlsm|xltm|xlam|pptm|potm|exe|dll|com|scr|cpl|msi|jar|js|jse|vbs|vbe|wsf|hta|bat|cmd|ps1|lnk"
    r"|rtf|mht|mhtml|html?|swf)$)",
    re.IGNORECASE,
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"L\x00\x00\x00\x01\x14\x02\x00", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"{\\rtf")
"""How programs of Windows, Linux and macOS begin, shortcuts to them, and RTF, whose objects nobody can rule out."""
OTHER_FILES = ("ole10native", "package")
"""Streams in which an office program wraps any file that is dropped into a document."""

ELSEWHERE = re.compile(r"(?!file:|[a-z]:)[a-z][a-z0-9+.-]*:|\\\\|//|file:(?:/*\\\\|//[^/\\]|/{4,})")
"""Any scheme but `file:` of the reader's own machine, and shares of a network."""
PRESSED = re.compile(r"(?:https?|ftps?|mailto|tel|sip|callto|news|file|onenote):|(?![a-z][a-z0-9+.-]+:)")
"""Where a link may lead. One with another scheme, such as `ms-msdt:` or `javascript:`, starts a program."""
LOCAL_FILES = (
    "attachedtemplate",
    "externallinkpath",
    "externallinklongpath",
    "xlstartup",
    "xlpathmissing",
    "xllibrary",
)
"""Word notes where its template lies, Excel where its figures came from; without that file they show what they have."""
FETCHING_FIELDS = re.compile(r"\s*(?:DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|RD)\b\s*(\S*)", re.I)
LONGEST_FIELD = 2_000

LINKS_OF_OPEN_DOCUMENT = {"a", "template", "auto-reload"}


def check_package(content: bytes, depth: int = 1) -> str:
    """The kind of a document, a key of `KINDS`. Raises FileRefused."""
    try:
        with ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise FileRefused("unpacks_too_large")
            if any(part.flag_bits & 1 for part in parts):
                raise FileRefused("locked")
            names = {part.filename for part in parts}
            if len({name.lower().replace("\\", "/") for name in names}) < len(parts):
                raise FileRefused("damaged")  # of two parts of one name each program takes another
            check = check_open_xml if "[Content_Types].xml" in names else check_open_document
            kind = check(package, names)
            for name in names:
                if ACTIVE_PARTS.search(name.replace("\\", "/")):
                    raise FileRefused("active")
                check_part(package, name, depth)
            if package.testzip() is not None:
                raise FileRefused("damaged")
    except (FileRefused, MemoryError):
        raise
    except Exception as error:  # bytes made to harm may fail a parser in any way
        raise FileRefused("damaged") from error
    return kind


def check_part(package: ZipFile, name: str, depth: int) -> None:
    """A part that is a file of its own, whatever it is called."""
    with package.open(name) as part:
        head = part.read(8)
    if head.startswith(PROGRAMS):
        raise FileRefused("active")
    if head.startswith((b"PK\x03\x04", OLE)):
        if package.getinfo(name).file_size > LARGEST_EMBEDDED:
            raise FileRefused("unpacks_too_large")
        content = package.read(name)
        if head == OLE:
            check_container(name, content)
        elif depth == DEEPEST:
            raise FileRefused("active")
        else:
            check_embedded(content, depth + 1)


def check_embedded(content: bytes, depth: int) -> None:
    """A document within a document; a ZIP file of anything else is another file."""
    try:
        check_package(content, depth)
    except FileRefused as refusal:
        raise FileRefused("active" if refusal.reason == "not_a_document" else refusal.reason) from refusal


def check_container(name: str, content: bytes) -> None:
    """An object of an older office program: it may hold macros of VBA or of Excel 4, or any file."""
    from oletools.olevba import VBA_Parser  # takes a fifth of a second to import

    container = VBA_Parser(name, data=content)
    try:
        if container.detect_vba_macros() or container.detect_xlm_macros():
            raise FileRefused("active")
        for stream in container.ole_file.listdir():
            if stream[-1].strip("\x01").lower() in OTHER_FILES:
                raise FileRefused("active")
    finally:
        container.close()


# Open XML


def check_open_xml(package: ZipFile, names: set[str]) -> str:
    kinds = set()
    for each in parse_part(package, "[Content_Types].xml"):
        content_type, part = each.get("ContentType", "").lower(), each.get("PartName", "").lstrip("/")
        if any(word in content_type for word in ACTIVE_TYPES):
            raise FileRefused("active")
        if content_type in MAIN_PARTS and part in names:
            kinds.add(MAIN_PARTS[content_type])
    if len(kinds) != 1:
        raise FileRefused("not_a_document")
    for name in names:
        lower = name.lower()
        if lower.endswith(".rels"):
            for relation in parse_part(package, name):
                check_relation(relation)
        elif lower.startswith("word/") and lower.endswith(".xml"):
            check_fields(package, name)
        elif lower.startswith("xl/externallinks/"):
            check_external_link(package, name)
    return kinds.pop()


def check_relation(relation: Element) -> None:
    """A link is followed when a reader presses it; anything else when the file is opened."""
    target = relation.get("Target", "").strip().lower()
    kind = relation.get("Type", "").lower().rpartition("/")[2]
    if kind == "afchunk":
        raise FileRefused("active")  # a part in HTML or RTF, which Word would read as its own text
    if relation.get("TargetMode", "").strip().lower() != "external":
        return
    if kind == "hyperlink":
        if not PRESSED.match(target):
            raise FileRefused("active")
    elif ELSEWHERE.match(target) or kind not in LOCAL_FILES:
        raise FileRefused("fetches")


def check_fields(package: ZipFile, name: str) -> None:
    """Fields of Word that start a program or bring in a file; their code may be spread over many elements."""
    code: list[str] = []
    is_within = False

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal is_within
        local = tag.rpartition(":")[2]
        if local == "fldSimple":
            check_field(next((value for key, value in attributes.items() if key.endswith("instr")), ""))
        elif local == "fldChar" and code:
            check_field("".join(code))
            code.clear()
        is_within = local == "instrText"

    def read_text(text: str) -> None:
        if is_within and len(code) < LONGEST_FIELD:
            code.append(text)

    read_in_passing(package, name, begin, read_text)
    check_field("".join(code))


def check_field(code: str) -> None:
    field = FETCHING_FIELDS.match(code[:LONGEST_FIELD])
    if field is None:
        return
    if field[0].strip().upper().startswith("DDE"):
        raise FileRefused("active")
    raise FileRefused("fetches")


def check_external_link(package: ZipFile, name: str) -> None:
    """Figures of another program, which Excel would start."""

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] in ("ddeLink", "oleLink"):
            raise FileRefused("active")

    if name.lower().endswith(".xml"):
        read_in_passing(package, name, begin)


# OpenDocument


def check_open_document(package: ZipFile, names: set[str]) -> str:
    kind = OPEN_DOCUMENT.get(package.read("mimetype").strip()) if "mimetype" in names else None
    if kind is None or "content.xml" not in names:
        raise FileRefused("not_a_document")
    if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise FileRefused("locked")
    for name in names:
        if name.rpartition("/")[2] in ("content.xml", "styles.xml", "meta.xml", "settings.xml"):
            read_in_passing(package, name, check_element)
    return kind


def check_element(tag: str, attributes: dict[str, str]) -> None:
    local = tag.rpartition(":")[2]
    by_name = {key.rpartition(":")[2]: value for key, value in attributes.items()}
    target = by_name.get("href", "").strip().lower()
    if local == "event-listener" and ("language" in by_name or by_name.get("action") in ("execute", "verb")):
        raise FileRefused("active")
    if local in ("dde-connection-decl", "dde-link", "dde-source", "script", "applet", "plugin", "macro"):
        raise FileRefused("active")
    if local in LINKS_OF_OPEN_DOCUMENT:
        if not PRESSED.match(target) or (local != "a" and ELSEWHERE.match(target)):
            raise FileRefused("active" if local == "a" else "fetches")
    elif re.match(r"\.\./|/|\\\\|[a-z][a-z0-9+.-]*:", target):
        raise FileRefused("fetches")  # nothing of a document lies outside of its package


# XML


def parse_part(package: ZipFile, name: str) -> Element:
    if package.getinfo(name).file_size > LARGEST_PART_OF_XML:
        raise FileRefused("damaged")
    return ElementTree.fromstring(package.read(name), forbid_dtd=True)


def read_in_passing(
    package: ZipFile,
    name: str,
    begin: Callable[[str, dict[str, str]], None],
    read_text: Callable[[str], None] | None = None,
) -> None:
    """Tells `begin` of each element and `read_text` of each piece of text, and keeps none of them."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse_doctype
    if read_text is not None:
        parser.CharacterDataHandler = read_text
    with package.open(name) as part:
        parser.ParseFile(part)


def refuse_doctype(*_declaration: object) -> None:
    """An entity may stand for a gigabyte."""
    raise FileRefused("damaged")
