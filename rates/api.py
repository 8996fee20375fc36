"""The same figures for programs: read-only JSON, decimals as text so that no reader of JSON rounds them."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from rates.currencies import FIRST_DAY
from rates.display import newest_day, to_tiyn
from rates.models import Currency, Rate

SOURCE = "National Bank of Kazakhstan"
FRESH_FOR = 300
"""Seconds an answer may be kept without asking again; after them its ETag tells whether anything has changed."""


class BadQuestion(Exception):
    """What was asked for makes no sense; the text says why, in English like the API itself."""


def answers_json(view: Callable[..., dict[str, Any] | None]) -> Callable[..., HttpResponse]:
    """What a view returns as JSON; None is nothing found."""

    @require_safe
    @wraps(view)
    def answered(request: HttpRequest, **kwargs: str) -> HttpResponse:
        try:
            found = view(request, **kwargs)
        except BadQuestion as error:
            response = as_json({"error": str(error)}, 400)
        else:
            response = as_json({"error": "Not found."}, 404) if found is None else as_json(found, 200)
        response["Access-Control-Allow-Origin"] = "*"
        patch_cache_control(response, public=True, max_age=FRESH_FOR)
        return response

    return answered


def as_json(content: dict[str, Any], status: int) -> JsonResponse:
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})


@answers_json
def day(request: HttpRequest) -> dict[str, Any] | None:
    """`?date=`: the rates in force that day (today)."""
    today = timezone.localdate()
    asked = _day(request, "date", today)
    if asked > today:
        raise BadQuestion("'date' must not be after today.")
    rates = Rate.objects.current(on=asked)
    newest = newest_day(rates)
    return {
        "date": asked.isoformat(),
        "rates_of": newest and newest.isoformat(),
        "base": "KZT",
        "source": SOURCE,
        "rates": [{"code": rate.currency.code, "name": _names(rate.currency), **_figures(rate)} for rate in rates],
    }


@answers_json
def currency(request: HttpRequest, code: str) -> dict[str, Any] | None:
    """`?from=&to=`: every rate of a currency in a span (all), oldest first."""
    today = timezone.localdate()
    first, last = _day(request, "from", FIRST_DAY), _day(request, "to", today)
    if last < first:
        raise BadQuestion("'from' must not be after 'to'.")
    found = Currency.objects.filter(code=code.upper()).first()
    if found is None:
        return None
    rates = Rate.objects.history(found).filter(day__range=(first, min(last, today))).order_by("day")
    fields = rates.values_list("day", "nominal", "value", "change", named=True)
    return {
        "code": found.code,
        "name": _names(found),
        "base": "KZT",
        "source": SOURCE,
        "rates": [_figures(rate) for rate in fields.iterator()],
    }


def _figures(rate: Any) -> dict[str, Any]:
    change = rate.change
    return {
        "day": rate.day.isoformat(),
        "nominal": rate.nominal,
        "value": str(to_tiyn(rate.value)),
        "change": None if change is None else str(to_tiyn(change)),
    }


def _names(currency: Currency) -> dict[str, str]:
    return {language: getattr(currency, f"name_{language}") for language in ("kk", "ru", "en")}


def _day(request: HttpRequest, name: str, default: date) -> date:
    text = request.GET.get(name) or default.isoformat()
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise BadQuestion(f"'{name}' must be a day such as 2024-03-07.")
    return found
