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

from portal.editions import localized_columns
from rates import charts, history
from rates.conversion import TENGE, NoRate, convert, units_by_code
from rates.currencies import FIRST_DAY
from rates.display import are_old, display_rates, newest_day, to_tiyn
from rates.forms import ConverterForm
from rates.history import SPANS, Entry
from rates.models import LONGEST_HOLIDAYS, Currency, Rate

CHART_SIZES = {"wide": (960, 340), "narrow": (360, 280)}
"""The labels of a chart shrink with it, so there is a chart for each kind of screen, and CSS shows the right one."""


def day(request: HttpRequest) -> HttpResponse:
    """All rates in force today, or on `?date=`; `?q=` limits them to a code or a name in any language."""
    today = timezone.localdate()
    requested = parse_iso_day(request.GET.get("date") or today.isoformat())
    if not FIRST_DAY <= requested <= today:
        raise Http404  # the bank sets tomorrow's rates in the afternoon, but they only hold from midnight on
    rates = Rate.objects.current(on=requested)
    choices = currency_choices(rate.currency for rate in rates)
    query = request.GET.get("q", "").strip()[:50]
    newest = newest_day(rates)
    context = {
        "asked": requested,
        "day": newest,
        "rates": display_rates(rate for rate in rates if matches_query(rate.currency, query)),
        "query": query,
        "are_old": requested == today and newest is not None and are_old(newest),
        "first_day": FIRST_DAY,
        **converter_context(rates, converter_query({"date": requested.isoformat()}, choices), choices),
    }
    return render(request, "rates/day.html", context)


def embed(request: HttpRequest) -> HttpResponse:
    """The header's currencies, for a frame of another site."""
    rates = Rate.objects.in_widget().current()
    newest = newest_day(rates)
    return render(
        request, "embed/rates.html", {"rates": display_rates(rates), "day": newest, "are_old": are_old(newest)}
    )


def currency(request: HttpRequest, code: str) -> HttpResponse:
    """One currency over time: a chart, a table, the lowest, highest and average rate, files, and the converter."""
    span = request.GET.get("range", history.FIRST_SPAN)
    if span not in SPANS:
        raise Http404
    chosen, currencies = find_currency(code)
    choices = currency_choices(currencies)
    last = chosen.last_day
    newest_day_of_all = max((each.last_day for each in currencies if each.last_day), default=None)
    ended_on = last if last and newest_day_of_all and newest_day_of_all - last > LONGEST_HOLIDAYS else None
    first = history.first_day(span, last) if last else None
    entries = history.entries(chosen, first, last) if last else []
    in_force = newest_rate(chosen, entries)
    given = {"from": chosen.code} | ({"date": ended_on.isoformat()} if ended_on else {})
    in_full = len(entries) <= history.DAYS_IN_FULL
    months = [] if in_full else history.by_months(entries)
    by_years = len(months) > history.MONTHS_IN_FULL
    context = {
        "currency": chosen,
        "span": span,
        "spans": {name: label for name, (_months, label) in SPANS.items()},
        "entries": entries[::-1] if in_full else [],
        "periods": history.by_years(entries) if by_years else months,
        "period_format": "Y" if by_years else "YEAR_MONTH_FORMAT",
        "newest": entries[-1] if entries else None,
        "summary": history.Summary.of(entries) if entries else None,
        "has_one_nominal": len({entry.nominal for entry in entries}) < 2,
        "charts": draw_charts(entries),
        "has_ended": ended_on is not None,
        "decimal_sign": get_format("DECIMAL_SEPARATOR"),
        "group_sign": get_format("THOUSAND_SEPARATOR"),
        **converter_context([in_force] if in_force else [], converter_query(given, choices), choices),
    }
    return render(request, "rates/currency.html", context)


