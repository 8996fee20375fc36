"""The HTML a body may contain. `SanitisedTextField` passes every body through here before it is stored.

nh3 parses as browsers do and removes what is not allowed. Then the text is written anew, so that a stored body is
always well formed: every line is in a paragraph, no paragraph is empty, nothing of Word is left, and lists consist of
items.
"""

import re
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urlsplit

import nh3
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from news.markup.incoming_text import mend_controls, mend_letters
from news.markup.office_paste import convert_office_html
from news.markup.video_links import parse_video
from news.markup.wrapped_links import unwrap_link

MAX_LENGTH = 300_000
"""Characters of HTML, about a hundred pages. The time of a parser grows faster than the length of its text."""

MARKS = {"strong", "em", "cite", "a", "sup", "sub", "s", "ins"}
HEADINGS = {"h2", "h3"}
LISTS = {"ul", "ol"}
CELLS = {"th", "td"}
TABLE_PARTS = {"table", "thead", "tbody", "tr"}
ALLOWED = MARKS | HEADINGS | LISTS | CELLS | TABLE_PARTS | {"p", "br", "hr", "li", "blockquote"}
ATTRIBUTES = {
    "a": {"href"},
    "figure": {"data-image", "data-video"},
    "ol": {"start", "type"},
    "li": {"value"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
ARTICLE_LINK = re.compile("article:[A-Za-z0-9_.~%-]+")
"""The address of a link to another article of this site (`news.content.internal_links`)."""

RENAMED = {"b": "strong", "i": "em", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3", "tfoot": "tbody"}
RENAMED |= {"del": "s", "strike": "s"}
# The text of these elements becomes paragraphs.
PARAGRAPHS = {"p", "div", "section", "article", "header", "footer", "main", "aside", "nav", "address", "center"}
PARAGRAPHS |= {"pre", "dl", "dt", "dd", "figure", "figcaption", "caption", "details", "summary", "hgroup"}
# These are removed with their content, because it is not text.
DROPPED = {"script", "style", "title", "template", "noscript", "noembed", "noframes", "textarea", "select", "iframe"}
DROPPED |= {"object", "applet", "audio", "video", "canvas", "map", "svg", "math", "xml"}

FORBIDDEN = (DROPPED - {"title", "noscript", "xml"}) | {"embed", "form", "input", "button", "img", "frame", "frameset"}
FORBIDDEN |= {"link", "meta", "base"}
"""What an imported archive may not contain: it is active, or it is content that would be lost.

Elements that only change the look are removed without an error.
"""
FORBIDDEN_SCHEMES = {"javascript", "vbscript", "data"}

CLEANER = nh3.Cleaner(
    tags=ALLOWED | PARAGRAPHS | set(RENAMED) | {"q"},
    clean_content_tags=DROPPED,
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES | {"article"},
    link_rel=None,
)
EXPOSER = nh3.Cleaner(
    tags=ALLOWED | PARAGRAPHS | set(RENAMED) | FORBIDDEN | {"span", "font", "small", "u", "q"},
    clean_content_tags=set(),
    attributes={"a": {"href"}},
    generic_attribute_prefixes={"on"},
    url_schemes=SCHEMES | FORBIDDEN_SCHEMES,
    link_rel=None,
)

LETTERS_OF_LISTS = {"a", "A", "i", "I"}
PICTURE = re.compile(r'<figure data-image="([0-9]+)"></figure>')
"""An image of the library in a text. Only its number is stored; `news.content.images` draws it."""
VIDEO = re.compile(
    r'<figure data-video="([^"]+)">([^<]*)'
    r"((?:[^<]|<(?!figure data-video=|/figure>)|</figure>(?=</figure>))*+)</figure>(?!</figure>)"
)
"""A video with its title and optionally an image as its still. Only its reference is stored;
`news.content.video_players` draws it."""

CYRILLIC = re.compile("[\u0400-\u052f]")
QUOTATION_MARKS = {"Cyrillic": (("«", "»"), ("„", "“")), "": (("“", "”"), ("‘", "’"))}
"""What a <q> becomes, and one inside it: the marks of Kazakh and Russian, or those of English."""

SPACE = " \t\n\r\f\xa0"
LONG_SPACE = re.compile(r"[ \t\n\r\f\xa0]{2,}|[\t\n\r\f]")
NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
SURROGATE = re.compile("[\ud800-\udfff]")
# nh3 escapes < and > in texts and attributes, so this pattern reads its output exactly.
TOKEN = re.compile(r"<(/?)(\w+)([^>]*)>|([^<]+)")
ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
LONE_AMPERSAND = re.compile(r"&(?!#?\w{1,31};)")
# A parser repeats an open <b> with attributes in every later paragraph, so the attributes are removed before.
DRESS = re.compile(r"</?(?:font|span|big|small|tt|u|nobr|code|o:p)(?:[\s/][^<>]*)?>", re.IGNORECASE)
DRESSED_MARK = re.compile(r"<(b|i|em|strong|s|strike|del|ins|sup|sub)[\s/][^<>]*>", re.IGNORECASE)
STILL_DRESSED = re.compile(r"<(?:b|i|em|strong|font|big|small|tt|u|s|strike|nobr|code)[\s/]", re.IGNORECASE)
NESTING = re.compile(r"<(?!(?:p|li|t[dhr]|br|a|b|i|em|strong|s|strike)[\s/>])[a-z]", re.IGNORECASE)


class TooLong(ValidationError):
    """The HTML is too long or too tangled to parse. The message is a sentence for the editor."""


class SanitisedHTML(str):
    """The result of `sanitise`, which it returns unchanged when it gets it again."""

    __slots__ = ()


def sanitise(html: str) -> SanitisedHTML:
    """The allowed part of the HTML, written anew. Sanitising a result again changes nothing. Raises TooLong."""
    if isinstance(html, SanitisedHTML):
        return html
    writer = Writer()
    writer.quotation_marks = QUOTATION_MARKS["Cyrillic" if CYRILLIC.search(html) else ""]
    for slash, tag, attributes, text in TOKEN.findall(
        NO_TEXT.sub("", CLEANER.clean(simplify_html(mend_controls(html))))
    ):
        if text:
            writer.text(text)
        elif slash:
            writer.end(tag)
        else:
            writer.start(tag, attributes)
    return SanitisedHTML(check_length(writer.finish()))


def image_numbers(html: str) -> list[int]:
    """The numbers of the images in a sanitised text, in their order."""
    return [int(number) for number in PICTURE.findall(html)]


def find_forbidden(html: str) -> list[str]:
    """The forbidden things in the HTML, such as "<script>", "onclick" or "javascript:", sorted. Raises TooLong."""
    found = set()
    for slash, tag, attributes, _text in TOKEN.findall(EXPOSER.clean(simplify_html(html))):
        if tag in FORBIDDEN and not slash:
            found.add(f"<{tag}>")
        for name, value in ATTRIBUTE.findall(attributes) if attributes else ():
            if name.startswith("on"):
                found.add(name)
            elif name == "href" and scheme(unescape(value).strip()) in FORBIDDEN_SCHEMES:
                found.add(f"{scheme(unescape(value).strip())}:")
    return sorted(found)


def simplify_html(html: str) -> str:
    """The same HTML without what makes parsers slow. Raises TooLong."""
    html = check_length(convert_office_html(html))
    try:
        html.encode()
    except UnicodeEncodeError:
        html = SURROGATE.sub("", html)
    html = DRESSED_MARK.sub(r"<\1>", DRESS.sub("", html))
    if len(STILL_DRESSED.findall(html)) > 50 or len(NESTING.findall(html)) > 10_000:
        raise TooLong(_("The HTML of the text is too tangled: paste it without formatting."))
    return check_length(LONE_AMPERSAND.sub("&amp;", html)) if "&" in html else html


def check_length(html: str) -> str:
    """The same HTML. Raises TooLong."""
    if len(html) > MAX_LENGTH:
        raise TooLong(
            _("The text has more than %(limit)d characters of HTML: divide it into several articles.")
            % {"limit": MAX_LENGTH}
        )
    return html


def scheme(address: str) -> str:
    """The scheme of an address in small letters; empty when the address is relative."""
    match = re.match(r"([a-z][a-z0-9+.-]*):", address, re.IGNORECASE)
    return match[1].lower() if match else ""


def is_parseable(address: str) -> bool:
    """Whether programs can read the address: `//[x` has half the name of a host, and libraries refuse all of it."""
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def link_tag(attributes: str) -> str:
    """The start tag of a link; empty when readers may not be sent to its address."""
    address = unwrap_link(unescape(dict(ATTRIBUTE.findall(attributes)).get("href", "")).strip())
    if ARTICLE_LINK.fullmatch(address):
        return f'<a href="{address}">'
    if not (address.startswith("/") or scheme(address) in SCHEMES) or not is_parseable(address):
        return ""  # "#part" leads nowhere because ids are removed, and "senat.kz" is no whole address
    quoted = escape(re.sub(r"\s", "%20", address), quote=False).replace('"', "&quot;")
    outside = re.match(r"https?:|[/\\]{2}", address, re.IGNORECASE)
    return f'<a href="{quoted}" rel="noopener">' if outside else f'<a href="{quoted}">'


def picture_of(attributes: str) -> str:
    """An image as it is stored; empty when it has no number."""
    number = dict(ATTRIBUTE.findall(attributes)).get("data-image", "")
    return f'<figure data-image="{number}"></figure>' if re.fullmatch("[1-9][0-9]{0,17}", number) else ""


def video_of(attributes: str) -> str:
    """The reference of a video, escaped for an attribute; empty when the address is not that of a video."""
    video = parse_video(unescape(dict(ATTRIBUTE.findall(attributes)).get("data-video", "")))
    return escape(video.reference) if video else ""


def tag_with_numbers(tag: str, attributes: str) -> str:
    """The start tag with its numbers: the span of a cell, the start and the kind of a list, the number of an item."""
    kept = []
    for name, value in ATTRIBUTE.findall(attributes):
        if name == "type":
            kept += [f' type="{value}"'] if value in LETTERS_OF_LISTS else []
        elif re.fullmatch("[0-9]{1,3}", value) and (int(value) > 1 or name == "value"):
            kept.append(f' {name}="{int(value)}"')
    return f"<{tag}{''.join(sorted(kept))}>"


@dataclass(eq=False, slots=True)
class Frame:
    """An element that contains text or other elements. It is written when its first content comes."""

    tag: str
    begin: str
    parent: "Frame"
    is_implied: bool = False
    is_written: bool = False
    is_closed: bool = False


class Outermost(Frame):
    """The body itself."""

    def __init__(self) -> None:
        super().__init__("", "", self, is_written=True)


class Writer:
    """Writes a stream of tags and texts as well-formed HTML.

    A frame is written when there is text for it, so no element is empty. Bold and the like are not frames but marks of
    the text, so they never overlap a frame.
    """

    def __init__(self) -> None:
        self.out: list[str] = []
        self.outermost = Outermost()
        self.frame: Frame = self.outermost
        self.line = ""
        """The tag around a line of text that starts now; empty where text needs none."""
        self.marks: tuple[tuple[str, str], ...] = ()
        self.stack: list[tuple[Frame, str, tuple[tuple[str, str], ...]]] = []
        """For each open tag of the stream, the frame, line and marks before it."""
        self.marks_written: list[tuple[str, str]] = []
        self.is_inside_line = False
        self.bare_line_ended_at = 0
        self.spaces = ""
        self.breaks = 0
        self.video = self.video_title = self.video_still = ""
        """While a video is read: its reference, and its title and still as far as they have been read."""
        self.video_ends_at = 0
        self.quotes: list[str] = []
        """What ends each open quotation."""
        self.quotation_marks = QUOTATION_MARKS[""]

    def start(self, tag: str, attributes: str) -> None:
        tag = RENAMED.get(tag, tag)
        if self.video:
            if tag == "figure":
                self.video_still = self.video_still or picture_of(attributes)
            if tag not in {"br", "hr"}:
                self.stack.append((self.frame, self.line, self.marks))
            return None
        if tag == "br":
            return self.break_line()
        if tag == "hr":
            return self.rule()
        if tag not in MARKS and tag != "q":
            self.end_line()
        if tag == "figure":
            self.picture(picture_of(attributes))
        self.stack.append((self.frame, self.line, self.marks))
        if tag == "figure" and (video := video_of(attributes)):
            self.video, self.video_ends_at = video, len(self.stack)
        elif tag == "q":
            begin, end = self.quotation_marks[min(len(self.quotes), 1)]
            self.quotes.append(end)
            self.text(begin)
        elif tag in MARKS:
            self.mark(tag, link_tag(attributes) if tag == "a" else f"<{tag}>")
        elif tag in HEADINGS:
            self.line = tag
        elif tag in PARAGRAPHS:
            self.line = self.line if self.line in HEADINGS else "p"
        else:
            self.line = ""
            self.place(tag, tag_with_numbers(tag, attributes))
        return None

    def end(self, tag: str) -> None:
        if self.video and len(self.stack) == self.video_ends_at:
            self.put_video()
        if tag == "q" and self.quotes:
            self.text(self.quotes.pop())
        frame, line, self.marks = self.stack.pop()
        if RENAMED.get(tag, tag) not in MARKS and tag != "q":
            self.end_line()
            self.go_back(frame)
            self.line = line

    def text(self, text: str) -> None:
        if self.video:
            self.video_title += text
            return
        text = mend_letters(text.replace("&nbsp;", "\xa0"))
        begun = text.lstrip(SPACE)
        words = begun.rstrip(SPACE)
        spaces_after = begun[len(words) :]
        self.spaces += text[: len(text) - len(begun)]
        if words:
            self.begin_text()
            if "  " in words or any(space in words for space in "\t\n\r\f\xa0"):
                words = LONG_SPACE.sub(" ", words).replace("\xa0", "&nbsp;")
            self.out.append(words)
            self.spaces = spaces_after

    def mark(self, tag: str, opening: str) -> None:
        if opening and tag not in dict(self.marks):
            self.marks += ((tag, opening),)

    def break_line(self) -> None:
        """Two line breaks end a paragraph: that is how old editors separated paragraphs."""
        if self.is_inside_line:
            self.breaks += 1
            if self.breaks == 2 and self.frame.tag == "p":
                self.end_line()

    def rule(self) -> None:
        self.end_line()
        self.make_room("hr")
        self.write_frames()
        self.out.append("<hr>")

    def picture(self, picture: str) -> None:
        """Writes it between the paragraphs and lists of the text, never inside one."""
        if picture:
            self.go_back(self.outermost)
            self.out.append(picture)

    def put_video(self) -> None:
        """Writes it between the paragraphs and lists of the text, never inside one."""
        title = " ".join(self.video_title.replace("&nbsp;", " ").split())
        self.go_back(self.outermost)
        self.out.append(f'<figure data-video="{self.video}">{title}{self.video_still}</figure>')
        self.video = self.video_title = self.video_still = ""

    def finish(self) -> str:
        self.end_line()
        self.go_back(self.outermost)
        return "".join(self.out)

    # Frames

    def place(self, tag: str, opening: str, *, is_implied: bool = False) -> None:
        """Opens a frame, and before it the frames that it needs around it."""
        if tag == "li":
            if self.frame.tag == "li" and self.frame.is_implied:
                self.close()
            self.need(LISTS, "ul")
        elif tag in CELLS:
            self.need({"tr"}, "tr")
        elif tag == "tr":
            self.need({"tbody", "thead"}, "tbody")
        elif tag in {"tbody", "thead"}:
            self.need({"table"}, "table")
            if self.frame.is_written:  # only the first rows of a table can be its head
                tag, opening = "tbody", "<tbody>"
        else:
            self.make_room(tag)
        self.open(tag, opening, is_implied=is_implied)
        if tag in CELLS:
            self.write_frames()  # an empty cell keeps its column

    def need(self, parents: set[str], otherwise: str) -> None:
        if self.frame.tag not in parents:
            self.place(otherwise, f"<{otherwise}>", is_implied=True)

    def make_room(self, tag: str) -> None:
        """Moves to where text or a block is allowed: into an item of a list, or out of a table between its cells."""
        while self.frame.tag in TABLE_PARTS:
            self.close()
        if self.frame.tag in LISTS:
            self.open("li", "<li>", is_implied=True)
            if tag in LISTS and self.out and self.out[-1] == "</li>" and self.frame.parent.is_written:
                self.out.pop()  # a list between two items belongs to the first of them
                self.frame.is_written = True

    def open(self, tag: str, opening: str, *, is_implied: bool = False) -> None:
        self.frame = Frame(tag, opening, self.frame, is_implied)

    def close(self) -> None:
        frame = self.frame
        frame.is_closed = True
        if frame.is_written:
            self.out.append(f"</{frame.tag}>")
        self.frame = frame.parent

    def go_back(self, frame: Frame) -> None:
        """Closes the frames inside `frame`, and opens `frame` again if it was closed meanwhile."""
        again = []
        while frame.is_closed:
            again.append(frame)
            frame = frame.parent
        while self.frame is not frame:
            self.close()
        for lost in reversed(again):
            self.open(lost.tag, lost.begin, is_implied=lost.is_implied)

    def write_frames(self) -> None:
        openings = []
        frame = self.frame
        while not frame.is_written:
            frame.is_written = True
            openings.append(frame.begin)
            frame = frame.parent
        self.out += reversed(openings)

    # Lines of text

    def begin_text(self) -> None:
        """Opens what has to be around the next words."""
        if not self.is_inside_line:
            self.begin_line()
        kept = 0
        for wanted, written in zip(self.marks, self.marks_written, strict=False):
            if wanted != written:
                break
            kept += 1
        self.close_marks(kept)
        if self.is_inside_line and self.breaks:
            self.out.append("<br>")
        elif self.is_inside_line and self.spaces:
            self.out.append("&nbsp;" if self.spaces == "\xa0" else " ")
        self.out += [opening for _tag, opening in self.marks[kept:]]
        self.marks_written += self.marks[kept:]
        self.is_inside_line, self.spaces, self.breaks = True, "", 0

    def begin_line(self) -> None:
        self.make_room("")
        line = self.line
        if self.frame.tag in CELLS:
            line = ""  # the lines of a cell are in no paragraph, wherever it was pasted from
            if self.follows_bare_line():
                self.out.append("<br>")
        elif line == "p" and self.frame.tag == "li" and not self.frame.is_written:
            line = ""  # the editor puts every item into a paragraph
        elif not line and (self.frame.tag in {"", "blockquote"} or self.follows_bare_line()):
            line = "p"
        if line:
            self.open(line, f"<{line}>")
        self.write_frames()

    def follows_bare_line(self) -> bool:
        """Whether a line in the same cell or item ended here: two lines must not run together."""
        return self.frame.is_written and self.bare_line_ended_at == len(self.out)

    def end_line(self) -> None:
        self.close_marks(0)
        if self.frame.tag == "p" or self.frame.tag in HEADINGS:
            self.close()
        elif self.is_inside_line:
            self.bare_line_ended_at = len(self.out)
        self.is_inside_line, self.spaces, self.breaks = False, "", 0

    def close_marks(self, count: int) -> None:
        self.out += [f"</{tag}>" for tag, _opening in reversed(self.marks_written[count:])]
        del self.marks_written[count:]
