"""Which sites readers come from. Only the host of the referring address is read and stored."""

import re
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

PATTERN = r"[a-zA-Z0-9.-]{1,100}"
ADDRESS = re.compile(rf"(?:https?|android-app)://(?:www\.)?({PATTERN})(?:[:/?#]|$)", re.IGNORECASE)


def host_of(address: str) -> str:
    """The host of an address on another site, or the name of an Android app; empty for our own pages and for none."""
    found = ADDRESS.match(address)
    return foreign_host(found[1]) if found else ""


def foreign_host(host: str) -> str:
    """The host in small letters; empty if it is one of our own."""
    host = host.lower().strip(".-")
    return "" if host in own_hosts() else host


@cache
def own_hosts() -> frozenset[str]:
    named = [urlsplit(settings.SITE_URL).hostname or "", *settings.ALLOWED_HOSTS]
    return frozenset(host.removeprefix("www.").removeprefix(".") for host in named)
