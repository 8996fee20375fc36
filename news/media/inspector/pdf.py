"""Whether a PDF is only paper: no script, no program, no other file, and nothing that it does or fetches by itself."""

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf

from news.media.inspector.refusals import FileRefused

ACTIVE_KEYS = {
    "/JS", "/JavaScript", "/XFA", "/EF", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/RichMediaContent",
    "/RichMediaSettings", "/OnInstantiate",
}  # fmt: skip
ACTIVE_TYPES = {
    "/JavaScript", "/Launch", "/GoToE", "/ImportData", "/SubmitForm", "/RichMedia", "/RichMediaExecute",
    "/EmbeddedFile", "/Rendition",
}  # fmt: skip
"""Of an action or an annotation."""
PASSIVE_ACTIONS = {"/GoTo", "/Named", "/GoTo3DView", "/SetOCGState", "/Hide", "/Trans", "/Thread"}
"""What a document may do without being asked: it shows another part of itself."""
FETCHING_ACTIONS = {"/URI", "/GoToR"}
MOST_ACTIONS = 100
"""In one chain of actions, each of which names the next."""

LONG_NAMES = (
    r"JavaScript|XFA|EmbeddedFiles?|RichMedia\w*|OnInstantiate|Launch|GoToE|GoToR|ImportData|SubmitForm|Rendition"
)
SUSPECT = re.compile(rf"/(?:{LONG_NAMES}|JS|EF|OpenAction|AA|Ref)(?![A-Za-z0-9_])".encode())
"""An object without any of these, as qpdf writes it, is not looked at closely: there may be 200,000 in a document."""
SUSPECT_ANYWHERE = re.compile(rf"/(?:{LONG_NAMES})(?![A-Za-z0-9_])|/(?:JS|EF)\s{{0,20}}[(<0-9]".encode())
"""In the bytes of a file. The short names stand by chance in any large picture, but seldom with a value after them."""
OF_PAGES = re.compile(r"Resources|MediaBox|kid \d+|/Count|/Pages|/Parent")
"""Warnings that say what a page lacks; all the others are about something that could not be read."""
WRITTEN_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,9})\s{1,20}([0-9]{1,5})\s{1,20}obj(?![A-Za-z])")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
ELSEWHERE = re.compile(r"\s*(?:\\\\|//|[a-z][a-z0-9+.-]+:)", re.IGNORECASE)


def check_pdf(content: bytes) -> None:
    """Raises FileRefused."""
    if b"%%EOF" not in content[-2048:] or b"startxref" not in content[-2048:]:
        raise FileRefused("damaged")
    try:
        with pikepdf.open(BytesIO(content)) as document:
            if document.is_encrypted:
                raise FileRefused("locked")
            for each in document.objects:
                check_object(each)
            is_ambiguous = has_unread_part(document) or has_unlisted_object(document, content)
    except (FileRefused, MemoryError):
        raise
    except pikepdf.PasswordError as error:
        raise FileRefused("locked") from error
    except Exception as error:  # bytes made to harm may fail a parser in any way
        raise FileRefused("damaged") from error
    if is_ambiguous:
        check_bytes(content)


def has_unread_part(document: pikepdf.Pdf) -> bool:
    """qpdf goes on after a mistake, with nothing in the place of what it could not read."""
    return any(not OF_PAGES.search(str(warning)) for warning in document.get_warnings())


def has_unlisted_object(document: pikepdf.Pdf, content: bytes) -> bool:
    """One that stands in the file and not in its table of objects."""
    written = {(int(number), int(generation)) for number, generation in WRITTEN_OBJECT.findall(content)}
    return any(document.get_object(each) is None for each in written)


def check_bytes(content: bytes) -> None:
    """Each reader repairs a damaged file in its own way: none may find an object that qpdf has not found."""
    bare = ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), content)
    if SUSPECT_ANYWHERE.search(bare):
        raise FileRefused("active")
    if b"/ObjStm" in bare:
        raise FileRefused("damaged")


def check_object(each: object) -> None:
    """One numbered object; those that it refers to have numbers of their own and are looked at in turn."""
    if not isinstance(each, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream):
        return  # a number, a name or a text
    is_stream = isinstance(each, pikepdf.Stream)
    outer = each.stream_dict if is_stream else each
    if is_stream and "/F" in outer:
        raise FileRefused("fetches")  # its content lies in another file
    if not SUSPECT.search(outer.unparse(resolved=True)):
        return
    for inner in find_dictionaries(outer):
        check_dictionary(inner)


def find_dictionaries(outer: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """Itself and those that are written within it."""
    waiting = [outer]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Dictionary):
            yield each
            waiting += [value for value in each.values() if is_container(value)]
        elif isinstance(each, pikepdf.Array):
            waiting += [value for value in each if is_container(value)]


def is_container(value: object) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def check_dictionary(each: pikepdf.Dictionary) -> None:
    if ACTIVE_KEYS & set(each.keys()):
        raise FileRefused("active")
    if {name_at(each, "/S"), name_at(each, "/Subtype"), name_at(each, "/Type")} & ACTIVE_TYPES:
        raise FileRefused("active")
    if name_at(each, "/S") == "/GoToR" and is_elsewhere(each.get("/F")):
        raise FileRefused("fetches")
    if isinstance(reference := each.get("/Ref"), pikepdf.Dictionary) and "/F" in reference:
        raise FileRefused("fetches")  # a page of another document, drawn into this one
    if "/OpenAction" in each:
        check_automatic(each["/OpenAction"])
    if isinstance(triggers := each.get("/AA"), pikepdf.Dictionary):
        for action in triggers.values():
            check_automatic(action)


def check_automatic(action: object) -> None:
    """What is done when the document, a page or a field is opened, and what is done next."""
    waiting, seen = [action], 0
    while waiting:
        each = waiting.pop()
        if not isinstance(each, pikepdf.Dictionary):
            continue  # a place to go to
        seen += 1
        kind = name_at(each, "/S")
        if kind in FETCHING_ACTIONS:
            raise FileRefused("fetches")
        if (kind and kind not in PASSIVE_ACTIONS) or seen > MOST_ACTIONS:
            raise FileRefused("active")
        following = each.get("/Next")
        waiting += list(following) if isinstance(following, pikepdf.Array) else [following]


def name_at(each: pikepdf.Dictionary, key: str) -> str:
    value = each.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def is_elsewhere(file: object) -> bool:
    """A file of another machine, as a name or as a description of it."""
    if isinstance(file, pikepdf.Dictionary):
        return name_at(file, "/FS") == "/URL" or any(is_elsewhere(file.get(key)) for key in ("/F", "/UF"))
    return isinstance(file, pikepdf.String) and bool(ELSEWHERE.match(str(file)))
