"""Who asks without reading: crawlers, feed readers and what a messenger sends to preview a link."""

import re
from functools import lru_cache

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

MISPLACED = {"MetaIAB Facebook"}
"""Robots to the list, but it is the browser inside Facebook's app, in which people open a shared link."""
PERSONS_TOOL = re.compile(r"(curl|Wget|HTTPie)/\d\S*( \(.*)?")
"""The list names them too, but a person at a terminal reads."""
ROBOT = re.compile(
    "|".join(f"(?:{each['pattern']})" for each in CRAWLER_USER_AGENTS_DATA if each["pattern"] not in MISPLACED)
)
LONGEST = 512
"""What comes later in a User-Agent tells nothing more, and searching kilobytes for 1,500 names takes milliseconds."""


def is_robot(user_agent: str) -> bool:
    return _is_robot(user_agent[:LONGEST])


@lru_cache(maxsize=4096)
def _is_robot(user_agent: str) -> bool:
    return not PERSONS_TOOL.fullmatch(user_agent) and bool(ROBOT.search(user_agent))
