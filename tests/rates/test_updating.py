from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Thread

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.utils import translation

from rates.models import Currency, Rate
from rates.nationalbank import Answer, BadAnswer, Quote, parse
from rates.updating import LONGEST_HOLIDAYS, Outcome, store, update_rates
from tests.factories import make_rate
from tests.rates.servers import keeps_silent, response, sends, serve
from tests.rates.test_nationalbank_parse import BROKEN, SAMPLES

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 7)
DOLLAR = Quote(DAY, "USD", 1, Decimal("477.03"), Decimal("-2.84"), "ДОЛЛАР США")


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def table() -> list[tuple]:
    return list(Rate.objects.order_by("pk").values_list())


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-23 12:00+05:00", tick=False):
        yield


def test_update_rates_asks_for_the_day_and_stores_its_rates():
    asked = []

    def fetch(day: date) -> bytes:
        asked.append(day)
        return sample("get_rates_2024-03-07.xml")

    outcome = update_rates(DAY, fetch)

    assert asked == [DAY]
    assert outcome == Outcome(DAY, created=39, changed=0, same=0, held_back=0)
    dollar = Rate.objects.get(currency__code="USD")
    assert (dollar.day, dollar.nominal, dollar.value, dollar.change) == (DAY, 1, Decimal("477.03"), Decimal("-2.84"))
    assert (dollar.origin, dollar.entered_by) == (Rate.Origin.BANK, None)


def test_update_rates_stores_every_figure_of_the_file():
    data = sample("get_rates_2026-11-23.xml")

    update_rates(date(2026, 11, 23), lambda day: data)

    stored = {rate.currency.code: (rate.nominal, rate.value, rate.change) for rate in Rate.objects.current()}
    assert stored == {quote.code: (quote.nominal, quote.value, quote.change) for quote in parse(data).quotes}


def test_update_rates_changes_nothing_the_second_time():
    update_rates(DAY, lambda day: sample("get_rates_2024-03-07.xml"))
    before = table()

    with time_machine.travel("2026-11-23 15:00+05:00", tick=False):
        outcome = update_rates(DAY, lambda day: sample("get_rates_2024-03-07.xml"))

    assert outcome == Outcome(DAY, created=0, changed=0, same=39, held_back=0)
    assert table() == before


def test_update_rates_stores_carried_rates_under_the_day_of_the_answer():
    outcome = update_rates(DAY + timedelta(days=2), lambda day: sample("get_rates_2024-03-08_holiday.xml"))

    assert outcome.day == date(2024, 3, 8)
    assert set(Rate.objects.values_list("day", flat=True)) == {date(2024, 3, 8)}


@pytest.mark.parametrize(
    "asked",
    [date(2026, 11, 22), DAY - timedelta(days=1), date(2026, 12, 4), date(2027, 11, 23)],
    ids=str,
)
def test_update_rates_refuses_an_answer_for_another_day(asked):
    make_rate("USD", DAY, "1.00")
    before = table()

    with translation.override("en"), pytest.raises(BadAnswer) as refusal:
        update_rates(asked, lambda day: sample("get_rates_2026-11-23.xml"))

    assert str(refusal.value) == f"Asked for {asked}, the bank answered for 2026-11-23."
    assert table() == before


@pytest.mark.parametrize("name", BROKEN)
def test_update_rates_changes_nothing_after_a_bad_answer(name):
    make_rate("USD", DAY, "1.00")
    before = table(), Currency.objects.count()

    with pytest.raises(BadAnswer):
        update_rates(DAY, lambda day: BROKEN[name][0])

    assert (table(), Currency.objects.count()) == before


@pytest.mark.parametrize(
    "behave",
    [keeps_silent, sends(b""), sends(response(sample("rates.xml"), "500 Broken"))],
    ids=["silent", "gone", "500"],
)
def test_update_rates_changes_nothing_while_the_server_is_broken(behave, settings):
    settings.RATES_TIMEOUT = 0.3
    make_rate("USD", DAY, "1.00")
    before = table()

    with serve(behave) as (settings.RATES_URL, _), pytest.raises(BadAnswer):
        update_rates(DAY)

    assert table() == before


def test_update_rates_asks_the_server_of_the_settings(settings):
    with serve(sends(response(sample("get_rates_2024-03-07.xml")))) as (settings.RATES_URL, requests):
        outcome = update_rates(DAY)

    assert outcome.created == 39
    assert [request.split(b" ")[1] for request in requests] == [b"/?fdate=07.03.2024"]


def test_store_takes_a_revision_by_the_bank():
    store(Answer(DAY, (DOLLAR,)))

    outcome = store(Answer(DAY, (replace(DOLLAR, value=Decimal("477.30")),)))

    assert outcome == Outcome(DAY, created=0, changed=1, same=0, held_back=0)
    assert [rate.value for rate in Rate.objects.all()] == [Decimal("477.30")]