def currency_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The rates of a span as a file, with every digit that the bank gives."""
    span = request.GET.get("range", "all")
    if span not in SPANS:
        raise Http404
    chosen, _currencies = find_currency(code)
    last = chosen.last_day
    entries = history.entries(chosen, history.first_day(span, last), last) if last else []
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{span}.csv"'
    writer = csv.writer(response)
    writer.writerow(["day", "code", "nominal", "value", "change"])
    writer.writerows(
        [
            entry.day.isoformat(),
            chosen.code,
            entry.nominal,
            to_tiyn(entry.value),
            "" if entry.change is None else to_tiyn(entry.change),
        ]
        for entry in entries
    )
    return response


def converter(request: HttpRequest) -> HttpResponse:
    """The converter on a page of its own; the same form is on the other pages of rates."""
    choices = currency_choices(each for each in history.currencies(until=timezone.localdate()) if each.last_day)
    given = {name: request.GET[name] for name in ("amount", "from", "to", "date") if name in request.GET}
    query = converter_query(given, choices)
    try:
        rates = Rate.objects.current(on=date.fromisoformat(query["date"]))
    except ValueError:
        rates = []
    return render(request, "rates/converter_page.html", converter_context(rates, query, choices))


def converter_context(rates: list[Rate], query: dict[str, str], choices: dict[str, str]) -> dict[str, Any]:
    """The converter's form, and its result by these rates if the form is valid, for a template."""
    form = ConverterForm(query, choices)
    context: dict[str, Any] = {"converter": form, "converted": None}
    if form.is_valid():
        context["converted"] = convert_query(form.cleaned_data, rates)
    return context


def convert_query(query: dict[str, Any], rates: list[Rate]) -> dict[str, Any] | None:
    """The result of the converter with the rates that it comes from; None where one of them is missing."""
    used = [rate for rate in rates if rate.currency.code in (query["from"], query["to"])]
    try:
        result = convert(query["amount"], query["from"], query["to"], units_by_code(rates))
    except NoRate:
        return None
    return {**query, "source": query["from"], "target": query["to"], "result": result, "rates": display_rates(used)}


def converter_query(given: dict[str, str], choices: dict[str, str]) -> dict[str, str]:
    """What to convert: the given values, and for the others a hundred dollars in tenge today."""
    defaults = {"amount": "100", "to": TENGE, "date": timezone.localdate().isoformat()}
    return defaults | {"from": "USD" if "USD" in choices else [*choices][-1]} | given


def currency_choices(currencies: Iterable[Currency]) -> dict[str, str]:
    """The converter's choices, names by code: the tenge first, then in the order of the list of currencies."""
    return {TENGE: f"{TENGE} – " + _("tenge")} | {each.code: str(each) for each in currencies}


def find_currency(code: str) -> tuple[Currency, list[Currency]]:
    """A currency, and all currencies that have rates, each with the day of its last rate. Raises Http404."""
    currencies = list(history.currencies(until=timezone.localdate()))
    try:
        chosen = next(each for each in currencies if each.code == code.upper())
    except StopIteration:
        raise Http404 from None
    return chosen, [each for each in currencies if each.last_day]


def newest_rate(currency: Currency, entries: list[Entry]) -> Rate | None:
    """The newest of the entries as a rate again, without a query."""
    if not entries:
        return None
    newest = entries[-1]
    return Rate(currency=currency, day=newest.day, nominal=newest.nominal, value=newest.value, change=newest.change)


def draw_charts(entries: list[Entry]) -> dict[str, charts.Chart]:
    """A chart for each kind of screen, by its name; none where there are no entries."""
    points = [(entry.day, entry.comparable) for entry in entries]
    return {name: charts.draw_chart(points, *size) for name, size in CHART_SIZES.items()} if points else {}


def matches_query(currency: Currency, query: str) -> bool:
    """Whether each word of the query is in the currency's code or in one of its names."""
    texts = (currency.code, *(getattr(currency, column) for column in localized_columns("name")))
    return all(any(word in (text or "").casefold() for text in texts) for word in query.casefold().split())


def parse_iso_day(text: str) -> date:
    """A day written as `2024-03-07`. Raises Http404 for anything else, even for the other forms that Python parses,
    which would be further addresses of the same page.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if day.isoformat() != text:
        raise Http404
    return day
