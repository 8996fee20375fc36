"""Makes addresses absolute, for texts that are read outside the site."""

import re
from html import escape, unescape
from urllib.parse import urljoin

from django.conf import settings

IN_HTML = re.compile(r'(?<= )(href|src|poster)="([^"]*)"')


def absolute_url(address: str) -> str:
    """The absolute address of a path on this site."""
    return settings.SITE_URL + address


def make_addresses_absolute(html: str, base: str) -> str:
    """A sanitised text with absolute addresses. `base` is the absolute address of the page it is from."""

    def join(address: str) -> str:
        try:
            return urljoin(base, address)
        except ValueError:  # `//[x`, in a text stored before the sanitizer refused it: it leads nowhere as it is
            return address

    return IN_HTML.sub(lambda found: f'{found[1]}="{escape(join(unescape(found[2])))}"', html)