@pytest.mark.parametrize("field", [{"nominal": 10}, {"change": Decimal("2.84")}, {"change": None}], ids=str)
def test_store_notices_whatever_else_is_revised(field):
    store(Answer(DAY, (DOLLAR,)))

    outcome = store(Answer(DAY, (replace(DOLLAR, **field),)))

    assert outcome.changed == 1
    assert list(Rate.objects.values(*field)) == [field]


def test_store_holds_back_what_differs_from_a_rate_by_hand():
    by_hand = make_rate("USD", DAY, "480.00", origin=Rate.Origin.HAND)

    outcome = store(parse(sample("get_rates_2024-03-07.xml")))

    assert outcome == Outcome(DAY, created=38, changed=0, same=0, held_back=1)
    by_hand.refresh_from_db()
    assert (by_hand.value, by_hand.origin) == (Decimal("480.00"), Rate.Origin.HAND)


def test_store_agrees_with_an_equal_rate_by_hand():
    by_hand = make_rate("USD", DAY, "477.03", origin=Rate.Origin.HAND)

    outcome = store(Answer(DAY, (DOLLAR,)))

    assert outcome == Outcome(DAY, created=0, changed=0, same=1, held_back=0)
    by_hand.refresh_from_db()
    assert by_hand.origin == Rate.Origin.HAND


def test_store_keeps_a_changed_nominal_with_its_day():
    store(Answer(DAY, (replace(DOLLAR, code="IRR", nominal=1000),)))
    store(Answer(DAY + timedelta(days=1), (replace(DOLLAR, code="IRR", nominal=10000, day=DAY + timedelta(days=1)),)))

    history = Rate.objects.history(Currency.objects.get(code="IRR"))

    assert [rate.nominal for rate in history] == [10000, 1000]


def test_store_keeps_ended_currencies_at_their_last_day():
    outcome = store(parse(sample("rates_all.xml")))

    assert outcome == Outcome(date(2026, 11, 23), created=42, changed=0, same=0, held_back=0)
    ended = Rate.objects.exclude(day=outcome.day)
    assert [(rate.currency.code, rate.currency.name_en, rate.day) for rate in ended] == [
        ("LVL", "Latvian lats", date(2013, 12, 31)),
        ("EEK", "Estonian kroon", date(2010, 12, 31)),
        ("TRL", "Turkish lira (to 2005)", date(2005, 1, 5)),
    ]


def test_store_creates_a_currency_it_does_not_know_with_the_banks_name():
    store(Answer(DAY, (replace(DOLLAR, code="RSD", name="СЕРБСКИЙ ДИНАР"), replace(DOLLAR, code="VND", name=""))))

    named = Currency.objects.filter(code__in=["RSD", "VND"])
    assert [(each.code, each.name_kk, each.name_ru, each.name_en, each.in_widget) for each in named] == [
        ("RSD", "СЕРБСКИЙ ДИНАР", "СЕРБСКИЙ ДИНАР", "СЕРБСКИЙ ДИНАР", False),
        ("VND", "VND", "VND", "VND", False),
    ]


def test_store_leaves_an_editors_choices_alone():
    Currency.objects.filter(code="USD").update(name_en="American dollar", in_widget=False, position=7)

    store(Answer(DAY, (DOLLAR,)))

    dollar = Currency.objects.get(code="USD")
    assert (dollar.name_en, dollar.in_widget, dollar.position) == ("American dollar", False, 7)


def test_store_refuses_a_day_too_far_ahead():
    ahead = date(2026, 11, 23) + LONGEST_HOLIDAYS
    beyond = ahead + timedelta(days=1)

    with translation.override("en"), pytest.raises(BadAnswer) as refusal:
        store(Answer(beyond, (replace(DOLLAR, day=beyond),)))
    outcome = store(Answer(ahead, (replace(DOLLAR, day=ahead),)))

    assert str(refusal.value) == "The bank's answer is for 2026-12-04, too far ahead to be true."
    assert [outcome.created, Rate.objects.count()] == [1, 1]


def test_store_stores_all_or_nothing():
    senseless = replace(DOLLAR, code="RSD", value=Decimal(-1))

    with pytest.raises(IntegrityError):
        store(Answer(DAY, (DOLLAR, senseless)))

    assert Rate.objects.count() == 0
    assert not Currency.objects.filter(code="RSD").exists()


def test_store_needs_no_more_queries_for_more_rates(django_assert_num_queries):
    with django_assert_num_queries(6):
        store(parse(sample("rates.xml")))
    with django_assert_num_queries(6):
        store(parse(sample("get_rates_2024-03-07.xml")))


@pytest.mark.django_db(transaction=True)
def test_two_updates_at_once_take_turns():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time by itself, and its test database lives in one connection.")
    outcomes = []

    def update() -> None:
        outcomes.append(store(parse(sample("rates_all.xml"))))
        connection.close()

    threads = [Thread(target=update) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted((outcome.created, outcome.same) for outcome in outcomes) == [(0, 42), (0, 42), (0, 42), (42, 0)]
