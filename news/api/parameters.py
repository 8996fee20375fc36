"""Reads the parameters of a request to the API strictly. Each function raises a Problem that says what is allowed."""

import re
from datetime import date

from django.http import HttpRequest

from news.models import TRANSLATIONS, Article
from portal.json_api.answers import bad_request

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
"""No article has a date outside of these; the days before and after are still dates in Python."""


def language_of(request: HttpRequest) -> str:
    return one_of(request, "language", TRANSLATIONS) or TRANSLATIONS[0]


def kind_of(request: HttpRequest) -> str:
    return one_of(request, "kind", Article.Kind.values)


def one_of(request: HttpRequest, name: str, choices: list[str] | tuple[str, ...]) -> str:
    """One of `choices`; empty if the parameter is missing."""
    value = request.GET.get(name)
    if value is not None and value not in choices:
        raise bad_request(f"'{name}' must be one of {', '.join(choices)}.")
    return value or ""


def number_of(request: HttpRequest, name: str, default: int, most: int) -> int:
    value = request.GET.get(name, str(default))
    if not re.fullmatch("[0-9]{1,6}", value) or not 1 <= int(value) <= most:
        raise bad_request(f"'{name}' must be a whole number from 1 to {most}.")
    return int(value)


def slug_of(request: HttpRequest, name: str) -> str | None:
    value = request.GET.get(name)
    if value is not None and not re.fullmatch("[-a-zA-Z0-9_]{1,50}", value):
        raise bad_request(f"'{name}' must be a slug: up to 50 Latin letters, digits and hyphens.")
    return value


def day_of(request: HttpRequest, name: str) -> date | None:
    value = request.GET.get(name)
    if value is None:
        return None
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise bad_request(f"'{name}' must be a day such as 2024-03-07.")
    try:
        return min(max(date.fromisoformat(value), EARLIEST), LATEST)
    except ValueError as error:
        raise bad_request(f"'{name}' must be a day such as 2024-03-07.") from error


def days(request: HttpRequest) -> tuple[date | None, date | None]:
    return day_of(request, "from"), day_of(request, "to")
