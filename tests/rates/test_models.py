import gzip
import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from rates.currencies import QUOTED
from rates.models import LONGEST_HOLIDAYS, BankAnswer, Currency, Rate
from tests.support.factories import make_rate

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


def test_a_new_copy_knows_the_quoted_currencies_in_three_languages():
    names = {each.code: (each.name_kk, each.name_ru, each.name_en) for each in Currency.objects.all()}

    assert names == QUOTED
    assert len(names) == 39


def test_a_new_copy_shows_rouble_dollar_and_euro_in_the_header():
    chosen = Currency.objects.filter(in_widget=True)

    assert [currency.code for currency in chosen] == ["RUB", "USD", "EUR"]


def test_currency_is_named_in_the_active_language():
    currency = Currency.objects.get(code="USD")

    names = []
    for language in ("kk", "ru", "en"):
        with translation.override(language):
            names.append(str(currency))

    assert names == ["USD – АҚШ доллары", "USD – доллар США", "USD – US dollar"]


def test_current_is_the_newest_of_each_currency():
    make_rate("USD", MONDAY - timedelta(days=1), "474.21")
    euro = make_rate("EUR", MONDAY - timedelta(days=1), "545.36")
    dollar = make_rate("USD", MONDAY, "472.31")

    current = Rate.objects.current(on=MONDAY)

    assert current == [dollar, euro]


def test_current_leaves_out_a_currency_of_which_nothing_has_long_been_said():
    make_rate("LVL", MONDAY - LONGEST_HOLIDAYS)
    lats = make_rate("EEK", MONDAY - LONGEST_HOLIDAYS + timedelta(days=1))
    dollar = make_rate("USD", MONDAY)

    current = Rate.objects.current(on=MONDAY)

    assert current == [dollar, lats]


@pytest.mark.parametrize("state", [Rate.State.HELD_BACK, Rate.State.REFUSED, Rate.State.REPLACED])
def test_readers_ways_lead_to_rates_in_force_only(state):
    good = make_rate("USD", MONDAY, "472.31")
    make_rate("USD", TUESDAY, "47231", state=state)

    current = Rate.objects.current(on=TUESDAY)

    assert current == [good]
    assert list(Rate.objects.on(TUESDAY)) == []
    assert list(Rate.objects.history(good.currency)) == [good]
    assert list(Rate.objects.in_force()) == [good]


def test_current_never_shows_tomorrow_before_midnight_in_kazakhstan():
    today = make_rate("USD", MONDAY, "472.31")
    tomorrow = make_rate("USD", TUESDAY, "474.59")

    with time_machine.travel("2026-11-23 18:59:59+00:00", tick=False):
        before = list(Rate.objects.current())
    with time_machine.travel("2026-11-23 19:00:00+00:00", tick=False):
        after = list(Rate.objects.current())

    assert before == [today]
    assert after == [tomorrow]


def test_current_keeps_the_last_good_rates_however_old():
    old = make_rate("USD", date(2024, 3, 7), "477.03")

    current = Rate.objects.current(on=MONDAY)

    assert list(current) == [old]


def test_current_of_chosen_currencies_is_of_their_own_newest_day():
    dollar = make_rate("USD", MONDAY, "472.31")
    make_rate("GBP", TUESDAY, "622.40")

    current = Rate.objects.in_widget().current(on=TUESDAY)

    assert list(current) == [dollar]


def test_newest_by_is_of_each_currency_the_newest_on_each_of_the_days():
    monday, tuesday = make_rate("USD", MONDAY, "472.31"), make_rate("USD", TUESDAY, "474.59")
    euro = make_rate("EUR", MONDAY, "548.79")

    assert set(Rate.objects.newest_by(MONDAY, TUESDAY)) == {monday, tuesday, euro}
    assert set(Rate.objects.newest_by(TUESDAY, MONDAY)) == {monday, tuesday, euro}
    assert set(Rate.objects.newest_by(TUESDAY)) == {tuesday, euro}


def test_on_is_of_exactly_that_day():
    make_rate("USD", MONDAY, "472.31")
    tuesday = make_rate("USD", TUESDAY, "474.59")

    assert list(Rate.objects.on(TUESDAY)) == [tuesday]
    assert list(Rate.objects.on(TUESDAY + timedelta(days=1))) == []


def test_history_is_of_one_currency_newest_first():
    monday = make_rate("USD", MONDAY, "472.31")
    tuesday = make_rate("USD", TUESDAY, "474.59")
    make_rate("EUR", TUESDAY, "548.79")

    history = Rate.objects.history(monday.currency)

    assert list(history) == [tuesday, monday]


