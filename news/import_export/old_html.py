"""The text of an old site's page as the body of an article, with its pictures by number."""

import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree

from news.markup.sanitizer import NO_TEXT, sanitise
from news.markup.video_links import YOUTUBE, parse_video

PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)$", re.IGNORECASE)
LAZY = ("data-src", "data-lazy-src", "data-original", "data-orig-file", "data-full-url")
"""Where a script finds a picture that is loaded late; `src` is a blank picture then."""
NO_LOSS = {
    "script",
    "style",
    "noscript",
    "template",
    "link",
    "meta",
    "base",
    "title",
    "head",
    "iframe",
    "input",
    "button",
}
LOST = {"form", "object", "embed", "applet", "svg", "math", "canvas", "map", "audio", "video", "frame", "frameset"}
LOST |= {"textarea", "select"}
PARSER = lxml.html.HTMLParser(huge_tree=True)
"""Without it, what is nested more than 256 deep would be lost without a word."""

PlacePicture = Callable[[str, str, str], int | None]
"""Takes the address, the alternative text and the caption; returns the number, None if the picture is not to be had."""


def body_of(
    html: str,
    *,
    base: str,
    place_picture: PlacePicture,
    resolve_link: Callable[[str], str] = str,
    left_out: Counter[str] | None = None,
) -> str:
    """The body, sanitised. What no body may hold is counted in `left_out` by its tag. Raises TooLong.

    Addresses are completed by `base`, where the page was.
    """
    html = NO_TEXT.sub("", html)
    if not html.strip():
        return ""
    root = lxml.html.fragment_fromstring(html, create_parent="div", parser=PARSER)
    left_out = Counter() if left_out is None else left_out
    for each in list(root.iter("iframe")):
        replace_frame(each, complete_address(base, each.get("src") or each.get("data-src") or ""))
    for each in list(root.iter(etree.Comment, etree.ProcessingInstruction, *NO_LOSS, *LOST)):
        if each.tag in LOST:
            left_out[f"<{each.tag}>"] += 1
        if each.tag == "form":
            each.drop_tag()  # some systems put a whole page into one
        else:
            each.drop_tree()
    for link in list(root.iter("a")):
        complete_link(link, base, resolve_link)
    for picture in list(root.iter("img")):
        replace_picture(picture, base, place_picture)
    for paragraph in list(root.iter("p", "div")):
        replace_bare_address(paragraph)
    written = "".join([root.text or "", *(lxml.html.tostring(each, encoding="unicode") for each in root)])
    return str(sanitise(written))


def complete_address(base: str, address: str) -> str:
    """The whole address; empty if it is none."""
    try:
        whole = urljoin(base, address.strip()) if address else ""
        urlsplit(whole)
    except ValueError:
        return ""
    return whole


def replace_frame(frame: lxml.html.HtmlElement, address: str) -> None:
    """A video stays a video; of another frame its address stays, as a link."""
    video = parse_video(address)
    if video and is_of_videos(address):
        new = lxml.html.Element("figure", {"data-video": video.reference})
        new.text = frame.get("title") or ""
    elif address.startswith(("http://", "https://")):
        new = lxml.html.Element("p")
        link = etree.SubElement(new, "a", {"href": address})
        link.text = frame.get("title") or address
    else:
        return
    frame.addprevious(new)


def is_of_videos(address: str) -> bool:
    return urlsplit(address).netloc.lower() in YOUTUBE


def replace_bare_address(paragraph: lxml.html.HtmlElement) -> None:
    """The address of a video alone in a paragraph: many systems show the video there."""
    text = (paragraph.text_content() or "").strip()
    if text.startswith("http") and not re.search(r"\s", text) and is_of_videos(text) and (video := parse_video(text)):
        for child in list(paragraph):
            paragraph.remove(child)
        paragraph.text = None
        etree.SubElement(paragraph, "figure", {"data-video": video.reference})


def complete_link(link: lxml.html.HtmlElement, base: str, resolve_link: Callable[[str], str]) -> None:
    href = (link.get("href") or "").strip()
    address = "" if href.startswith("#") else complete_address(base, href)
    if urlsplit(address).scheme in ("http", "https", "mailto", "tel"):
        link.set("href", resolve_link(address))
    else:
        link.attrib.pop("href", None)


def replace_picture(picture: lxml.html.HtmlElement, base: str, place_picture: PlacePicture) -> None:
    address = address_of(picture)
    link = next(picture.iterancestors("a"), None)
    if link is not None and PICTURE_FILE.search(urlsplit(link.get("href") or "").path):
        address = link.get("href") or address  # the link leads to the whole picture
        link.attrib.pop("href", None)
    frame = next(picture.iterancestors("figure"), None)
    caption = ""
    if frame is not None and len(list(frame.iter("img"))) == 1:
        for each in list(frame.iter("figcaption")):
            caption = " ".join(each.text_content().split())
            each.drop_tree()
    address = complete_address(base, address)
    number = place_picture(address, " ".join((picture.get("alt") or "").split()), caption) if address else None
    if number is not None:
        picture.addprevious(lxml.html.Element("figure", {"data-image": str(number)}))
    elif caption:
        note = lxml.html.Element("p")
        note.text = caption
        picture.addprevious(note)
    picture.drop_tree()


def address_of(picture: lxml.html.HtmlElement) -> str:
    for name in (*LAZY, "src"):
        address = (picture.get(name) or "").strip()
        if address and not address.startswith("data:"):
            return address
    widest = (picture.get("srcset") or picture.get("data-srcset") or "").split(",")[-1].split()
    return widest[0] if widest else ""
