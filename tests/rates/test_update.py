from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Thread

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.utils import translation

from rates.display import to_tiyn
from rates.models import LONGEST_HOLIDAYS, BankAnswer, Currency, Rate
from rates.nationalbank import Answer, BadAnswer, NoRates, Quote, parse
from rates.update import Outcome, days_to_ask, find_missing_days, find_unanswered_days, store_answer, update_rates
from tests.rates.test_nationalbank_parse import BROKEN, SAMPLES
from tests.support.bank_servers import keeps_silent, response, sends, serve
from tests.support.factories import make_rate

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 7)
QUERIES = 13
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
    assert dollar.day == DAY
    assert dollar.nominal == 1
    assert dollar.value == Decimal("477.03")
    assert dollar.change == Decimal("-2.84")
    assert dollar.origin == Rate.Origin.BANK
    assert dollar.entered_by is None


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
    rates, currencies = table(), Currency.objects.count()

    with pytest.raises(BadAnswer):
        update_rates(DAY, lambda day: BROKEN[name][0])

    assert table() == rates
    assert Currency.objects.count() == currencies


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
    store_answer(Answer(DAY, (DOLLAR,)))

    outcome = store_answer(Answer(DAY, (replace(DOLLAR, value=Decimal("477.30")),)))

    assert outcome == Outcome(DAY, created=0, changed=1, same=0, held_back=0)
    assert [(str(rate.value), rate.state) for rate in Rate.objects.order_by("id")] == [
        ("477.0300", "replaced"),
        ("477.3000", "in_force"),
    ]


@pytest.mark.parametrize("field", [{"nominal": 10}, {"change": Decimal("2.84")}, {"change": None}], ids=str)
def test_store_notices_whatever_else_is_revised(field):
    store_answer(Answer(DAY, (DOLLAR,)))

    outcome = store_answer(Answer(DAY, (replace(DOLLAR, **field),)))

    assert outcome.changed == 1
    assert list(Rate.objects.in_force().values(*field)) == [field]
    assert Rate.objects.count() == 2


def test_store_holds_back_what_differs_from_a_rate_by_hand():
    by_hand = make_rate("USD", DAY, "480.00", origin=Rate.Origin.HAND)

    outcome = store_answer(parse(sample("get_rates_2024-03-07.xml")))

    assert outcome == Outcome(DAY, created=38, changed=0, same=0, held_back=1)
    by_hand.refresh_from_db()
    assert by_hand.state == Rate.State.IN_FORCE
    assert [(rate.value, rate.origin) for rate in Rate.objects.held_back()] == [(Decimal("477.03"), Rate.Origin.BANK)]


def test_store_agrees_with_an_equal_rate_by_hand():
    by_hand = make_rate("USD", DAY, "477.03", origin=Rate.Origin.HAND)

    outcome = store_answer(Answer(DAY, (DOLLAR,)))

    assert outcome == Outcome(DAY, created=0, changed=0, same=1, held_back=0)
    by_hand.refresh_from_db()
    assert by_hand.origin == Rate.Origin.HAND


def test_store_keeps_a_changed_nominal_with_its_day():
    rial = Quote(DAY, "IRR", 1000, Decimal("11.30"), Decimal("0.00"), "ИРАНСКИЙ РИАЛ")
    next_day = DAY + timedelta(days=1)
    store_answer(Answer(DAY, (rial,)))
    store_answer(Answer(next_day, (replace(rial, day=next_day, nominal=10000, value=Decimal("113.1")),)))

    history = Rate.objects.history(Currency.objects.get(code="IRR"))

    assert [rate.nominal for rate in history] == [10000, 1000]


def test_store_keeps_ended_currencies_at_their_last_day():
    outcome = store_answer(parse(sample("rates_all.xml")))

    assert outcome == Outcome(date(2026, 11, 23), created=42, changed=0, same=0, held_back=0)
    ended = Rate.objects.exclude(day=outcome.day)
    assert [(rate.currency.code, rate.currency.name_en, rate.day) for rate in ended] == [
        ("LVL", "Latvian lats", date(2013, 12, 31)),
        ("EEK", "Estonian kroon", date(2010, 12, 31)),
        ("TRL", "Turkish lira (to 2005)", date(2005, 1, 5)),
    ]


def test_store_creates_a_currency_it_does_not_know_with_the_banks_name():
    store_answer(
        Answer(DAY, (replace(DOLLAR, code="RSD", name="СЕРБСКИЙ ДИНАР"), replace(DOLLAR, code="VND", name="")))
    )

    named = Currency.objects.filter(code__in=["RSD", "VND"])
    assert [(each.code, each.name_kk, each.name_ru, each.name_en, each.in_widget) for each in named] == [
        ("RSD", "СЕРБСКИЙ ДИНАР", "СЕРБСКИЙ ДИНАР", "СЕРБСКИЙ ДИНАР", False),
        ("VND", "VND", "VND", "VND", False),
    ]


