"""Addresses that mean the same outside of the site."""

import re
from html import escape, unescape
from urllib.parse import urljoin

from django.conf import settings

IN_HTML = re.compile(r'(?<= )(href|src|poster)="([^"]*)"')


def whole(address: str) -> str:
    return settings.SITE_URL + address


def with_whole_addresses(html: str, base: str) -> str:
    """A sanitised text whose links lead on wherever it is read; `base` is its own whole address."""
    return IN_HTML.sub(lambda found: f'{found[1]}="{escape(urljoin(base, unescape(found[2])))}"', html)
