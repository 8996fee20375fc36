"""The periods of the archive: a year, a month or a day, its neighbours and its calendar."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from django.urls import reverse
from django.utils import timezone


@dataclass(frozen=True)
class Period:
    """Days from `first` up to, not including, `end`."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, year: int, month: int | None, day: int | None) -> Self:
        """Raises ValueError for a day that is not in the calendar."""
        date(year, 1 if month is None else month, 1 if day is None else day)
        return cls(year, month, day)

    @property
    def first(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def end(self) -> date:
        if self.day:
            return self.first + timedelta(days=1)
        if self.month:
            return (self.first + timedelta(days=31)).replace(day=1)
        return date(self.year + 1, 1, 1)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The same as moments: midnight in Kazakhstan."""
        return midnight(self.first), midnight(self.end)

    @property
    def url(self) -> str:
        parts = [part for part in (self.year, self.month, self.day) if part is not None]
        return reverse(("archive_year", "archive_month", "archive_day")[len(parts) - 1], args=parts)

    def weeks(self) -> list[list[date | None]]:
        """The weeks of the month, each from Monday; None for a day of another month. Empty for a year."""
        if not self.month:
            return []
        days = calendar.Calendar(firstweekday=calendar.MONDAY).itermonthdates(self.year, self.month)
        cells = [day if day.month == self.month else None for day in days]
        return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001  (made aware right here)
