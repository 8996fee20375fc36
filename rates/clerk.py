"""What the rates clerk does: enter a rate by hand, accept one that is held back, or refuse it.

Each function locks the currency, so that it takes turns with updates, and only changes which rate of a day is in force.
"""

from itertools import batched

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case, When
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.page_cache.generation import invalidate_pages
from rates.models import LONGEST_HOLIDAYS, Currency, Rate, RateQuerySet
from rates.outliers import is_jump, must_wait


class NotDecidable(Exception):
    """The rate is no longer in a state that can be accepted or refused; the text is a sentence for people."""


@transaction.atomic
def enter(rate: Rate, *, by: User) -> None:
    """Store a rate by hand in place of the one in force that day. One that jumps is held back until it is accepted."""
    currency = _lock_currency(rate)
    rate.origin, rate.entered_by = Rate.Origin.HAND, by
    before = Rate.objects.filter(
        currency=currency,
        day__gte=rate.day - LONGEST_HOLIDAYS,
        day__lt=rate.day,
        state__in=(Rate.State.IN_FORCE, Rate.State.HELD_BACK),
    )
    waits = must_wait(rate, currency, list(before.order_by("day")))
    rate.state = Rate.State.HELD_BACK if waits else Rate.State.IN_FORCE
    _replace_rate(rate, rate.state)
    rate.save()
    invalidate_pages()


@transaction.atomic
def accept(rate: Rate, *, by: User) -> int:
    """Put a rate in force, and with it those that were held back only because it was. Returns how many in all.

    Raises NotDecidable if it is in force already.
    """
    currency = _lock_currency(rate)
    rate.refresh_from_db()
    if rate.state == Rate.State.IN_FORCE:
        raise NotDecidable(_("%s is in force already.") % rate)
    _replace_rate(rate, Rate.State.IN_FORCE)
    accepted = [rate.pk, *_find_followers(rate, currency)]
    for keys in batched(accepted, 1000):
        _decide(Rate.objects.filter(pk__in=keys), Rate.State.IN_FORCE, by)
    rate.refresh_from_db()
    invalidate_pages()
    return len(accepted)


@transaction.atomic
def refuse(rate: Rate, *, by: User) -> None:
    """Refuse a rate that is held back, or take one by hand back; the bank's rate that this replaced is in force again.

    Raises NotDecidable for any other rate.
    """
    _lock_currency(rate)
    rate.refresh_from_db()
    taken_back = rate.state == Rate.State.IN_FORCE and rate.origin == Rate.Origin.HAND
    if not taken_back and rate.state != Rate.State.HELD_BACK:
        raise NotDecidable(_("%s is neither held back nor by hand and in force.") % rate)
    _decide(Rate.objects.filter(pk=rate.pk), Rate.State.REFUSED, by)
    if taken_back:
        replaced = Rate.objects.filter(
            currency=rate.currency_id, day=rate.day, origin=Rate.Origin.BANK, state=Rate.State.REPLACED
        )
        _decide(Rate.objects.filter(pk__in=replaced.order_by("-id").values("pk")[:1]), Rate.State.IN_FORCE, by)
    rate.refresh_from_db()
    invalidate_pages()


def _lock_currency(rate: Rate) -> Currency:
    return Currency.objects.select_for_update().get(pk=rate.currency_id)


def _replace_rate(rate: Rate, state: Rate.State) -> None:
    """Mark the rate that has this state on that day as replaced."""
    of_day = Rate.objects.filter(currency=rate.currency_id, day=rate.day, state=state)
    of_day.update(state=Rate.State.REPLACED)


def _decide(rates: RateQuerySet, state: Rate.State, by: User) -> None:
    rates.update(state=state, decided_by=by, decided_at=timezone.now())


def _find_followers(accepted: Rate, currency: Currency) -> list[int]:
    """The keys of rates held back on later days that are no jump any more, each compared with the one before it."""
    later = Rate.objects.filter(
        currency=currency, day__gt=accepted.day, state__in=(Rate.State.IN_FORCE, Rate.State.HELD_BACK)
    )
    # The rate in force comes first on a day: one held back beside it contradicts it and has to be decided by itself.
    in_order = later.order_by("day", Case(When(state=Rate.State.IN_FORCE, then=0), default=1))
    followers: list[int] = []
    previous = accepted
    for rate in in_order.iterator(chunk_size=1000):
        if rate.day - previous.day > LONGEST_HOLIDAYS:
            break
        if rate.state == Rate.State.IN_FORCE:
            previous = rate
        elif rate.day != previous.day and not is_jump(
            (previous.value, previous.nominal), (rate.value, rate.nominal), currency.jump_limit
        ):
            followers.append(rate.pk)
            previous = rate
    return followers
