"""The text of a document, for the search. A document whose text cannot be read is still a good document."""

import signal
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from zipfile import ZipFile

LONGEST = 100_000
"""Characters: about thirty pages, as many words as the search reads of an article."""
SECONDS = 1.5
"""Of processor time; what was read by then is kept."""
DOCX_TEXT = "word/document.xml"
WORD_SPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class OutOfTime(Exception):
    pass


def extract_text(content: bytes, kind: str) -> str:
    """The beginning of the text; nothing of a kind or of a document that has none."""
    pieces: list[str] = []
    read = {"pdf": read_pdf, "docx": read_docx, "txt": read_plain}.get(kind)
    if read is None:
        return ""
    signal.signal(signal.SIGVTALRM, stop_reading)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    left = LONGEST
    with suppress(Exception):  # a parser may fail in any way on what others wrote
        for piece in read(content):
            pieces.append(piece)
            left -= len(piece)
            if left < 0:
                break
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    text = "".join(pieces)[:LONGEST].encode("utf-8", "replace").decode()
    return "".join(letter if letter.isprintable() else " " for letter in text)


def stop_reading(*_signal: object) -> None:
    raise OutOfTime


def read_pdf(content: bytes) -> Iterator[str]:
    from pypdf import PdfReader  # takes a tenth of a second to import

    for page in PdfReader(BytesIO(content)).pages:
        yield page.extract_text() + "\n"


def read_docx(content: bytes) -> Iterator[str]:
    from defusedxml.ElementTree import iterparse

    with ZipFile(BytesIO(content)) as package, package.open(DOCX_TEXT) as part:
        for _event, element in iterparse(part, forbid_dtd=True):
            if element.tag == f"{WORD_SPACE}t":
                yield element.text or ""
            elif element.tag in (f"{WORD_SPACE}p", f"{WORD_SPACE}tab", f"{WORD_SPACE}br"):
                yield "\n"
                element.clear()


def read_plain(content: bytes) -> Iterator[str]:
    yield content.decode("utf-8-sig")
