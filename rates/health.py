"""For operators: whether the rates are as new as they should be, and how many wait for the rates clerk."""

from typing import Any

from rates.display import are_old, newest_day
from rates.models import Rate


def report_health() -> dict[str, Any]:
    """What /health/ready reports of the rates (settings.HEALTH_DETAILS)."""
    newest = newest_day(Rate.objects.current())
    return {
        "day": newest and newest.isoformat(),
        "old": are_old(newest),
        "held_back": Rate.objects.held_back().count(),
    }