def test_store_leaves_an_editors_choices_alone():
    Currency.objects.filter(code="USD").update(name_en="American dollar", in_widget=False, position=7)

    store_answer(Answer(DAY, (DOLLAR,)))

    dollar = Currency.objects.get(code="USD")
    assert dollar.name_en == "American dollar"
    assert dollar.in_widget is False
    assert dollar.position == 7


def test_store_refuses_a_day_too_far_ahead():
    ahead = date(2026, 11, 23) + LONGEST_HOLIDAYS
    beyond = ahead + timedelta(days=1)

    with translation.override("en"), pytest.raises(BadAnswer) as refusal:
        store_answer(Answer(beyond, (replace(DOLLAR, day=beyond),)))
    outcome = store_answer(Answer(ahead, (replace(DOLLAR, day=ahead),)))

    assert str(refusal.value) == "The bank's answer is for 2026-12-04, too far ahead to be true."
    assert [outcome.created, Rate.objects.count()] == [1, 1]


def test_store_stores_all_or_nothing():
    senseless = replace(DOLLAR, code="RSD", value=Decimal(-1))

    with pytest.raises(IntegrityError):
        store_answer(Answer(DAY, (DOLLAR, senseless)))

    assert Rate.objects.count() == 0
    assert not Currency.objects.filter(code="RSD").exists()


def test_store_needs_no_more_queries_for_more_rates(django_assert_num_queries):
    with django_assert_num_queries(QUERIES):
        store_answer(parse(sample("rates.xml")), sample("rates.xml"))
    with django_assert_num_queries(QUERIES):
        store_answer(parse(sample("get_rates_2024-03-07.xml")), sample("get_rates_2024-03-07.xml"))


def answer_with_dollar(days_later: int = 0, value: str = "477.03", change: str | None = None, **fields) -> Answer:
    """An answer about the dollar alone."""
    day = DAY + timedelta(days=days_later)
    quote = replace(DOLLAR, day=day, value=Decimal(value), change=change and Decimal(change), **fields)
    return Answer(day, (quote,))


def states() -> list[tuple[str, str]]:
    return [(f"{to_tiyn(rate.value)}", rate.state) for rate in Rate.objects.order_by("day", "id")]


def test_store_says_nothing_new_when_the_bank_returns_to_what_is_in_force():
    for value in ("477.03", "600", "477.03"):
        store_answer(answer_with_dollar(-1, "477.03"))
        outcome = store_answer(answer_with_dollar(0, value))

    assert outcome.same == 1
    assert outcome.held_back == 0
    assert states() == [("477.03", "in_force"), ("477.03", "in_force"), ("600.00", "replaced")]


def test_store_keeps_each_revision_though_the_bank_goes_back_and_forth():
    for value in ("477.03", "477.30", "477.03"):
        store_answer(answer_with_dollar(0, value))

    assert states() == [("477.03", "replaced"), ("477.30", "replaced"), ("477.03", "in_force")]


def test_store_holds_a_jump_back_and_the_last_good_rate_stays():
    store_answer(answer_with_dollar(0, "477.03"))

    outcome = store_answer(answer_with_dollar(1, "47703"))

    assert outcome == Outcome(DAY + timedelta(days=1), created=0, changed=0, same=0, held_back=1)
    assert states() == [("477.03", "in_force"), ("47703.00", "held_back")]
    assert [rate.day for rate in Rate.objects.current(on=DAY + timedelta(days=1))] == [DAY]


def test_store_holds_a_jump_of_a_revision_back():
    store_answer(answer_with_dollar(0))
    store_answer(answer_with_dollar(1, "478"))

    outcome = store_answer(answer_with_dollar(1, "4.78"))

    assert outcome.changed == 0
    assert outcome.held_back == 1
    assert states() == [("477.03", "in_force"), ("478.00", "in_force"), ("4.78", "held_back")]


@pytest.mark.parametrize(
    ("value", "limit", "held_back"),
    [("110", 10, 0), ("110.01", 10, 1), ("90", 10, 0), ("89.99", 10, 1), ("130", 30, 0), ("100.5", "0.25", 1)],
)
def test_store_measures_a_jump_by_the_limit_of_its_currency(value, limit, held_back):
    Currency.objects.filter(code="USD").update(jump_limit=limit)
    store_answer(answer_with_dollar(0, "100"))

    assert store_answer(answer_with_dollar(1, value)).held_back == held_back


def test_store_measures_a_jump_of_a_unit():
    store_answer(answer_with_dollar(0, "12.47", nominal=10))

    assert store_answer(answer_with_dollar(1, "124.8", nominal=100)).held_back == 0
    assert store_answer(answer_with_dollar(2, "124.8", nominal=10)).held_back == 1


