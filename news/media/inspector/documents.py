"""What a document is, by its content alone; one that is active, locked or fetches parts of itself is refused."""

import re
from io import BytesIO

import olefile

from news.media.inspector.packages import OLE, check_package
from news.media.inspector.refusals import FileRefused

PDF_HEAD = re.compile(rb"%PDF-[12]\.\d")
NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
TEXTS = ("txt", "csv")


def find_kind(content: bytes, extension: str) -> str:
    """A key of `KINDS`. The extension only tells a table from a text. Raises FileRefused."""
    if PDF_HEAD.match(content):
        from news.media.inspector.pdf import check_pdf  # takes a fifth of a second to import

        check_pdf(content)
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return check_package(content)
    if content.startswith(OLE) and has_encrypted_package(content):
        raise FileRefused("locked")
    if extension in TEXTS and is_text(content):
        return extension
    raise FileRefused("not_a_document")


def has_encrypted_package(content: bytes) -> bool:
    """Office wraps a document that it locks with a password in the container of its old formats."""
    try:
        with olefile.OleFileIO(BytesIO(content)) as container:
            return bool(container.exists("EncryptedPackage"))
    except Exception:  # bytes made to harm may fail a parser in any way
        return False


def is_text(content: bytes) -> bool:
    try:
        return not NOT_TEXT.search(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False
