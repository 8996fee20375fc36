"""The HTML a body may contain. Whatever the way in, `SanitisedTextField` passes it through here before it is stored.

nh3 parses as browsers do and takes away what is not allowed; then the text is set anew, so that what is stored is
always whole: paragraphs around every line, no empty ones, no leftovers of Word, lists made of items.
"""

import re
from dataclasses import dataclass
from html import escape, unescape

import nh3
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from news.markup.office_paste import from_office
from news.markup.video_links import video_at

MAX_LENGTH = 300_000
"""Characters of HTML: a hundred pages. A parser's time grows faster than the text it is given."""

MARKS = {"strong", "em", "cite", "a"}
HEADINGS = {"h2", "h3"}
LISTS = {"ul", "ol"}
CELLS = {"th", "td"}
TABLE_PARTS = {"table", "thead", "tbody", "tr"}
ALLOWED = MARKS | HEADINGS | LISTS | CELLS | TABLE_PARTS | {"p", "br", "hr", "li", "blockquote"}
ATTRIBUTES = {
    "a": {"href"},
    "figure": {"data-image", "data-video"},
    "ol": {"start"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
KEPT_LINK = re.compile("article:[A-Za-z0-9_.~%-]+")
"""The address of a link to another article of ours (`news.content.internal_links`)."""

RENAMED = {"b": "strong", "i": "em", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3", "tfoot": "tbody"}
# Their text becomes paragraphs of its own.
PARAGRAPHS = {"p", "div", "section", "article", "header", "footer", "main", "aside", "nav", "address", "center"}
PARAGRAPHS |= {"pre", "dl", "dt", "dd", "figure", "figcaption", "caption", "details", "summary", "hgroup"}
# These vanish with what they hold, for it is not text.
DROPPED = {"script", "style", "title", "template", "noscript", "noembed", "noframes", "textarea", "select", "iframe"}
DROPPED |= {"object", "applet", "audio", "video", "canvas", "map", "svg", "math", "xml"}

FORBIDDEN = (DROPPED - {"title", "noscript", "xml"}) | {"embed", "form", "input", "button", "img", "frame", "frameset"}
FORBIDDEN |= {"link", "meta", "base"}
"""What an archive may not bring: it acts, or it is content that would be lost. Mere dress is taken off in silence."""
FORBIDDEN_SCHEMES = {"javascript", "vbscript", "data"}

CLEANER = nh3.Cleaner(
    tags=ALLOWED | PARAGRAPHS | set(RENAMED),
    clean_content_tags=DROPPED,
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES | {"article"},
    link_rel=None,
)
EXPOSER = nh3.Cleaner(
    tags=ALLOWED | PARAGRAPHS | set(RENAMED) | FORBIDDEN | {"span", "font", "small", "u", "s"},
    clean_content_tags=set(),
    attributes={"a": {"href"}},
    generic_attribute_prefixes={"on"},
    url_schemes=SCHEMES | FORBIDDEN_SCHEMES,
    link_rel=None,
)

PICTURE = re.compile(r'<figure data-image="([0-9]+)"></figure>')
"""A picture of the library in the text: only its number is stored, `news.content.images` shows what it says of it."""
VIDEO = re.compile(
    r'<figure data-video="([^"]+)">([^<]*)'
    r"((?:[^<]|<(?!figure data-video=|/figure>)|</figure>(?=</figure>))*+)</figure>(?!</figure>)"
)
"""A video with its title and, if it has one, the picture that is its still: only what names it is stored,
`news.content.video_players` shows what readers get of it."""

SPACE = " \t\n\r\f\xa0"
LONG_SPACE = re.compile(r"[ \t\n\r\f\xa0]{2,}|[\t\n\r\f]")
NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
SURROGATE = re.compile("[\ud800-\udfff]")
# nh3 writes < and > in text and in attributes as &lt; and &gt;, so this reads its output exactly.
TOKEN = re.compile(r"<(/?)(\w+)([^>]*)>|([^<]+)")
ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
LONE_AMPERSAND = re.compile(r"&(?!#?\w{1,31};)")
# A parser repeats an open <b> with attributes in every later paragraph, so those go before it reads them.
DRESS = re.compile(r"</?(?:font|span|big|small|tt|u|s|strike|nobr|code|o:p)(?:[\s/][^<>]*)?>", re.IGNORECASE)
DRESSED_MARK = re.compile(r"<(b|i|em|strong)[\s/][^<>]*>", re.IGNORECASE)
STILL_DRESSED = re.compile(r"<(?:b|i|em|strong|font|big|small|tt|u|s|strike|nobr|code)[\s/]", re.IGNORECASE)
NESTING = re.compile(r"<(?!(?:p|li|t[dhr]|br|a|b|i|em|strong)[\s/>])[a-z]", re.IGNORECASE)


class TooLong(ValidationError):
    """More HTML than is read; the message is a sentence for the editor."""


class SanitisedHTML(str):
    """What `sanitise` has let through, so that it need not look again."""

    __slots__ = ()


def sanitise(html: str) -> SanitisedHTML:
    """The allowed part of it, set anew; the same again when given its own result. Raises TooLong."""
    if isinstance(html, SanitisedHTML):
        return html
    writer = Writer()
    for slash, tag, attributes, text in TOKEN.findall(NO_TEXT.sub("", CLEANER.clean(readable(html)))):
        if text:
            writer.text(text)
        elif slash:
            writer.end(tag)
        else:
            writer.start(tag, attributes)
    return SanitisedHTML(not_too_long(writer.finish()))


def pictures_in(html: str) -> list[int]:
    """The numbers of the pictures of a sanitised text, in their order."""
    return [int(number) for number in PICTURE.findall(html)]


def findings(html: str) -> list[str]:
    """What is forbidden in it, as "<script>", "onclick" or "javascript:". Raises TooLong."""
    found = set()
    for slash, tag, attributes, _text in TOKEN.findall(EXPOSER.clean(readable(html))):
        if tag in FORBIDDEN and not slash:
            found.add(f"<{tag}>")
        for name, value in ATTRIBUTE.findall(attributes) if attributes else ():
            if name.startswith("on"):
                found.add(name)
            elif name == "href" and scheme(unescape(value).strip()) in FORBIDDEN_SCHEMES:
                found.add(f"{scheme(unescape(value).strip())}:")
    return sorted(found)


def readable(html: str) -> str:
    """The same HTML where no parser loses its time. Raises TooLong."""
    html = not_too_long(from_office(html))
    try:
        html.encode()
    except UnicodeEncodeError:
        html = SURROGATE.sub("", html)
    html = DRESSED_MARK.sub(r"<\1>", DRESS.sub("", html))
    if len(STILL_DRESSED.findall(html)) > 50 or len(NESTING.findall(html)) > 10_000:
        raise TooLong(_("The HTML of the text is too tangled: paste it without formatting."))
    return not_too_long(LONE_AMPERSAND.sub("&amp;", html)) if "&" in html else html


def not_too_long(html: str) -> str:
    if len(html) > MAX_LENGTH:
        raise TooLong(
            _("The text has more than %(limit)d characters of HTML: divide it into several articles.")
            % {"limit": MAX_LENGTH}
        )
    return html


def scheme(address: str) -> str:
    """In small letters; empty when the address is relative."""
    match = re.match(r"([a-z][a-z0-9+.-]*):", address, re.IGNORECASE)
    return match[1].lower() if match else ""


def opening_link(attributes: str) -> str:
    """The start tag of a link; empty when its address is none that a reader may be sent to."""
    address = unescape(dict(ATTRIBUTE.findall(attributes)).get("href", "")).strip()
    if KEPT_LINK.fullmatch(address):
        return f'<a href="{address}">'
    if not (address.startswith("/") or scheme(address) in SCHEMES):
        return ""  # a place within a page has lost its name here, and "senat.kz" is no address
    quoted = escape(re.sub(r"\s", "%20", address), quote=False).replace('"', "&quot;")
    outside = re.match(r"https?:|[/\\]{2}", address, re.IGNORECASE)
    return f'<a href="{quoted}" rel="noopener">' if outside else f'<a href="{quoted}">'


def picture_of(attributes: str) -> str:
    """What is kept of a picture; empty when it has no number."""
    number = dict(ATTRIBUTE.findall(attributes)).get("data-image", "")
    return f'<figure data-image="{number}"></figure>' if re.fullmatch("[1-9][0-9]{0,17}", number) else ""


def video_of(attributes: str) -> str:
    """What is kept of a video, fit for an attribute; empty when its address is none."""
    video = video_at(unescape(dict(ATTRIBUTE.findall(attributes)).get("data-video", "")))
    return escape(video.kept) if video else ""


def opening(tag: str, attributes: str) -> str:
    numbers = (
        f' {name}="{int(value)}"'
        for name, value in ATTRIBUTE.findall(attributes)
        if re.fullmatch("[0-9]{1,3}", value) and int(value) > 1
    )
    return f"<{tag}{''.join(numbers)}>"


@dataclass(eq=False, slots=True)
class Frame:
    """An element that holds text or other elements; written when there is something to hold."""

    tag: str
    opening: str
    parent: "Frame"
    is_implied: bool = False
    is_written: bool = False
    is_closed: bool = False


class Outermost(Frame):
    """The body itself."""

    def __init__(self) -> None:
        super().__init__("", "", self, is_written=True)


class Writer:
    """Sets a stream of tags and texts as whole HTML.

    Frames are written when there is text for them, so empty ones never are; bold and the like are not elements but
    marks on the text, so they never cross a frame.
    """

    def __init__(self) -> None:
        self.out: list[str] = []
        self.outermost = Outermost()
        self.frame: Frame = self.outermost
        self.line = ""
        """The tag around a line of text that starts now; empty where text may stand bare."""
        self.marks: tuple[tuple[str, str], ...] = ()
        self.stack: list[tuple[Frame, str, tuple[tuple[str, str], ...]]] = []
        """For each open tag of the stream: what these three were before it."""
        self.marks_written: list[tuple[str, str]] = []
        self.is_inside_line = False
        self.bare_line_ended_at = 0
        self.spaces = ""
        self.breaks = 0
        self.video = self.video_title = self.video_still = ""
        """While a video is read: what names it, and its title and still as far as they have come."""
        self.video_ends_at = 0

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
        if tag not in MARKS:
            self.end_line()
        if tag == "figure":
            self.picture(picture_of(attributes))
        self.stack.append((self.frame, self.line, self.marks))
        if tag == "figure" and (video := video_of(attributes)):
            self.video, self.video_ends_at = video, len(self.stack)
        elif tag in MARKS:
            self.mark(tag, opening_link(attributes) if tag == "a" else f"<{tag}>")
        elif tag in HEADINGS:
            self.line = tag
        elif tag in PARAGRAPHS:
            self.line = self.line if self.line in HEADINGS else "p"
        else:
            self.line = ""
            self.place(tag, opening(tag, attributes))
        return None

    def end(self, tag: str) -> None:
        if self.video and len(self.stack) == self.video_ends_at:
            self.put_video()
        frame, line, self.marks = self.stack.pop()
        if RENAMED.get(tag, tag) not in MARKS:
            self.end_line()
            self.go_back(frame)
            self.line = line

    def text(self, text: str) -> None:
        if self.video:
            self.video_title += text
            return
        text = text.replace("&nbsp;", "\xa0")
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
        """Two of them end a paragraph, as old editors meant them."""
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
        """Between the paragraphs and lists of the text, never inside of one."""
        if picture:
            self.go_back(self.outermost)
            self.out.append(picture)

    def put_video(self) -> None:
        """Between the paragraphs and lists of the text, never inside of one."""
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
        """Opens a frame inside those that it needs around it."""
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
        """Goes where text or a block may stand: into an item of a list, out of a table that is between its cells."""
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
        """Closes what was opened in `frame`; opens it again if it had to be closed meanwhile."""
        again = []
        while frame.is_closed:
            again.append(frame)
            frame = frame.parent
        while self.frame is not frame:
            self.close()
        for lost in reversed(again):
            self.open(lost.tag, lost.opening, is_implied=lost.is_implied)

    def write_frames(self) -> None:
        openings = []
        frame = self.frame
        while not frame.is_written:
            frame.is_written = True
            openings.append(frame.opening)
            frame = frame.parent
        self.out += reversed(openings)

    # Lines of text

    def begin_text(self) -> None:
        """Opens what has to stand around the coming words."""
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
            line = ""  # a cell holds bare lines, whatever it was pasted from
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
        """Two lines in a cell or an item of a list must not run together."""
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
