"""Dates as people and other systems write them."""

import re
from datetime import datetime, tzinfo
from email.utils import parsedate_to_datetime
from functools import cache

from babel.dates import get_month_names

DAY_FIRST = re.compile(r"\b(\d{1,2})[.\s]+([^\W\d_]{3,})\.?,?\s+(\d{4})\b")
MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,})\.?\s+(\d{1,2}),?\s+(\d{4})\b")
YEAR_FIRST = re.compile(r"\b(\d{4})\s*(?:жылғы|ж\.|года|г\.)?,?\s*(\d{1,2})\s+([^\W\d_]{3,})", re.IGNORECASE)
DIGITS = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b")
ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?")
CLOCK = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?\b")
MAIL = re.compile(r"\b\d{1,2} [A-Za-z]{3,9} \d{2,4} \d{1,2}:\d{2}")


def parse_date(text: str, zone: tzinfo) -> datetime:
    """The first date in a text: «Сенат 07 Наурыз, 2024», 07.03.2024 10:15, Thu, 07 Mar 2024 10:00:00 +0500, ISO 8601.

    Without a clock it is the beginning of the day; without an offset it is of the zone. Raises ValueError.
    """
    if found := ISO.search(text):
        return with_zone(datetime.fromisoformat(found[0].replace(" ", "T", 1).replace(" ", "")), zone)
    if MAIL.search(text):
        return with_zone(parsedate_to_datetime(text), zone)
    for pattern, order in ((DAY_FIRST, "dmy"), (MONTH_FIRST, "mdy"), (YEAR_FIRST, "ydm"), (DIGITS, "dmy")):
        for found in pattern.finditer(text):
            parts = dict(zip(order, found.groups(), strict=True))
            month = int(parts["m"]) if parts["m"].isdecimal() else month_numbers().get(parts["m"].lower())
            if month:
                clock = CLOCK.search(text)
                hour, minute, second = (int(each or 0) for each in clock.groups()) if clock else (0, 0, 0)
                return datetime(int(parts["y"]), month, int(parts["d"]), hour, minute, second, tzinfo=zone)
    raise ValueError(text.strip() or "—")


def with_zone(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


@cache
def month_numbers() -> dict[str, int]:
    """By name in Kazakh, Russian and English, whole or short."""
    return {
        name.lower().rstrip("."): number
        for code in ("kk", "ru", "en")
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, context, code).items()
    }
