"""The rates for programs: read-only JSON, with decimals as text so that no reader of JSON rounds them."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portal.json_api.answers import Content, bad_request, json_view, not_found
from rates.currencies import FIRST_DAY
from rates.display import newest_day, to_tiyn
from rates.models import Currency, Rate

SOURCE = "National Bank of Kazakhstan"
FRESH_FOR = 300
"""Seconds an answer may be cached; after them its ETag says whether anything has changed."""


@json_view(max_age=FRESH_FOR, keys=("date",))
def day(request: HttpRequest) -> Content:
    """`?date=`: the rates in force on that day, or today."""
    today = timezone.localdate()
    requested = _parse_day(request, "date", today)
    if requested > today:
        raise not_found("There are no rates of a day to come.")
    rates = Rate.objects.current(on=requested)
    newest = newest_day(rates)
    return {
        "date": requested.isoformat(),
        "rates_of": newest and newest.isoformat(),
        "base": "KZT",
        "source": SOURCE,
        "rates": [
            {"code": rate.currency.code, "name": _currency_names(rate.currency), **_rate_figures(rate)}
            for rate in rates
        ],
    }


@json_view(max_age=FRESH_FOR, keys=("from", "to"))
def rate_history(request: HttpRequest, code: str) -> Content:
    """`?from=&to=`: every rate of a currency in a span, or all of them, oldest first."""
    today = timezone.localdate()
    first, last = _parse_day(request, "from", FIRST_DAY), _parse_day(request, "to", today)
    currency = Currency.objects.filter(code=code.upper()).first()
    if currency is None:
        raise not_found(f"The bank has no rate of {code.upper()}.")
    rates = Rate.objects.history(currency).filter(day__range=(first, min(last, today))).order_by("day")
    fields = rates.values_list("day", "nominal", "value", "change", named=True)
    return {
        "code": currency.code,
        "name": _currency_names(currency),
        "base": "KZT",
        "source": SOURCE,
        "rates": [_rate_figures(rate) for rate in fields.iterator()],
    }


def _rate_figures(rate: Any) -> dict[str, Any]:
    change = rate.change
    return {
        "day": rate.day.isoformat(),
        "nominal": rate.nominal,
        "value": str(to_tiyn(rate.value)),
        "change": None if change is None else str(to_tiyn(change)),
    }


def _currency_names(currency: Currency) -> dict[str, str]:
    return {
        language: getattr(currency, f"name_{language}") or currency.code
        for language in settings.MODELTRANSLATION_LANGUAGES
    }


def _parse_day(request: HttpRequest, name: str, default: date) -> date:
    text = request.GET.get(name, default.isoformat())
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise bad_request(f"'{name}' must be a day such as 2024-03-07.")
    return day
