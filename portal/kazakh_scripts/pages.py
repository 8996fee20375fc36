"""Transliterates a Kazakh page: its texts change, its markup does not.

Addresses, code, what a reader typed, and elements with `translate="no"` or with another `lang` than the page are left
as they are.
"""

import re
from collections.abc import Callable
from html import escape, unescape

from portal.kazakh_scripts.transliterate import ADDRESS

type Spelling = Callable[[str], str]

TAG = re.compile(
    r"<!--(?:[^<-]|-(?!->)|<(?!!--))*+-->|<!doctype[^<>]*>"
    r"|<(?P<end>/?)(?P<name>[a-z][a-z0-9-]*+)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>",
    re.IGNORECASE,
)
SPOKEN = re.compile(
    r"(?<=\s)(alt|title|aria-label|aria-description|aria-valuetext|placeholder|content|label|data-label|data-done)"
    r'="([^"]*)"'
)
"""Attributes that a person reads or hears; `content` is the one of <meta>."""
BUTTON = re.compile(r"<input\s[^>]*type=\"(?:submit|button|reset)\"", re.IGNORECASE)
VALUE = re.compile(r'(?<=\s)(value)="([^"]*)"')
MARKED = re.compile(r"\stranslate=\"no\"|\slang=\"(?P<lang>[^\"]*)\"", re.IGNORECASE)
CODE = {"script", "style", "textarea", "code", "kbd", "samp"}
BARE = {"title", "option", "text", "bdi"}
"""Elements that may not contain others, and one that already isolates its text."""
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CYRILLIC = re.compile("[\u0400-\u052f]")
WORTH_A_LOOK = re.compile("[\u0400-\u052fA-Za-z+\N{MINUS SIGN}$€,;?]")
LEFT_TO_RIGHT = re.compile(
    rf"{ADDRESS}"
    r"|\+\d[\d\s()-]{7,}\d|\d[\d\s]{0,19}\(\d{1,9}\)[\d\s-]+\d"  # a telephone
    r"|\d{4}-\d\d-\d\d"  # a day as programs write it
    r"|[+\N{MINUS SIGN}$€]\s?\d[\d.,\s]*(?<=\d)"
    r"|(?:(?<!\d)\d+)?[A-Za-z\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f_'’&@./+-]*"
    r"(?:\s[A-Za-z0-9\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f_'’&@./+-]*)*(?<![./-])"
)
"""Runs whose parts would change places between Arabic letters. Plain numbers keep their order by themselves."""


def transliterate_page(html: str, lang: str, spelling: Spelling, *, isolates: bool = False) -> str:
    """The page with its texts in `lang` transliterated; `isolates` puts <bdi> around left-to-right runs."""
    done: list[str] = []
    at = depth = 0
    unchanged = bare = ""
    for tag in TAG.finditer(html):
        text = html[at : tag.start()]
        done.append(text if unchanged else _text(text, spelling, isolates=isolates and not bare))
        at = tag.end()
        name, is_end = (tag["name"] or "").lower(), bool(tag["end"])
        stays = unchanged or is_end or not name or _is_foreign(name, tag[0], lang)
        done.append(tag[0] if stays else _attributes(tag[0], spelling))
        if unchanged:
            depth += (-1 if is_end else 1) if name == unchanged else 0
            unchanged = unchanged if depth else ""
        elif stays and name and not is_end and name not in VOID:
            unchanged, depth = name, 1
        if name in BARE:
            bare = "" if is_end else name
    done.append(_text(html[at:], spelling, isolates=isolates))
    return "".join(done)


def _is_foreign(name: str, tag: str, lang: str) -> bool:
    return name in CODE or any(marked["lang"] != lang for marked in MARKED.finditer(tag))


def _attributes(tag: str, spelling: Spelling) -> str:
    if not CYRILLIC.search(tag):
        return tag

    def transliterate(attribute: re.Match[str]) -> str:
        value = unescape(attribute[2])
        return f'{attribute[1]}="{escape(spelling(value))}"' if CYRILLIC.search(value) else attribute[0]

    tag = SPOKEN.sub(transliterate, tag)
    return VALUE.sub(transliterate, tag) if BUTTON.match(tag) else tag


def _text(text: str, spelling: Spelling, *, isolates: bool) -> str:
    if not (WORTH_A_LOOK if isolates else CYRILLIC).search(text):
        return text
    changed = spelling(unescape(text))
    if not isolates:
        return escape(changed, quote=False)
    done, at = [], 0
    for run in LEFT_TO_RIGHT.finditer(changed):
        done += [escape(changed[at : run.start()], quote=False), f"<bdi>{escape(run[0], quote=False)}</bdi>"]
        at = run.end()
    return "".join(done) + escape(changed[at:], quote=False)
