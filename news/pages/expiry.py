"""When scheduled articles become public."""

from datetime import datetime

from django.utils.translation import override

from news.models import TRANSLATIONS, Article


def next_publication() -> datetime | None:
    """When the next scheduled article becomes public, so that cached pages expire."""
    moments = []
    for code in TRANSLATIONS:
        with override(code):  # there is an index for each language
            scheduled = Article.objects.scheduled().in_language().order_by("publish_at", "id")
            moments += scheduled.values_list("publish_at", flat=True)[:1]
    return min(moments, default=None)
