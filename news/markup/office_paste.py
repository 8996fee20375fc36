"""Turns what Word and Google Docs put on the clipboard into plain HTML lists, bold and italic.

These are pure functions from text to text, each in one pass. None of them makes a text safe; `news.markup.sanitizer`
does that afterwards.
"""

import re
from html import unescape

PARAGRAPH = re.compile(r"<p\b([^<>]*)>", re.IGNORECASE)
SPAN = re.compile(r"<(/?)span\b([^<>]*)>", re.IGNORECASE)
B = re.compile(r"<b\b([^<>]*)>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
GAP = re.compile(r"(?:\s|&nbsp;|<!--[^<>]*-->|<!\[[^<>]*\]>|</?o:p>)*")
"""What Word writes between two items of a list."""
LEVEL = re.compile(r"mso-list:\s*l\d+\s+level([1-9])", re.IGNORECASE)
IGNORE = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
NUMBERED = re.compile(r"\(?(?:(\d{1,3})[.)\d]*|[^\W\d_]{1,5}[.)])$")
"""Matches 1. 2) (3) 1.1. a) iv. and not the bullets · o § –."""
BOLD = re.compile(r"(?<!-)font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
PLAIN = re.compile(r"(?<!-)font-weight:\s*(?:normal|400)", re.IGNORECASE)
ITALIC = re.compile(r"(?<!-)font-style:\s*italic", re.IGNORECASE)

SUPER = re.compile(r"vertical-align:\s*super", re.IGNORECASE)
SUB = re.compile(r"vertical-align:\s*sub", re.IGNORECASE)
STRUCK = re.compile(r"text-decoration(?:-line)?:[^;]{0,99}line-through", re.IGNORECASE)
RAISED_OR_STRUCK = re.compile(rf"<span\b[^<>]*(?:{SUPER.pattern}|{SUB.pattern}|{STRUCK.pattern})", re.IGNORECASE)
ELEMENTS = (("strong", BOLD), ("em", ITALIC), ("sup", SUPER), ("sub", SUB), ("s", STRUCK))
"""What a span is by its style."""
LETTERS = {"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A"}
LETTERS |= {"lower-roman": "i", "upper-roman": "I"}
LETTERED_LIST = re.compile(rf"(<ol\b)([^<>]*>\s*(<li\b[^<>]*list-style-type:\s*({'|'.join(LETTERS)})))", re.IGNORECASE)
EMOJI_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
ALT = re.compile(r"""\balt=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)

Lists = list[tuple[int, str]]
"""The open lists: the level and the tag of each."""


def convert_office_html(html: str) -> str:
    """The text with lists, bold and italic as elements. HTML from anywhere else is returned unchanged."""
    if "mso-" in html:
        html = convert_word_lists(remove_head(html))
    if "docs-internal-guid" in html:
        # Google Docs puts the whole text into a <b> that is not bold; bold text is a span with a style.
        html = B.sub(lambda b: "" if PLAIN.search(b[1]) else b[0], html)
        html = LETTERED_LIST.sub(lambda ol: f'{ol[1]} type="{LETTERS[ol[4].lower()]}"{ol[2]}', html)
        html = convert_styled_spans(html)
    elif RAISED_OR_STRUCK.search(html):
        html = convert_styled_spans(html)
    if "<img" in html.lower():
        html = EMOJI_IMAGE.sub(emoji_of, html)
    return html


def emoji_of(image: re.Match[str]) -> str:
    """The emoji that messengers paste as an image with its sign in `alt`; any other image as it is."""
    alt = ALT.search(image[0])
    sign = unescape(alt[1] or alt[2] or "") if alt else ""
    is_emoji = 0 < len(sign) <= 16 and not re.search(r"[^\W\d]|\s", sign) and max(map(ord, sign)) > 0x2000
    return sign if is_emoji else image[0]


def remove_head(html: str) -> str:
    """Removes Word's style sheet, fonts and settings, which are often longer than the text."""
    small = html.lower()
    begin = small.find("<head")
    end = small.find("</head>", begin)
    return html[:begin] + html[end + len("</head>") :] if 0 <= begin < end else html


def convert_word_lists(html: str) -> str:
    """Makes list items of the paragraphs in which Word writes them, each beginning with its bullet or number."""
    out: list[str] = []
    open_lists: Lists = []
    at = 0
    for paragraph in PARAGRAPH.finditer(html):
        level = LEVEL.search(paragraph[1])
        end = html.find("</p>", paragraph.end()) if level and paragraph.start() >= at else -1
        if level is None or end < 0:
            continue
        between = html[at : paragraph.start()]
        if not GAP.fullmatch(between):
            out += [*tags_after_lists(open_lists, 1), between]
        mark, text = split_mark(html[paragraph.end() : end])
        out += [*tags_before_item(open_lists, int(level[1]), mark), f"<li>{text}</li>"]
        at = end + len("</p>")
    return "".join([*out, *tags_after_lists(open_lists, 1), html[at:]])


def split_mark(item: str) -> tuple[str, str]:
    """Splits an item into its mark, such as · or 2), and its text."""
    begin = depth = 0
    for span in SPAN.finditer(item):
        if not depth and not (span[1] == "" and IGNORE.search(span[2])):
            continue
        begin = begin if depth else span.start()
        depth += -1 if span[1] else 1
        if not depth:
            mark = unescape(TAG.sub("", item[begin : span.end()])).strip()
            return mark, item[:begin] + item[span.end() :]
    return "", item


def tags_before_item(open_lists: Lists, level: int, mark: str) -> list[str]:
    """The tags before an item of this level."""
    numbered = NUMBERED.fullmatch(mark)
    tag = "ol" if numbered else "ul"
    tags = tags_after_lists(open_lists, level + 1)
    if open_lists and open_lists[-1] == (level, "ul" if numbered else "ol"):
        tags += tags_after_lists(open_lists, level)
    if not open_lists or open_lists[-1][0] < level:
        open_lists.append((level, tag))
        tags.append(f'<ol start="{numbered[1]}">' if numbered and numbered[1] else opening_of_list(tag, mark))
    return tags


def opening_of_list(tag: str, mark: str) -> str:
    """The tag of a list whose first mark is a bullet or a letter: i) begins Roman numbers, and a) Latin letters."""
    letter = mark.strip("().")
    return f'<ol type="{letter}">' if tag == "ol" and letter in ("a", "A", "i", "I") else f"<{tag}>"


def tags_after_lists(open_lists: Lists, level: int) -> list[str]:
    """The tags that end the lists of this level and of deeper ones."""
    tags = []
    while open_lists and open_lists[-1][0] >= level:
        tags.append(f"</{open_lists.pop()[1]}>")
    return tags


def convert_styled_spans(html: str) -> str:
    """Makes <strong> and <em> of the spans that are bold or italic by their style."""
    ends: list[str] = []

    def element(span: re.Match[str]) -> str:
        if span[1]:
            return ends.pop() if ends else ""
        tags = [tag for tag, style in ELEMENTS if style.search(span[2])]
        ends.append("".join(f"</{tag}>" for tag in reversed(tags)))
        return "".join(f"<{tag}>" for tag in tags)

    return SPAN.sub(element, html)
