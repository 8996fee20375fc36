"""The bank's answers into the database. A bad answer changes nothing; a rate entered by hand is never replaced."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rates import nationalbank
from rates.currencies import first_fields
from rates.models import Currency, Rate
from rates.nationalbank import Answer, BadAnswer, Quote

LONGEST_HOLIDAYS = timedelta(days=10)
"""Rates hold until the next working day: an answer may be this much older than asked, or this far ahead of today."""


@dataclass(frozen=True)
class Outcome:
    """What became of an answer's rates: new, put in another's place, there already, kept out by one entered by hand."""

    day: date
    created: int
    changed: int
    same: int
    held_back: int


def update_rates(day: date, fetch: Callable[[date], bytes] = nationalbank.fetch) -> Outcome:
    """Ask the bank for a day and store what it answers, under the answer's own day."""
    answer = nationalbank.parse(fetch(day))
    if answer.day > day or day - answer.day > LONGEST_HOLIDAYS:
        raise BadAnswer(_("Asked for %(asked)s, the bank answered for %(day)s.") % {"asked": day, "day": answer.day})
    return store(answer)


@transaction.atomic
def store(answer: Answer) -> Outcome:
    """All rates of the answer, or none."""
    if answer.day > timezone.localdate() + LONGEST_HOLIDAYS:
        raise BadAnswer(_("The bank's answer is for %s, too far ahead to be true.") % answer.day)
    currencies = _locked_currencies(answer)
    stored = {
        (rate.currency_id, rate.day): rate
        for rate in Rate.objects.filter(
            currency__in=currencies.values(), day__in={quote.day for quote in answer.quotes}
        )
    }
    now = timezone.now()
    created, changed, same, held_back = [], [], 0, 0
    for quote in answer.quotes:
        currency = currencies[quote.code]
        rate = stored.get((currency.pk, quote.day))
        if rate is None:
            created.append(_fill(Rate(currency=currency, day=quote.day), quote, now))
        elif _agree(rate, quote):
            same += 1
        elif rate.origin == Rate.Origin.HAND:
            held_back += 1
        else:
            changed.append(_fill(rate, quote, now))
    Rate.objects.bulk_create(created)
    Rate.objects.bulk_update(changed, ["nominal", "value", "change", "fetched_at"])
    return Outcome(answer.day, len(created), len(changed), same, held_back)


def _locked_currencies(answer: Answer) -> dict[str, Currency]:
    """The answer's currencies by code, new ones created; locked, so that two updates at once take turns."""
    names = {quote.code: quote.name for quote in answer.quotes}
    known = set(Currency.objects.filter(code__in=names).values_list("code", flat=True))
    Currency.objects.bulk_create(
        [Currency(**first_fields(code, name)) for code, name in names.items() if code not in known],
        ignore_conflicts=True,
    )
    locked = Currency.objects.select_for_update().filter(code__in=names).order_by("code")
    return {currency.code: currency for currency in locked}


def _fill(rate: Rate, quote: Quote, fetched_at: datetime) -> Rate:
    rate.nominal, rate.value, rate.change, rate.fetched_at = quote.nominal, quote.value, quote.change, fetched_at
    return rate


def _agree(rate: Rate, quote: Quote) -> bool:
    """Whether there is nothing to change. A rate by hand often says nothing of the change, and need not."""
    same_rate = (rate.nominal, rate.value) == (quote.nominal, quote.value)
    return same_rate and (rate.origin == Rate.Origin.HAND or rate.change == quote.change)
