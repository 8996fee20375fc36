"""The content of a WordPress post as HTML: shortcodes, the languages of qTranslate, and WordPress's paragraphs."""

import re
from collections import Counter
from collections.abc import Callable
from html import escape

from news.import_export.old_site import language_of

# Each repeat has an end, because the text is anybody's: without one, openings that nothing closes take minutes.
ATTRIBUTE = re.compile(
    r"""(?<![\w-])([\w-]{1,60})\s{0,9}=\s{0,9}(?:"([^"]{0,500})"|'([^']{0,500})'|([^\s"'\]]{1,500}))"""
)
CAPTION = re.compile(r"\[(?:wp_)?caption([^\]]{0,1000})\](.{0,2000}?)\[/(?:wp_)?caption\]", re.DOTALL)
CAPTIONED = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.DOTALL | re.IGNORECASE)
EMBED = re.compile(r"\[embed[^\]]{0,500}\]([^\[]{0,2000})\[/embed\]")
GALLERY = re.compile(r"\[gallery([^\]]{0,1000})\]")
PLAYER = re.compile(
    r"\[(?:video|youtube|audio)\b([^\]]{0,1000})\](?:\s{0,9}(https?://[^\s\[]{1,2000})\s{0,9})?"
    r"(?:\[/(?:video|youtube|audio)\])?"
)
SHORTCODE = re.compile(
    r"\[(/?)([A-Za-z][\w-]{0,60})"
    r"((?:\s{1,9}[\w-]{1,60}\s{0,9}=\s{0,9}(?:\"[^\"]{0,500}\"|'[^']{0,500}'|[^\s\]]{1,500})){0,30}+)\s{0,9}/?\]"
)
LANGUAGE_MARK = re.compile(r"\[:([a-z]{2})?\]|<!--:([a-z]{2})?-->")
BLOCKS = (
    "table|thead|tfoot|caption|col|colgroup|tbody|td|tr|th|div|dl|dd|dt|ul|ol|li|pre|form|map|area|blockquote|address|"
    "style|p|h[1-6]|hr|fieldset|legend|section|article|aside|hgroup|header|footer|nav|figure|figcaption|details|"
    "menu|summary|iframe|script"
)
BLOCK_BEGINS = re.compile(rf"(<(?:{BLOCKS})(?=[\s/>]))", re.IGNORECASE)
BLOCK_ENDS = re.compile(rf"(</(?:{BLOCKS})>|<hr\s*/?>)", re.IGNORECASE)
IS_BLOCK = re.compile(rf"</?(?:{BLOCKS})[\s/>]|<!--", re.IGNORECASE)
BREAKS = ("<br>", "<br/>", "<br />")
HOLDS_LINES = re.compile(r"<(?:p|blockquote|div|td|h[1-6])[\s>]", re.IGNORECASE)

Gallery = Callable[[list[int] | None], list[tuple[str, str, str]]]
"""Takes the numbers of attachments, None for all of the post; returns address, alternative text and caption of each."""


def split_languages(text: str) -> dict[str, str]:
    """The text by language, as qTranslate keeps several in one: [:kk]…[:ru]…[:]. Empty if it is of one language."""
    found: dict[str, str] = {}
    pieces = LANGUAGE_MARK.split(text)
    for square, comment, piece in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        if code := language_of(square or comment or ""):
            found[code] = found.get(code, "") + piece
    return found


def html_of(content: str, gallery: Gallery, left_out: Counter[str]) -> str:
    """Shortcodes that are not known go, what they enclose stays; each is counted in `left_out`."""
    has_blocks = "<!-- wp:" in content
    content = CAPTION.sub(expand_caption, content.replace("\r\n", "\n"))
    content = EMBED.sub(lambda match: f"\n\n<p>{match[1].strip()}</p>\n\n", content)
    content = GALLERY.sub(lambda match: expand_gallery(read_attributes(match[1]), gallery), content)
    content = PLAYER.sub(expand_player, content)
    content = drop_shortcodes(content, left_out)
    return content if has_blocks else add_paragraphs(content)


def read_attributes(text: str) -> dict[str, str]:
    return {name.lower(): first or second or third for name, first, second, third in ATTRIBUTE.findall(text)}


def expand_caption(match: re.Match[str]) -> str:
    picture = CAPTIONED.fullmatch(match[2])
    if not picture:
        return match[2]
    caption = picture[2].strip() or read_attributes(match[1]).get("caption", "")
    return f"\n\n<figure>{picture[1]}<figcaption>{caption}</figcaption></figure>\n\n"


def expand_gallery(attributes: dict[str, str], gallery: Gallery) -> str:
    given = attributes.get("ids") or attributes.get("include")
    numbers = [int(each) for each in re.findall("[0-9]{1,18}", given)] if given else None
    figures = (
        f'<figure><img src="{escape(address)}" alt="{escape(alt)}"><figcaption>{escape(caption)}</figcaption></figure>'
        for address, alt, caption in gallery(numbers)
    )
    return f"\n\n{''.join(figures)}\n\n"


def expand_player(match: re.Match[str]) -> str:
    attributes = read_attributes(match[1])
    address = match[2] or next((attributes[name] for name in ("src", "mp4", "url", "mp3") if name in attributes), "")
    return (
        f'\n\n<p><a href="{escape(address)}">{escape(address)}</a></p>\n\n'
        if address and not is_page(address)
        else (f"\n\n<p>{address}</p>\n\n" if address else "")
    )


def is_page(address: str) -> bool:
    return not re.search(r"\.\w{3,4}$", address)


def drop_shortcodes(content: str, left_out: Counter[str]) -> str:
    """What only looks like one stays: [сурет], [1] and [sic] have neither values nor an end."""
    closed = {name for slash, name, _given in SHORTCODE.findall(content) if slash}

    def drop(match: re.Match[str]) -> str:
        if not (match[1] or match[3].strip() or match[2] in closed or "_" in match[2]):
            return match[0]
        if not match[1]:
            left_out[f"[{match[2]}]"] += 1
        return ""

    return SHORTCODE.sub(drop, content)


def add_paragraphs(content: str) -> str:
    """As WordPress's wpautop(): an empty line parts paragraphs, a single line break stays one."""
    content = BLOCK_ENDS.sub(r"\1\n\n", BLOCK_BEGINS.sub(r"\n\n\1", content))
    written = []
    for piece in filter(None, map(str.strip, re.split(r"\n\s*\n", content))):
        broken = break_lines(piece)
        if IS_BLOCK.match(piece):
            written.append(broken if HOLDS_LINES.match(piece) else piece)
        else:
            written.append(f"<p>{broken}</p>")
    return "\n".join(written)


def break_lines(piece: str) -> str:
    *lines, last = map(str.rstrip, piece.split("\n"))
    return "".join(line + ("\n" if line.endswith(BREAKS) else "<br>\n") for line in lines) + last
