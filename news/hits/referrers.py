"""Where readers come from. Of the address that their browsers name only the host is ever looked at or kept."""

import re
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

PATTERN = r"[a-zA-Z0-9.-]{1,100}"
ADDRESS = re.compile(rf"(?:https?|android-app)://(?:www\.)?({PATTERN})(?:[:/?#]|$)", re.IGNORECASE)


def host_of(address: str) -> str:
    """Of another site (or an Android app: its name); empty for one of our own pages and for none."""
    found = ADDRESS.match(address)
    return foreign(found[1]) if found else ""


def foreign(host: str) -> str:
    host = host.lower().strip(".-")
    return "" if host in own_hosts() else host


@cache
def own_hosts() -> frozenset[str]:
    named = [urlsplit(settings.SITE_URL).hostname or "", *settings.ALLOWED_HOSTS]
    return frozenset(host.removeprefix("www.").removeprefix(".") for host in named)
