"""Stores the bank's answers in the database.

A bad answer changes nothing. A correction of a day becomes a new row beside the old one. A rate that jumps, or that
contradicts one entered by hand, is held back until the rates clerk decides about it (`rates.clerk`).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.page_cache.generation import invalidate_pages
from rates import nationalbank
from rates.currencies import first_fields
from rates.models import LONGEST_HOLIDAYS, BankAnswer, Currency, Rate
from rates.nationalbank import Answer, BadAnswer, NoRates, Quote
from rates.outliers import must_wait

NEXT_DAY_FROM = time(16)
"""The time in Kazakhstan from which the bank may have the next day's rates."""


@dataclass(frozen=True)
class Outcome:
    """How many rates of an answer are new, replaced others, were there already, and are not in force until decided."""

    day: date
    created: int
    changed: int
    same: int
    held_back: int


def update_rates(day: date, fetch: Callable[[date], bytes] = nationalbank.fetch_with_retries) -> Outcome:
    """Fetch the bank's rates of a day and store them under the day that the answer itself names.

    Raises BadAnswer if the answer is unusable, NoRates if the bank has none.
    """
    data = fetch(day)
    try:
        answer = nationalbank.parse(data)
    except NoRates:
        BankAnswer.record(data, nationalbank.request_url(day), asked_for=day)
        raise
    if answer.day > day or day - answer.day > LONGEST_HOLIDAYS:
        raise BadAnswer(_("Asked for %(asked)s, the bank answered for %(day)s.") % {"asked": day, "day": answer.day})
    return store_answer(answer, data, place=nationalbank.request_url(day), asked_for=day)


def days_to_ask(now: datetime) -> list[date]:
    """The days whose rates the bank can have: today, and from the afternoon on tomorrow."""
    today = timezone.localdate(now)
    return [today, today + timedelta(days=1)] if timezone.localtime(now).time() >= NEXT_DAY_FROM else [today]


def find_missing_days(days: Iterable[date]) -> list[date]:
    """The days of which no rates are stored yet, whether in force or held back.

    The bank may answer with today's figures when it is asked for tomorrow too early, so a day to come counts as stored
    only if some rate has changed. (At a weekend none does, and the bank is asked a few times in vain.)
    """
    days = list(days)
    stored = Rate.objects.filter(~Q(change=0) | Q(day__lte=timezone.localdate()), day__in=days)
    complete = set(stored.exclude(state=Rate.State.REFUSED).values_list("day", flat=True))
    return [day for day in days if day not in complete]


def find_unanswered_days(first: date, last: date) -> list[date]:
    """The days of a span that the bank has not answered for since they were over."""
    answered = {
        day
        for day, at in BankAnswer.objects.filter(asked_for__range=(first, last)).values_list(
            "asked_for", "confirmed_at"
        )
        if day and timezone.localdate(at) > day
    }
    return [day for day in days_between(first, last) if day not in answered]


