"""The address behind a link that a search engine, a mailbox or a messenger has wrapped to count who follows it."""

import re
from urllib.parse import parse_qs, urlsplit

WRAPPERS = {
    r"(www\.)?google\.[a-z.]{2,6}/url": ("q", "url"),
    r"(l|lm)\.(facebook|instagram)\.com/(l\.php)?": ("u",),
    r"(www\.)?facebook\.com/(l|flx/warn/?)(\.php)?": ("u",),
    r"(away\.)?(m\.)?vk\.(com|ru)/away(\.php)?": ("to",),
    r"(www\.)?youtube\.com/redirect": ("q",),
    r"[a-z0-9-]+\.safelinks\.protection\.outlook\.com/.*": ("url",),
    r"(www\.)?yandex\.[a-z.]{2,6}/clck/jsredir": ("url", "to"),
    r"(click|checklink)\.mail\.ru/redir": ("u", "url"),
    r"duckduckgo\.com/l/": ("uddg",),
    r"t\.umblr\.com/redirect": ("z",),
    r"(www\.)?linkedin\.com/redir/redirect": ("url",),
    r"slack-redir\.net/link": ("url",),
    r"steamcommunity\.com/linkfilter/": ("url", "u"),
}
WRAPPED = [(re.compile(address), names) for address, names in WRAPPERS.items()]
MOST_LAYERS = 3
"""A link from a mailbox may lead to that of a search engine."""


def unwrap_link(address: str) -> str:
    """The address to which the wrapped one leads; any other is returned as it is."""
    for _layer in range(MOST_LAYERS):
        inner = inner_address(address)
        if not inner:
            break
        address = inner
    return address


def inner_address(address: str) -> str:
    if "?" not in address:
        return ""
    try:
        parts = urlsplit(address)
        query = parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return ""
    place = f"{(parts.hostname or '')}{parts.path}"
    for pattern, names in WRAPPED:
        if pattern.fullmatch(place):
            found = (query[name][0] for name in names if name in query)
            return next((each for each in found if re.match(r"https?://[^/\s]", each)), "")
    return ""
