from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

from news.models.languages import LANGUAGE_LENGTH

LONGEST_ADDRESS = 500
TRACKING = ("utm_", "fbclid", "gclid", "yclid", "ysclid", "amp")
"""How the keys of a query begin that networks and search engines add to a link, and that no site needs."""


class OldAddress(models.Model):
    """An address on the site that an article comes from. Imports write it; readers are sent on from it
    (`news.pages.old_addresses`). Without an article the page is gone for good."""

    path = models.CharField(_("address"), max_length=LONGEST_ADDRESS, unique=True)
    article = models.ForeignKey(
        "news.Article", on_delete=models.CASCADE, null=True, blank=True, related_name="old_addresses"
    )
    language = models.CharField(_("language"), max_length=LANGUAGE_LENGTH, blank=True)

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        default_permissions = ()

    def __str__(self) -> str:
        return self.path


def normalise_address(address: str) -> str:
    """The path and query of an address, always written the same way. Raises ValueError if it is none.

    Decoded, without the host, the fragment and a slash at the end, the query in the order of its keys.
    """
    parts = urlsplit(address.strip())
    path = "/" + unquote(parts.path).strip("/")
    query = sorted(pair for pair in parse_qsl(parts.query) if not pair[0].startswith(TRACKING))
    return f"{path}?{urlencode(query)}" if query else path
