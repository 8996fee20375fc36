"""Recognises requests that nobody reads: of crawlers, feed readers and messengers that preview a link.

A robot is whoever says so: by a name on the list that others keep, by a name that ends in what it is, by the address at
which its owner tells about it, or by no name at all. docs/readings.md shows examples; a test asks with each of them.
"""

import re
from functools import lru_cache

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

MISPLACED = {
    "MetaIAB Facebook",
    r"AP3A\.240617\.008",
    "Sogou",
    "WhatsApp",
    "Viber",
    "coccoc",
    "Blackboard",
    r"Freespoke\/",
}
"""The list calls them robots, but they are browsers in which people open a shared link, and the second is a version of
Android 15 on telephones of OPPO, realme and Infinix. Robots of the same names say so in another way, or are in ALONE.
"""
ALONE = re.compile(r"\w*WhatsApp|(?:Viber|coccoc|Blackboard)\b")
"""With these a robot's User-Agent begins, and that of a browser ends."""
LISTED = re.compile(
    "|".join(f"(?:{each['pattern']})" for each in CRAWLER_USER_AGENTS_DATA if each["pattern"] not in MISPLACED)
)
NAMED = re.compile(
    r"(?<!\bcu)(?<!technology )(?<!technology%20)(?:bot|crawler|spider|prober?|monitor(?:ing)?|preview)s?(?![a-z])"
    r"|\+ ?https?:",
    re.IGNORECASE,
)
"""A word that is or ends in what it is, and an address. Cubot, which makes telephones, and Safari Technology Preview
are none."""
DEVICE = re.compile(r"\bAndroid [\d.]+;(?: ?[a-z]{2}(?:[-_][a-z]{2})?;)? ?[^;()]*", re.IGNORECASE)
"""The telephone or tablet on which somebody reads. Some are called M bot, XBot, Spider 8, Butterfly or Sonic."""
PERSONS_TOOL = re.compile(r"(curl|Wget|HTTPie)/\d\S*( [^+]*)?")
"""The list has these too, but a person at a terminal is a reader."""
LONGEST = 512
"""Characters of a User-Agent that are searched: 1,500 names in some kilobytes would take milliseconds."""


def is_robot(user_agent: str) -> bool:
    return _is_robot(user_agent[:LONGEST])


@lru_cache(maxsize=4096)
def _is_robot(user_agent: str) -> bool:
    if not user_agent.strip(" -"):
        return True
    if PERSONS_TOOL.fullmatch(user_agent):
        return False
    said = DEVICE.sub("", user_agent)
    return any((ALONE.match(said), NAMED.search(said), LISTED.search(said)))
