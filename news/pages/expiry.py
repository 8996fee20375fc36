"""When articles come to readers by themselves."""

from datetime import datetime

from django.utils.translation import override

from news.models import TRANSLATIONS, Article


def next_moment() -> datetime | None:
    """The next one to come, at which finished pages become old."""
    moments = []
    for code in TRANSLATIONS:
        with override(code):  # the feed of each language has an index of its own
            scheduled = Article.objects.scheduled().in_language().order_by("publish_at", "id")
            moments += scheduled.values_list("publish_at", flat=True)[:1]
    return min(moments, default=None)
