"""What the rates clerk does: enter a rate by hand, accept one that waits, refuse it.

Each takes turns with updates by locking the currency, and changes nothing but which of a day's rates is in force.
"""

from itertools import batched

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case, When
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.page_cache.generation import end_pages
from rates.models import LONGEST_HOLIDAYS, Currency, Rate, RateQuerySet
from rates.outliers import is_jump, must_wait


class NotDecidable(Exception):
    """There is nothing to decide about this rate (any more); its text is a sentence for people."""


@transaction.atomic
def enter(rate: Rate, *, by: User) -> None:
    """Store a rate by hand in the place of what was in force that day; one that jumps waits for a second look."""
    currency = _locked(rate)
    rate.origin, rate.entered_by = Rate.Origin.HAND, by
    before = Rate.objects.filter(
        currency=currency,
        day__gte=rate.day - LONGEST_HOLIDAYS,
        day__lt=rate.day,
        state__in=(Rate.State.IN_FORCE, Rate.State.HELD_BACK),
    )
    waits = must_wait(rate, currency, list(before.order_by("day")))
    rate.state = Rate.State.HELD_BACK if waits else Rate.State.IN_FORCE
    _make_room(rate, rate.state)
    rate.save()
    end_pages()


@transaction.atomic
def accept(rate: Rate, *, by: User) -> int:
    """Put a rate in force, and with it those that waited only because it did. Returns how many these are in all."""
    currency = _locked(rate)
    rate.refresh_from_db()
    if rate.state == Rate.State.IN_FORCE:
        raise NotDecidable(_("%s is in force already.") % rate)
    _make_room(rate, Rate.State.IN_FORCE)
    accepted = [rate.pk, *_followers(rate, currency)]
    for some in batched(accepted, 1000):
        _decide(Rate.objects.filter(pk__in=some), Rate.State.IN_FORCE, by)
    rate.refresh_from_db()
    end_pages()
    return len(accepted)


@transaction.atomic
def refuse(rate: Rate, *, by: User) -> None:
    """Turn a waiting rate down, or take back one by hand: what it had replaced of the bank's is in force again."""
    _locked(rate)
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
    end_pages()


def _locked(rate: Rate) -> Currency:
    return Currency.objects.select_for_update().get(pk=rate.currency_id)


def _make_room(rate: Rate, state: Rate.State) -> None:
    """What has been in this state that day gives way."""
    of_day = Rate.objects.filter(currency=rate.currency_id, day=rate.day, state=state)
    of_day.update(state=Rate.State.REPLACED)


def _decide(rates: RateQuerySet, state: Rate.State, by: User) -> None:
    rates.update(state=state, decided_by=by, decided_at=timezone.now())


def _followers(accepted: Rate, currency: Currency) -> list[int]:
    """Those held back on later days that are no jump any more, each measured by the one in force before it."""
    later = Rate.objects.filter(
        currency=currency, day__gt=accepted.day, state__in=(Rate.State.IN_FORCE, Rate.State.HELD_BACK)
    )
    # Of one day the rate in force comes first: what is held back beside it contradicts it and is a question of its own.
    in_order = later.order_by("day", Case(When(state=Rate.State.IN_FORCE, then=0), default=1))
    followers: list[int] = []
    measure = accepted
    for rate in in_order.iterator(chunk_size=1000):
        if rate.day - measure.day > LONGEST_HOLIDAYS:
            break
        if rate.state == Rate.State.IN_FORCE:
            measure = rate
        elif rate.day != measure.day and not is_jump(
            (measure.value, measure.nominal), (rate.value, rate.nominal), currency.jump_limit
        ):
            followers.append(rate.pk)
            measure = rate
    return followers
