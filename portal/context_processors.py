"""What the templates of all pages need."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from portal import editions
from portal.models import SiteSettings


def edition(request: HttpRequest) -> dict[str, Any]:
    """`alternates` is this page in each edition; a view whose page is missing in some of them passes its own."""
    return {
        "edition": editions.current(),
        "alternates": [(each, translate_url(request.path, each.code)) for each in editions.EDITIONS],
        "site": SimpleLazyObject(SiteSettings.load),
        "site_url": settings.SITE_URL,
        "today": timezone.localdate(),
    }
