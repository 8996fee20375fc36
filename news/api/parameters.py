"""What a question to the API says, read strictly. Each raises a Problem that tells what would have made sense."""

import re
from datetime import date

from django.http import HttpRequest

from news.models import TRANSLATIONS, Article
from portal.json_api.answers import bad_question

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
"""No article is of another time; days around them are still dates that Python has."""


def language_of(request: HttpRequest) -> str:
    return one_of(request, "language", TRANSLATIONS) or TRANSLATIONS[0]


def kind_of(request: HttpRequest) -> str:
    return one_of(request, "kind", Article.Kind.values)


def one_of(request: HttpRequest, name: str, choices: list[str] | tuple[str, ...]) -> str:
    """Empty when it is not asked."""
    asked = request.GET.get(name)
    if asked is not None and asked not in choices:
        raise bad_question(f"'{name}' must be one of {', '.join(choices)}.")
    return asked or ""


def number_of(request: HttpRequest, name: str, default: int, most: int) -> int:
    asked = request.GET.get(name, str(default))
    if not re.fullmatch("[0-9]{1,6}", asked) or not 1 <= int(asked) <= most:
        raise bad_question(f"'{name}' must be a whole number from 1 to {most}.")
    return int(asked)


def slug_of(request: HttpRequest, name: str) -> str | None:
    asked = request.GET.get(name)
    if asked is not None and not re.fullmatch("[-a-zA-Z0-9_]{1,50}", asked):
        raise bad_question(f"'{name}' must be a slug: up to 50 Latin letters, digits and hyphens.")
    return asked


def day_of(request: HttpRequest, name: str) -> date | None:
    asked = request.GET.get(name)
    if asked is None:
        return None
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", asked):
        raise bad_question(f"'{name}' must be a day such as 2024-03-07.")
    try:
        return min(max(date.fromisoformat(asked), EARLIEST), LATEST)
    except ValueError as error:
        raise bad_question(f"'{name}' must be a day such as 2024-03-07.") from error


def days(request: HttpRequest) -> tuple[date | None, date | None]:
    return day_of(request, "from"), day_of(request, "to")
