"""The text of a stored body, without its HTML."""

import re
from html import unescape

# A stored body is exact: < and > are only around its tags (news.markup.sanitizer).
INLINE = re.compile(r"</?(?:strong|em|cite|a)\b[^>]*>")
TAG = re.compile(r"<[^>]*>")


def plain_text(body: str) -> str:
    """A space stands in the place of each tag that ends a line or a word; `<strong>` and its like end none."""
    return unescape(TAG.sub(" ", INLINE.sub("", body)))