def test_rates_stand_in_the_order_of_their_currencies():
    for code in ("AUD", "EUR", "USD", "AED", "RUB"):
        make_rate(code, MONDAY)

    current = Rate.objects.current(on=MONDAY)

    assert [rate.currency.code for rate in current] == ["RUB", "USD", "EUR", "AED", "AUD"]


@pytest.mark.parametrize("value", ["0.0001", "0.4", "477.03", "1554.2801", "999999999.9999"])
def test_rate_keeps_every_digit(value):
    rate = make_rate("USD", MONDAY, value)

    rate.refresh_from_db()

    assert rate.value == Decimal(value)


@pytest.mark.parametrize(
    ("change", "direction"), [("0.97", "up"), ("-2.84", "down"), ("0.00", "same"), ("-0.00", "same"), (None, "")]
)
def test_direction_follows_the_change(change, direction):
    rate = Rate(change=change and Decimal(change))

    assert rate.direction == direction


@pytest.mark.parametrize(
    "fields",
    [
        {"value": Decimal(0)},
        {"value": Decimal("-477.03")},
        {"nominal": 0},
        {"day": date(1993, 11, 14)},
        {"day": TUESDAY},
        {"day": TUESDAY, "state": Rate.State.HELD_BACK},
        {"origin": Rate.Origin.HAND},
        {"reason": "The bank gives none."},
    ],
    ids=str,
)
def test_database_refuses_a_senseless_rate(fields):
    dollar = make_rate("USD", TUESDAY).currency
    make_rate("USD", TUESDAY, state=Rate.State.HELD_BACK)
    sound = {"currency": dollar, "day": MONDAY, "value": Decimal("477.03")}

    with pytest.raises(IntegrityError), transaction.atomic():
        Rate.objects.create(**{**sound, **fields})

    Rate.objects.create(**sound)
    assert Rate.objects.count() == 3


@pytest.mark.parametrize("code", ["usd", "US", "U$D", "УСД", "USD"])
def test_database_refuses_a_code_that_is_no_code(code):
    with pytest.raises(IntegrityError), transaction.atomic():
        Currency.objects.create(code=code, name_kk="?", name_ru="?", name_en="?")


def test_rate_says_in_words_why_it_is_refused():
    dollar = Currency.objects.get(code="USD")
    ancient = Rate(currency=dollar, day=date(1991, 12, 16), value=Decimal(1), origin=Rate.Origin.HAND, reason="Old")

    with translation.override("en"), pytest.raises(ValidationError) as early:
        ancient.full_clean()

    assert early.value.messages == ["There is no rate before 15 November 1993, the first day of the tenge."]


def test_bank_answer_keeps_the_bytes():
    data = "<rates>Курс</rates>".encode() * 100

    kept = BankAnswer.record(data, "rates.xml", None)

    kept.refresh_from_db()
    assert kept.data == data
    assert kept.size == len(data)
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert len(bytes(kept.compressed)) < 100
    assert kept.is_intact


def test_bank_answer_notices_that_its_bytes_were_changed():
    kept = BankAnswer.record(b"<rates/>", "rates.xml", None)
    kept.compressed = gzip.compress(b"<rates></rates>")

    assert not kept.is_intact


@pytest.mark.parametrize("asked_for", [None, MONDAY])
def test_bank_answer_keeps_the_same_bytes_once_and_when_they_came_last(asked_for):
    with time_machine.travel("2026-11-23 09:00+05:00", tick=False):
        first = BankAnswer.record(b"<rates/>", "rates.xml", asked_for)
    with time_machine.travel("2026-11-24 09:00+05:00", tick=False):
        second = BankAnswer.record(b"<rates/>", "rates.xml", asked_for)

    second.refresh_from_db()
    assert second == first
    assert [timezone.localdate(at) for at in (second.fetched_at, second.confirmed_at)] == [MONDAY, TUESDAY]


def test_bank_answer_keeps_the_same_bytes_for_each_day_asked():
    kept = [BankAnswer.record(b"<rates/>", "rates.xml", day) for day in (MONDAY, TUESDAY, None)]

    assert BankAnswer.objects.count() == len({answer.pk for answer in kept}) == 3


def test_a_currency_without_a_name_in_the_active_language_is_called_by_its_code():
    Currency.objects.filter(code="USD").update(name_ru=None)
    currency = Currency.objects.get(code="USD")

    with translation.override("ru"):
        in_russian = str(currency)

    assert in_russian == "USD – USD"
    assert str(currency) == "USD – АҚШ доллары"