def test_store_goes_on_with_the_old_level_after_a_slip():
    store_answer(answer_with_dollar(0, "477.03"))
    store_answer(answer_with_dollar(1, "47703"))

    outcome = store_answer(answer_with_dollar(2, "478.10"))

    assert outcome.created == 1
    assert outcome.held_back == 0


def test_store_holds_a_new_level_back_until_somebody_decides():
    store_answer(answer_with_dollar(0, "188.38"))
    outcomes = [store_answer(answer_with_dollar(number, "255.26")) for number in range(1, 30)]

    assert {outcome.held_back for outcome in outcomes} == {1}


def test_store_asks_no_more_about_what_is_held_back_or_refused():
    store_answer(answer_with_dollar(0, "477.03"))
    store_answer(answer_with_dollar(1, "47703"))
    again = store_answer(answer_with_dollar(1, "47703"))
    Rate.objects.held_back().update(state=Rate.State.REFUSED)
    refused = store_answer(answer_with_dollar(1, "47703"))

    assert [again.held_back, refused.held_back] == [1, 1]
    assert states() == [("477.03", "in_force"), ("47703.00", "refused")]


def test_store_replaces_what_is_held_back_by_what_the_bank_says_next():
    store_answer(answer_with_dollar(0, "477.03"))
    store_answer(answer_with_dollar(1, "47703"))
    store_answer(answer_with_dollar(1, "4770.3"))
    store_answer(answer_with_dollar(1, "477.1"))

    assert states() == [
        ("477.03", "in_force"),
        ("47703.00", "replaced"),
        ("4770.30", "replaced"),
        ("477.10", "in_force"),
    ]


@pytest.mark.parametrize(("change", "held_back"), [("0.97", 0), ("300", 1), ("478", 1), (None, 0)])
def test_store_measures_a_first_rate_by_the_banks_own_change(change, held_back):
    assert store_answer(answer_with_dollar(0, "477.03", change)).held_back == held_back


def test_store_keeps_the_answer_that_each_rate_was_read_from():
    data = sample("get_rates_2024-03-07.xml")

    update_rates(DAY, lambda day: data)

    (kept,) = BankAnswer.objects.all()
    assert kept.data == data
    assert kept.asked_for == DAY
    assert kept.is_intact is True
    assert kept.place == "http://127.0.0.1:9/?fdate=07.03.2024"
    assert set(Rate.objects.values_list("answer", "stored_at")) == {(kept.pk, kept.fetched_at)}


def test_update_rates_keeps_the_answer_that_there_are_no_rates():
    with pytest.raises(NoRates):
        update_rates(DAY, lambda day: sample("get_rates_info_no_data.xml"))

    assert [(kept.asked_for, kept.data) for kept in BankAnswer.objects.all()] == [
        (DAY, sample("get_rates_info_no_data.xml"))
    ]


@pytest.mark.parametrize(("hour", "days"), [("15:59", [23]), ("16:00", [23, 24]), ("23:59", [23, 24])])
def test_days_to_ask_holds_tomorrow_from_the_afternoon_on(hour, days):
    assert [day.day for day in days_to_ask(datetime.fromisoformat(f"2026-11-23T{hour}+05:00"))] == days


def test_missing_are_days_of_which_nothing_is_known():
    days = [DAY + timedelta(days=number) for number in range(4)]
    make_rate("USD", days[0])
    make_rate("USD", days[1], state=Rate.State.HELD_BACK)
    make_rate("USD", days[2], state=Rate.State.REFUSED)

    assert find_missing_days(days) == days[2:]


@pytest.mark.parametrize(("change", "there"), [("0.00", False), ("-1.90", True)])
def test_missing_takes_tomorrow_for_there_when_something_has_moved(change, there):
    tomorrow = date(2026, 11, 24)
    make_rate("USD", tomorrow, change=Decimal(change))
    make_rate("EUR", tomorrow, change=Decimal(0))

    assert find_missing_days([tomorrow]) == ([] if there else [tomorrow])


def test_unasked_are_days_the_bank_has_not_answered_for_since_they_were_over():
    first, second, third, last = (DAY + timedelta(days=number) for number in range(4))
    for asked, at in ((first, "2024-03-08 00:00+05:00"), (second, "2024-03-08 23:59+05:00"), (None, "2026-11-23")):
        with time_machine.travel(at, tick=False):
            BankAnswer.record(b"<rates/>", "", asked)

    assert find_unanswered_days(first, last) == [second, third, last]


@pytest.mark.django_db(transaction=True)
def test_two_updates_at_once_take_turns():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time by itself, and its test database lives in one connection.")
    outcomes = []

    def update() -> None:
        outcomes.append(store_answer(parse(sample("rates_all.xml"))))
        connection.close()

    threads = [Thread(target=update) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted((outcome.created, outcome.same) for outcome in outcomes) == [(0, 42), (0, 42), (0, 42), (42, 0)]
