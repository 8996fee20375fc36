from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from rates.clerk import NotDecidable, accept, enter, refuse
from rates.models import Currency, Rate
from tests.support.factories import make_rate, make_user

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 7)


@pytest.fixture
def clerk():
    return make_user()


def make_held_rate(days_later: int, value: str, **fields) -> Rate:
    return make_rate("USD", DAY + timedelta(days=days_later), value, state=Rate.State.HELD_BACK, **fields)


def by_hand(value: str, **fields) -> Rate:
    dollar = Currency.objects.get(code="USD")
    return Rate(currency=dollar, day=DAY, value=Decimal(value), reason="From the bank's page", **fields)


def states() -> list[str]:
    return list(Rate.objects.order_by("day", "id").values_list("state", flat=True))


def test_enter_stores_a_rate_by_hand(clerk):
    rate = by_hand("477.03")

    enter(rate, by=clerk)

    assert list(Rate.objects.values_list("value", "state", "origin", "entered_by", "reason")) == [
        (Decimal("477.03"), "in_force", "hand", clerk.pk, "From the bank's page")
    ]


def test_enter_replaces_what_was_in_force_and_keeps_it(clerk):
    make_rate("USD", DAY, "477.03")

    enter(by_hand("477.30"), by=clerk)
    enter(by_hand("477.40"), by=clerk)

    assert states() == ["replaced", "replaced", "in_force"]


def test_enter_leaves_what_is_in_force_while_a_slip_waits(clerk):
    make_rate("USD", DAY - timedelta(days=1), "479.87")
    make_rate("USD", DAY, "477.03")

    enter(by_hand("4.77"), by=clerk)
    enter(by_hand("47.7"), by=clerk)

    assert states() == ["in_force", "in_force", "replaced", "held_back"]


def test_accept_puts_a_rate_in_the_place_of_the_days_other(clerk):
    old = make_rate("USD", DAY, "477.03")
    new = make_held_rate(0, "600")

    count = accept(new, by=clerk)

    old.refresh_from_db()
    assert count == 1
    assert old.state == "replaced"
    assert new.state == "in_force"
    assert new.decided_by == clerk
    assert new.decided_at is not None


def test_accept_brings_along_what_waited_only_because_of_it(clerk):
    make_rate("USD", DAY, "188.38")
    first = make_held_rate(1, "255.26")
    for number, value in ((2, "252.47"), (3, "2.52"), (4, "234.99"), (14, "235.00")):
        make_held_rate(number, value)
    far = make_held_rate(25, "235.00")
    other = make_rate("EUR", DAY + timedelta(days=2), "280", state=Rate.State.HELD_BACK)

    count = accept(first, by=clerk)

    assert count == 4
    waiting = Rate.objects.held_back().order_by("id")
    assert [(rate.value, rate.pk) for rate in waiting][1:] == [(far.value, far.pk), (other.value, other.pk)]
    assert waiting[0].value == Decimal("2.52")


def test_accept_leaves_what_contradicts_a_rate_in_force(clerk):
    first = make_held_rate(0, "255.26")
    make_rate("USD", DAY + timedelta(days=1), "256", origin=Rate.Origin.HAND)
    beside = make_held_rate(1, "255.30")
    after = make_held_rate(2, "256.10")

    count = accept(first, by=clerk)

    beside.refresh_from_db(), after.refresh_from_db()
    assert count == 2
    assert beside.state == "held_back"
    assert after.state == "in_force"


@pytest.mark.parametrize("state", [Rate.State.REFUSED, Rate.State.REPLACED])
def test_accept_takes_a_decision_back(state, clerk):
    rate = make_rate("USD", DAY, "477.03", state=state)
    make_rate("USD", DAY, "480.00", origin=Rate.Origin.HAND)

    accept(rate, by=clerk)

    assert states() == ["in_force", "replaced"]


def test_accept_has_nothing_to_do_for_a_rate_in_force(clerk):
    rate = make_rate("USD", DAY)

    with translation.override("en"), pytest.raises(NotDecidable, match=r"^USD, 2024-03-07 is in force already\.$"):
        accept(rate, by=clerk)


def test_refuse_turns_a_waiting_rate_down(clerk):
    make_rate("USD", DAY, "477.03")
    rate = make_held_rate(1, "47703")

    refuse(rate, by=clerk)

    assert rate.state == "refused"
    assert rate.decided_by == clerk
    assert states() == ["in_force", "refused"]


def test_refuse_takes_a_rate_by_hand_back_and_the_banks_newest_returns(clerk):
    for value in ("477.03", "477.10"):
        make_rate("USD", DAY, value, state=Rate.State.REPLACED)
    make_rate("USD", DAY, "479.00", state=Rate.State.REPLACED, origin=Rate.Origin.HAND)
    rate = make_rate("USD", DAY, "480.00", origin=Rate.Origin.HAND)

    refuse(rate, by=clerk)

    assert states() == ["replaced", "in_force", "replaced", "refused"]


def test_refuse_may_leave_a_day_without_a_rate(clerk):
    refuse(make_rate("USD", DAY, origin=Rate.Origin.HAND), by=clerk)

    assert states() == ["refused"]


@pytest.mark.parametrize("state", [Rate.State.IN_FORCE, Rate.State.REFUSED, Rate.State.REPLACED])
def test_refuse_leaves_the_banks_rates_alone(state, clerk):
    rate = make_rate("USD", DAY, state=state)

    with pytest.raises(NotDecidable):
        refuse(rate, by=clerk)

    assert states() == [state]
