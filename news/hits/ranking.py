"""The order of articles by their readings, as editors sort their list: a few minutes old."""

from django.db import transaction
from django.db.models import F

from news.models import HitTotal


def rank_articles() -> int:
    """Brings the order up to date. Returns how many articles have been read since the last time."""
    moved = HitTotal.objects.exclude(ranked=F("counted") + F("brought"))
    with transaction.atomic():
        # In the order in which folding locks them, so that the two never wait for each other in a circle.
        numbers = list(moved.select_for_update().order_by("pk").values_list("pk", flat=True))
        return moved.update(ranked=F("counted") + F("brought")) if numbers else 0
