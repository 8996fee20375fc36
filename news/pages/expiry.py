"""When readers' pages change by themselves."""

from datetime import datetime

from django.utils.translation import override

from news.models import TRANSLATIONS, Article, FrontSection


def next_publication() -> datetime | None:
    """When the next scheduled article becomes public, so that cached pages expire."""
    moments = []
    for code in TRANSLATIONS:
        with override(code):  # there is an index for each language
            scheduled = Article.objects.scheduled().in_language().order_by("publish_at", "id")
            moments += scheduled.values_list("publish_at", flat=True)[:1]
    return min(moments, default=None)


def next_end_of_lead() -> datetime | None:
    """When the article that was chosen to lead the front page no longer does."""
    return FrontSection.objects.pins().order_by("until").values_list("until", flat=True).first()
