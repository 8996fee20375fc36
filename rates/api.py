"""The same figures for programs: read-only JSON, decimals as text so that no reader of JSON rounds them."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portal.json_api.answers import Content, answers_json, bad_question, not_found
from rates.currencies import FIRST_DAY
from rates.display import newest_day, to_tiyn
from rates.models import Currency, Rate

SOURCE = "National Bank of Kazakhstan"
FRESH_FOR = 300
"""Seconds an answer may be kept without asking again; after them its ETag tells whether anything has changed."""


@answers_json(max_age=FRESH_FOR, knows=("date",))
def day(request: HttpRequest) -> Content:
    """`?date=`: the rates in force that day (today)."""
    today = timezone.localdate()
    asked = _day(request, "date", today)
    if asked > today:
        raise not_found("There are no rates of a day to come.")
    rates = Rate.objects.current(on=asked)
    newest = newest_day(rates)
    return {
        "date": asked.isoformat(),
        "rates_of": newest and newest.isoformat(),
        "base": "KZT",
        "source": SOURCE,
        "rates": [{"code": rate.currency.code, "name": _names(rate.currency), **_figures(rate)} for rate in rates],
    }


@answers_json(max_age=FRESH_FOR, knows=("from", "to"))
def currency(request: HttpRequest, code: str) -> Content:
    """`?from=&to=`: every rate of a currency in a span (all), oldest first."""
    today = timezone.localdate()
    first, last = _day(request, "from", FIRST_DAY), _day(request, "to", today)
    found = Currency.objects.filter(code=code.upper()).first()
    if found is None:
        raise not_found(f"The bank has no rate of {code.upper()}.")
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
    return {
        language: getattr(currency, f"name_{language}") or currency.code
        for language in settings.MODELTRANSLATION_LANGUAGES
    }


def _day(request: HttpRequest, name: str, default: date) -> date:
    text = request.GET.get(name, default.isoformat())
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise bad_question(f"'{name}' must be a day such as 2024-03-07.")
    return found
