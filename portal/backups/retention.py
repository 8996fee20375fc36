"""Which backups are kept: the newest of each of the last days, weeks and months that have one."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone


class Keep(NamedTuple):
    """Of how many days, weeks and months the newest backup is kept."""

    days: int
    weeks: int
    months: int

    @classmethod
    def parse(cls, text: str) -> "Keep":
        """From `7,4,12`. Raises ValueError."""
        days, weeks, months = (int(number) for number in text.split(","))
        if min(days, weeks, months) < 0 or days + weeks + months == 0:
            raise ValueError(text)
        return cls(days, weeks, months)


def find_outdated(moments: Iterable[datetime], keep: Keep) -> list[datetime]:
    """The moments of the backups to delete, oldest first. The newest of all is never among them."""
    newest_first = sorted(moments, reverse=True)
    kept = set(newest_first[:1])
    periods: list[tuple[int, Callable[[datetime], object]]] = [
        (keep.days, lambda at: at.date()),
        (keep.weeks, lambda at: at.isocalendar()[:2]),
        (keep.months, lambda at: (at.year, at.month)),
    ]
    for number, period in periods:
        newest: dict[object, datetime] = {}
        for moment in newest_first:
            newest.setdefault(period(timezone.localtime(moment)), moment)
        kept.update(list(newest.values())[:number])
    return [moment for moment in reversed(newest_first) if moment not in kept]
