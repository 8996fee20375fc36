"""The readers' pages about rates."""

import csv
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from portal.editions import columns
from rates import charts, history
from rates.conversion import TENGE, NoRate, convert, units
from rates.currencies import FIRST_DAY
from rates.display import are_old, newest_day, shown, to_tiyn
from rates.forms import ConverterForm
from rates.history import SPANS, Entry
from rates.models import LONGEST_HOLIDAYS, Currency, Rate

CHART_SIZES = {"wide": (960, 340), "narrow": (360, 280)}
"""Letters in a drawing shrink with it, so there is one for each kind of screen; CSS shows the right one."""


def day(request: HttpRequest) -> HttpResponse:
    """All rates in force today, or on `?date=`; `?q=` narrows them to a code or a name in any language."""
    today = timezone.localdate()
    asked = iso_day(request.GET.get("date") or today.isoformat())
    if not FIRST_DAY <= asked <= today:
        raise Http404  # The bank sets tomorrow's rates in the afternoon; until midnight they are not the rates.
    rates = Rate.objects.current(on=asked)
    choices = names(rate.currency for rate in rates)
    query = request.GET.get("q", "").strip()[:50]
    newest = newest_day(rates)
    context = {
        "asked": asked,
        "day": newest,
        "rates": shown(rate for rate in rates if is_meant(rate.currency, query)),
        "query": query,
        "are_old": asked == today and newest is not None and are_old(newest),
        "first_day": FIRST_DAY,
        **conversion(rates, question({"date": asked.isoformat()}, choices), choices),
    }
    return render(request, "rates/day.html", context)


def embedded(request: HttpRequest) -> HttpResponse:
    """The header's currencies, for a frame of another site."""
    rates = Rate.objects.in_widget().current()
    newest = newest_day(rates)
    return render(request, "embed/rates.html", {"rates": shown(rates), "day": newest, "are_old": are_old(newest)})


def currency(request: HttpRequest, code: str) -> HttpResponse:
    """One currency over time: chart, table, lowest, highest, average, files, and the converter."""
    span = request.GET.get("range", history.FIRST_SPAN)
    if span not in SPANS:
        raise Http404
    found, currencies = of_code(code)
    choices = names(currencies)
    last = found.last_day
    has_ended = last is not None and max(each.last_day for each in currencies) - last > LONGEST_HOLIDAYS
    first = history.first_day(span, last) if last else None
    entries = history.entries(found, first, last) if last else []
    in_force = newest_rate(found, entries)
    about = {"from": found.code} | ({"date": last.isoformat()} if has_ended else {})
    in_full = len(entries) <= history.DAYS_IN_FULL
    months = [] if in_full else history.by_months(entries)
    by_years = len(months) > history.MONTHS_IN_FULL
    context = {
        "currency": found,
        "span": span,
        "spans": {name: label for name, (_months, label) in SPANS.items()},
        "entries": entries[::-1] if in_full else [],
        "periods": history.by_years(entries) if by_years else months,
        "period_format": "Y" if by_years else "YEAR_MONTH_FORMAT",
        "newest": entries[-1] if entries else None,
        "summary": history.Summary.of(entries) if entries else None,
        "has_one_nominal": len({entry.nominal for entry in entries}) < 2,
        "charts": draw(entries),
        "has_ended": has_ended,
        "decimal_sign": get_format("DECIMAL_SEPARATOR"),
        "group_sign": get_format("THOUSAND_SEPARATOR"),
        **conversion([in_force] if in_force else [], question(about, choices), choices),
    }
    return render(request, "rates/currency.html", context)


def currency_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The rates of a span as a file, every digit as the bank gives it."""
    span = request.GET.get("range", "all")
    if span not in SPANS:
        raise Http404
    found, _currencies = of_code(code)
    last = found.last_day
    entries = history.entries(found, history.first_day(span, last), last) if last else []
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{span}.csv"'
    writer = csv.writer(response)
    writer.writerow(["day", "code", "nominal", "value", "change"])
    writer.writerows(
        [
            entry.day.isoformat(),
            found.code,
            entry.nominal,
            to_tiyn(entry.value),
            "" if entry.change is None else to_tiyn(entry.change),
        ]
        for entry in entries
    )
    return response


def converter(request: HttpRequest) -> HttpResponse:
    """An amount in another currency on any day; the same form stands on the other pages too."""
    choices = names(each for each in history.currencies(until=timezone.localdate()) if each.last_day)
    said = {name: request.GET[name] for name in ("amount", "from", "to", "date") if name in request.GET}
    asked = question(said, choices)
    try:
        rates = Rate.objects.current(on=date.fromisoformat(asked["date"]))
    except ValueError:
        rates = []
    return render(request, "rates/converter_page.html", conversion(rates, asked, choices))


def conversion(rates: list[Rate], asked: dict[str, str], choices: dict[str, str]) -> dict[str, Any]:
    """The converter's form and what it answers by these rates."""
    form = ConverterForm(asked, choices)
    context: dict[str, Any] = {"converter": form, "converted": None}
    if form.is_valid():
        context["converted"] = answer(form.cleaned_data, rates)
    return context


def answer(asked: dict[str, Any], rates: list[Rate]) -> dict[str, Any] | None:
    by = units(rates)
    used = [rate for rate in rates if rate.currency.code in (asked["from"], asked["to"])]
    try:
        result = convert(asked["amount"], asked["from"], asked["to"], by)
    except NoRate:
        return None
    return {**asked, "source": asked["from"], "target": asked["to"], "result": result, "rates": shown(used)}


def question(said: dict[str, str], choices: dict[str, str]) -> dict[str, str]:
    """What the converter is asked where nothing else is said: a hundred dollars in tenge today."""
    usual = {"amount": "100", "to": TENGE, "date": timezone.localdate().isoformat()}
    return usual | {"from": "USD" if "USD" in choices else [*choices][-1]} | said


def names(currencies: Iterable[Currency]) -> dict[str, str]:
    """Codes with their names, for the converter: the tenge first, then in the order of the list."""
    return {TENGE: f"{TENGE} – " + _("tenge")} | {each.code: str(each) for each in currencies}


def of_code(code: str) -> tuple[Currency, list[Currency]]:
    """A currency with the day of its last rate, and with it all the others that have rates."""
    currencies = list(history.currencies(until=timezone.localdate()))
    try:
        found = next(each for each in currencies if each.code == code.upper())
    except StopIteration:
        raise Http404 from None
    return found, [each for each in currencies if each.last_day]


def newest_rate(currency: Currency, entries: list[Entry]) -> Rate | None:
    """The rate in force again as a row, without asking for it."""
    if not entries:
        return None
    newest = entries[-1]
    return Rate(currency=currency, day=newest.day, nominal=newest.nominal, value=newest.value, change=newest.change)


def draw(entries: list[Entry]) -> dict[str, charts.Chart]:
    points = [(entry.day, entry.comparable) for entry in entries]
    return {name: charts.draw(points, *size) for name, size in CHART_SIZES.items()} if points else {}


def is_meant(currency: Currency, query: str) -> bool:
    texts = (currency.code, *(getattr(currency, column) for column in columns("name")))
    return all(any(word in (text or "").casefold() for text in texts) for word in query.casefold().split())


def iso_day(text: str) -> date:
    """A day as `2024-03-07`; the other forms that Python reads would be other addresses of the same page."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if found.isoformat() != text:
        raise Http404
    return found
