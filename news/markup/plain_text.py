"""The text of stored HTML, for search, spelling and messages."""

import re
from html import unescape

# A stored body is exact: < and > stand in it only around tags (news.markup.sanitizer).
INLINE = re.compile(r"</?(?:strong|em|cite|a)\b[^<>]*>")
TAG = re.compile(r"<[^<>]*>")


def plain_text(html: str) -> str:
    """The text of a body's HTML; blocks are kept apart by a space, and words with emphasis inside stay whole."""
    return unescape(TAG.sub(" ", INLINE.sub("", html)))