def days_between(first: date, last: date) -> list[date]:
    """Each day of a span, both ends included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@transaction.atomic
def store_answer(
    answer: Answer, data: bytes | None = None, *, place: str = "", asked_for: date | None = None
) -> Outcome:
    """Store all rates of the answer, or none, together with the bytes they were read from.

    Raises BadAnswer if the answer is for a day too far ahead.
    """
    if answer.day > timezone.localdate() + LONGEST_HOLIDAYS:
        raise BadAnswer(_("The bank's answer is for %s, too far ahead to be true.") % answer.day)
    currencies = _lock_currencies(answer)
    recorded = None if data is None else BankAnswer.record(data, place, asked_for)
    rates = _load_rates_around(answer, currencies)
    counts: Counter[str] = Counter()
    created: list[Rate] = []
    replaced: list[Rate | None] = []
    for quote in answer.quotes:
        currency = currencies[quote.code]
        day = _Day.of(rates[currency.pk], quote.day)
        if same := day.find_row(quote):
            counts["same" if same == day.in_force else "held_back"] += 1
            replaced += [day.held_back] if same == day.in_force else []
            continue
        rate = _make_rate(currency, quote, recorded)
        if day.is_by_hand or must_wait(rate, currency, _rates_before(rates[currency.pk], quote.day)):
            rate.state = Rate.State.HELD_BACK
            replaced += [day.held_back]
            counts["held_back"] += 1
        else:
            replaced += [day.in_force, day.held_back]
            counts["changed" if day.in_force else "created"] += 1
        created.append(rate)
    Rate.objects.filter(pk__in=[rate.pk for rate in replaced if rate]).update(state=Rate.State.REPLACED)
    Rate.objects.bulk_create(created)
    if created:
        invalidate_pages()
    return Outcome(answer.day, counts["created"], counts["changed"], counts["same"], counts["held_back"])


def _lock_currencies(answer: Answer) -> dict[str, Currency]:
    """The answer's currencies by code; new ones are created. They are locked, so that two updates take turns."""
    names = {quote.code: quote.name for quote in answer.quotes}
    existing = set(Currency.objects.filter(code__in=names).values_list("code", flat=True))
    Currency.objects.bulk_create(
        [Currency(**first_fields(code, name)) for code, name in names.items() if code not in existing],
        ignore_conflicts=True,
    )
    locked = Currency.objects.select_for_update().filter(code__in=names).order_by("code")
    return {currency.code: currency for currency in locked}


def _load_rates_around(answer: Answer, currencies: dict[str, Currency]) -> dict[int, list[Rate]]:
    """The stored rates of the answer's days and of the days just before them, by currency and oldest first."""
    codes = defaultdict(list)
    for quote in answer.quotes:
        codes[quote.day].append(currencies[quote.code])
    spans = [Q(currency__in=codes[day], day__range=(day - LONGEST_HOLIDAYS, day)) for day in codes]
    rates = defaultdict(list)
    for rate in Rate.objects.filter(reduce(or_, spans)).order_by("day", "id"):
        rates[rate.currency_id].append(rate)
    return rates


def _rates_before(rates: list[Rate], day: date) -> list[Rate]:
    states = (Rate.State.IN_FORCE, Rate.State.HELD_BACK)
    return [rate for rate in rates if day - LONGEST_HOLIDAYS <= rate.day < day and rate.state in states]


@dataclass(frozen=True)
class _Day:
    """The stored rates of one currency on one day."""

    in_force: Rate | None
    held_back: Rate | None
    refused: list[Rate]
    replaced: list[Rate]

    @classmethod
    def of(cls, rates: list[Rate], day: date) -> Self:
        rows = {state: [rate for rate in rates if (rate.day, rate.state) == (day, state)] for state in Rate.State}
        in_force, held_back = rows[Rate.State.IN_FORCE], rows[Rate.State.HELD_BACK]
        return cls(
            in_force[0] if in_force else None,
            held_back[0] if held_back else None,
            rows[Rate.State.REFUSED],
            rows[Rate.State.REPLACED],
        )

    @property
    def is_by_hand(self) -> bool:
        return self.in_force is not None and self.in_force.origin == Rate.Origin.HAND

    def find_row(self, quote: Quote) -> Rate | None:
        """The row that has the same figures: in force, held back, refused, or replaced by the one entered by hand."""
        rows = [self.in_force, self.held_back, *self.refused, *(self.replaced[-1:] if self.is_by_hand else [])]
        return next((rate for rate in rows if rate and _says_the_same(rate, quote)), None)


def _says_the_same(rate: Rate, quote: Quote) -> bool:
    """Whether the quote brings nothing new. A rate entered by hand need not have a change."""
    same_rate = (rate.nominal, rate.value) == (quote.nominal, quote.value)
    return same_rate and (rate.origin == Rate.Origin.HAND or rate.change == quote.change)


def _make_rate(currency: Currency, quote: Quote, answer: BankAnswer | None) -> Rate:
    return Rate(
        currency=currency,
        day=quote.day,
        nominal=quote.nominal,
        value=quote.value,
        change=quote.change,
        answer=answer,
        stored_at=answer.confirmed_at if answer else timezone.now(),
    )
