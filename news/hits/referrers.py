"""Which sites readers come from. Only the host of the referring address is read and stored."""

import re
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

ADDRESS = re.compile(r"(?:https?|android-app)://(?:www\.)?([a-z0-9.-]{1,100})(?:[:/?#]|$)", re.IGNORECASE)


def host_of(address: str) -> str:
    """The host of an address on another site, or the name of an Android app; empty for our own pages and for none."""
    found = ADDRESS.match(address)
    host = found[1].lower().strip(".-") if found else ""
    return "" if host in own_hosts() else host


@cache
def own_hosts() -> frozenset[str]:
    named = [urlsplit(settings.SITE_URL).hostname or "", *settings.ALLOWED_HOSTS]
    return frozenset(host.removeprefix("www.").removeprefix(".") for host in named)
