"""Text as it comes from old archives, other systems and keyboards, made into what was meant. No HTML is read here."""

import re
import unicodedata

CONTROLS = re.compile("[\x80-\x9f]")
FROM_WINDOWS = {code: bytes([code]).decode("cp1252", errors="ignore") for code in range(0x80, 0xA0)}
"""What a control character was in Windows before somebody took its text for Latin-1; empty where it was nothing.

The quotation marks and dashes are the same in its Cyrillic and Latin code pages."""

OPENS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")
"""The marks that begin a direction, each with the one that ends it."""
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def mend_text(text: str) -> str:
    """The text in NFC, with the signs that Windows controls stood for, and with its direction marks closed."""
    return close_directions(mend_letters(text))


def mend_letters(text: str) -> str:
    """The same without regard to directions, for a piece of a text."""
    return text if text.isascii() else unicodedata.normalize("NFC", mend_controls(text))


def mend_controls(text: str) -> str:
    return text.translate(FROM_WINDOWS) if CONTROLS.search(text) else text


def close_directions(text: str) -> str:
    """Closes what was left open in each line, so that it does not turn what stands after the text on a page."""
    if not DIRECTIONS.search(text):
        return text
    return "\n".join(line + "".join(reversed(open_directions(line))) for line in text.split("\n"))


def open_directions(line: str) -> list[str]:
    """The ends that are missing in a line, the outermost first."""
    missing: list[str] = []
    for mark in DIRECTIONS.findall(line):
        if mark in OPENS:
            missing.append(OPENS[mark])
        elif mark in missing:
            while missing.pop() != mark:
                pass
    return missing
