"""The readers' pages about rates."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from rates.display import shown
from rates.models import Rate


def day(request: HttpRequest) -> HttpResponse:
    """All rates in force today, or on `?date=`. On a holiday these are older, so the page tells their own day."""
    today = timezone.localdate()
    asked = _iso_day(request.GET.get("date") or today.isoformat())
    if asked > today:
        raise Http404  # The bank sets tomorrow's rates in the afternoon; until midnight they are not the rates.
    rates = list(Rate.objects.current(on=asked))
    context = {"asked": asked, "day": rates[0].day if rates else None, "rates": shown(rates)}
    return render(request, "rates/day.html", context)


def _iso_day(text: str) -> date:
    """A day as `2024-03-07`; the other forms that Python reads would be other addresses of the same page."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if found.isoformat() != text:
        raise Http404
    return found
