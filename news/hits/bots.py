"""Recognises requests that nobody reads: of crawlers, feed readers and messengers that preview a link."""

import re
from functools import lru_cache

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

MISPLACED = {"MetaIAB Facebook"}
"""The list calls it a robot, but it is the browser in Facebook's app, in which people open a shared link."""
PERSONS_TOOL = re.compile(r"(curl|Wget|HTTPie)/\d\S*( \(.*)?")
"""The list has these too, but a person at a terminal is a reader."""
ROBOT = re.compile(
    "|".join(f"(?:{each['pattern']})" for each in CRAWLER_USER_AGENTS_DATA if each["pattern"] not in MISPLACED)
)
LONGEST = 512
"""Characters of a User-Agent that are searched: 1,500 names in some kilobytes would take milliseconds."""


def is_robot(user_agent: str) -> bool:
    return _is_robot(user_agent[:LONGEST])


@lru_cache(maxsize=4096)
def _is_robot(user_agent: str) -> bool:
    return not PERSONS_TOOL.fullmatch(user_agent) and bool(ROBOT.search(user_agent))
