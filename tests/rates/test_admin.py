import hashlib
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rates.models import BankAnswer, Currency, Rate
from tests.support.factories import make_rate, make_user

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 7)
PAGES = [
    "/admin/rates/currency/",
    "/admin/rates/currency/add/",
    "/admin/rates/rate/",
    "/admin/rates/rate/add/",
    "/admin/rates/heldrate/",
    "/admin/rates/bankanswer/",
]


def rate_form(**fields):
    dollar = Currency.objects.get(code="USD")
    return {
        "currency": dollar.pk,
        "day": "2024-03-07",
        "nominal": "1",
        "value": "477.03",
        "change": "",
        "reason": "The bank's server is down; from its page.",
        **fields,
    }


@pytest.mark.parametrize("page", PAGES)
def test_admin_sends_a_stranger_to_sign_in(page, client):
    response = client.get(page)

    assert response.status_code == 302
    assert response["Location"] == f"/admin/login/?next={page}"


@pytest.mark.parametrize("page", PAGES)
def test_admin_is_closed_to_staff_without_permission(page, client):
    client.force_login(make_user("news.view_article"))

    assert client.get(page).status_code == 403


def test_admin_lets_a_viewer_only_view(client):
    rate = make_rate("USD", DAY, "477.03", origin=Rate.Origin.HAND)
    client.force_login(make_user("rates.view_rate"))

    statuses = [
        client.get("/admin/rates/rate/").status_code,
        client.get(f"/admin/rates/rate/{rate.pk}/change/").status_code,
        client.post("/admin/rates/rate/add/", rate_form(day="2024-03-08")).status_code,
        client.post(f"/admin/rates/rate/{rate.pk}/change/", rate_form(value="1")).status_code,
        client.post(f"/admin/rates/rate/{rate.pk}/delete/", {"post": "yes"}).status_code,
    ]

    assert statuses == [200, 200, 403, 403, 403]
    assert [rate.value for rate in Rate.objects.all()] == [Decimal("477.03")]


def test_admin_marks_an_added_rate_as_by_hand(client):
    clerk = make_user("rates.add_rate", "rates.view_rate")
    client.force_login(clerk)

    response = client.post("/admin/rates/rate/add/", rate_form(origin="bank", entered_by="999"))

    assert response.status_code == 302
    rate = Rate.objects.get()
    assert rate.day == DAY
    assert rate.value == Decimal("477.03")
    assert rate.origin == Rate.Origin.HAND
    assert rate.entered_by == clerk
    assert rate.answer is None
    assert rate.reason == "The bank's server is down; from its page."


def test_admin_puts_a_rate_by_hand_in_the_place_of_the_banks(client):
    of_bank = make_rate("USD", DAY, "477.03")
    client.force_login(make_user("rates.add_rate", "rates.view_rate"))

    client.post("/admin/rates/rate/add/", rate_form(value="477.30"))

    assert [(rate.value, rate.origin) for rate in Rate.objects.in_force()] == [(Decimal("477.30"), Rate.Origin.HAND)]
    of_bank.refresh_from_db()
    assert of_bank.value == Decimal("477.03")
    assert of_bank.state == Rate.State.REPLACED
    listed = client.get("/admin/rates/rate/").context["cl"].result_list
    assert [(str(rate.value), rate.state) for rate in listed] == [("477.3000", "in_force"), ("477.0300", "replaced")]


def test_admin_holds_a_slip_of_the_hand_back(client):
    make_rate("USD", date(2024, 3, 6), "479.87")
    client.force_login(make_user("rates.add_rate", "rates.view_rate"))

    client.post("/admin/rates/rate/add/", rate_form(value="47703"))

    assert [(rate.value, rate.state) for rate in Rate.objects.filter(day=DAY)] == [
        (Decimal("47703"), Rate.State.HELD_BACK)
    ]


@pytest.mark.parametrize("origin", Rate.Origin)
def test_admin_lets_nobody_rewrite_or_delete_a_rate(origin, client):
    rate = make_rate("USD", DAY, "477.03", origin=origin)
    client.force_login(make_user(is_superuser=True))

    statuses = [
        client.get(f"/admin/rates/rate/{rate.pk}/change/").status_code,
        client.post(f"/admin/rates/rate/{rate.pk}/change/", rate_form(value="1")).status_code,
        client.post(f"/admin/rates/rate/{rate.pk}/delete/", {"post": "yes"}).status_code,
    ]

    assert statuses == [200, 403, 403]
    rate.refresh_from_db()
    assert rate.value == Decimal("477.03")
    assert rate.origin == origin


@pytest.mark.parametrize(
    "fields",
    [
        {"value": "0"},
        {"value": "-1"},
        {"value": "NaN"},
        {"nominal": "0"},
        {"day": "1991-12-16"},
        {"day": "2099-01-01"},
        {"reason": ""},
        {"reason": "  "},
    ],
    ids=str,
)
def test_admin_refuses_a_senseless_rate_in_its_form(fields, client):
    make_rate("USD", date(2024, 3, 6))
    client.force_login(make_user(is_superuser=True))

    response = client.post("/admin/rates/rate/add/", rate_form(**fields))

    assert response.status_code == 200
    assert sum(len(messages) for messages in response.context["errors"]) == 1
    assert Rate.objects.count() == 1


def test_admin_list_shows_figures_as_people_write_them(client):
    make_rate("TRY", DAY, "10.2000", change=Decimal("-0.0500"))
    client.force_login(make_user(is_superuser=True))

    html = client.get("/admin/rates/rate/").text

    assert '<td class="field-display_value">10,20</td><td class="field-display_change">-0,05</td>' in html


def test_admin_list_needs_no_more_queries_for_more_rates(client):
    client.force_login(make_user(is_superuser=True))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/admin/rates/rate/").status_code == 200
        return len(captured)

    for code in ("RUB", "USD", "EUR"):
        make_rate(code, DAY)
    few = queries()
    for currency in Currency.objects.exclude(rates__day=DAY):
        make_rate(currency.code, DAY)

    assert queries() == few


def test_admin_list_of_currencies_chooses_those_of_the_header(client):
    client.force_login(make_user("rates.change_currency", "rates.view_currency"))
    currencies = list(Currency.objects.all())
    form = {"form-TOTAL_FORMS": len(currencies), "form-INITIAL_FORMS": len(currencies), "_save": "1"}
    for number, currency in enumerate(currencies):
        form |= {f"form-{number}-id": currency.pk, f"form-{number}-position": currency.position}
        if currency.code in ("USD", "CNY"):
            form[f"form-{number}-in_widget"] = "on"

    response = client.post("/admin/rates/currency/", form)

    assert response.status_code == 302
    assert [currency.code for currency in Currency.objects.filter(in_widget=True)] == ["USD", "CNY"]


def test_admin_finds_a_currency_by_its_name_in_any_language(client):
    client.force_login(make_user("rates.view_currency"))

    found = [
        [currency.code for currency in client.get("/admin/rates/currency/", {"q": word}).context["cl"].result_list]
        for word in ("gbp", "стерлингов", "стерлингі", "pound")
    ]

    assert found == [["GBP"], ["GBP"], ["GBP"], ["GBP"]]


def test_admin_lets_a_currency_be_renamed_but_not_become_another(client):
    dollar = Currency.objects.get(code="USD")
    client.force_login(make_user("rates.change_currency", "rates.view_currency"))
    form = {"code": "EUR", "name_kk": "доллар", "name_ru": "доллар", "name_en": "dollar", "position": "2"}
    form["jump_limit"] = "10"

    client.post(f"/admin/rates/currency/{dollar.pk}/change/", form)

    dollar.refresh_from_db()
    assert dollar.code == "USD"
    assert dollar.name_en == "dollar"


def test_admin_asks_for_a_currency_in_all_three_languages(client):
    client.force_login(make_user("rates.add_currency"))
    form = {"code": "RSD", "name_kk": "Сербия динары", "name_ru": "", "name_en": "", "position": "100"}
    form["jump_limit"] = "10"

    response = client.post("/admin/rates/currency/add/", form)

    assert sorted(response.context["adminform"].form.errors) == ["name_en", "name_ru"]


def test_admin_keeps_a_currency_that_has_rates(client):
    dollar = make_rate("USD", DAY).currency
    client.force_login(make_user(is_superuser=True))

    client.post(f"/admin/rates/currency/{dollar.pk}/delete/", {"post": "yes"})

    assert Currency.objects.filter(code="USD").exists()


def test_admin_shows_what_is_held_back_beside_what_it_is_measured_by(client):
    make_rate("AMD", date(2024, 3, 6), "12.47", nominal=10)
    make_rate("AMD", DAY, "249.40", nominal=100, state=Rate.State.HELD_BACK)
    client.force_login(make_user("rates.view_heldrate"))

    html = client.get("/admin/rates/heldrate/").text

    assert (
        '<td class="field-before">12,47 / 10 (06.03.2024)</td><td class="field-display_difference">100,00 %</td>'
        in html
    )


def decide(client, action: str, *rates: Rate, page: str = "heldrate"):
    form = {"action": action, "_selected_action": [rate.pk for rate in rates]}
    return client.post(f"/admin/rates/{page}/", form, follow=True)


def test_admin_accepts_and_refuses_what_is_held_back(client):
    clerk = make_user("rates.view_heldrate", "rates.change_heldrate")
    good = make_rate("USD", DAY, "600", state=Rate.State.HELD_BACK)
    bad = make_rate("EUR", DAY, "5.21", state=Rate.State.HELD_BACK)
    client.force_login(clerk)

    decide(client, "accept", good)
    response = decide(client, "refuse", bad)

    good.refresh_from_db(), bad.refresh_from_db()
    assert [(rate.state, rate.decided_by) for rate in (good, bad)] == [("in_force", clerk), ("refused", clerk)]
    assert list(response.context["cl"].result_list) == []


def test_admin_accepts_a_whole_new_level_at_once(client):
    make_rate("USD", DAY, "188.38")
    held = [make_rate("USD", date(2024, 3, day), "255.26", state=Rate.State.HELD_BACK) for day in (8, 9, 10)]
    client.force_login(make_user(is_superuser=True))

    response = decide(client, "accept", *held)

    assert Rate.objects.in_force().count() == 4
    assert len(response.context["messages"]) == 1


def test_admin_takes_a_rate_by_hand_back(client):
    of_bank = make_rate("USD", DAY, "477.03", state=Rate.State.REPLACED)
    by_hand = make_rate("USD", DAY, "480", origin=Rate.Origin.HAND)
    client.force_login(make_user("rates.view_rate", "rates.change_rate"))

    decide(client, "refuse", by_hand, page="rate")

    assert list(Rate.objects.in_force()) == [of_bank]


def test_admin_decides_nothing_for_a_viewer(client):
    held = make_rate("USD", DAY, "600", state=Rate.State.HELD_BACK)
    client.force_login(make_user("rates.view_heldrate", "rates.view_rate"))

    decide(client, "accept", held)
    decide(client, "accept", held, page="rate")

    held.refresh_from_db()
    assert held.state == Rate.State.HELD_BACK


def test_admin_traces_a_rate_to_the_bytes_it_was_read_from(client):
    data = "<rates>ДОЛЛАР США &</rates>".encode()
    rate = make_rate("USD", DAY, answer=BankAnswer.record(data, "https://bank.example/rates", DAY))
    client.force_login(make_user(is_superuser=True))

    seen = client.get(f"/admin/rates/rate/{rate.pk}/change/").text
    address = f"/admin/rates/bankanswer/{rate.answer.pk}/change/"

    assert f'href="{address}"' in seen
    answer = client.get(address).text
    assert "<pre>&lt;rates&gt;ДОЛЛАР США &amp;&lt;/rates&gt;</pre>" in answer
    assert hashlib.sha256(data).hexdigest() in answer
    listed = client.get("/admin/rates/rate/", {"answer": rate.answer.pk}).context["cl"].result_list
    assert list(listed) == [rate]


@pytest.mark.parametrize("value", ["%ff%fe", "%ED%A0%80", "x", "1", ""])
def test_admin_has_no_filter_by_the_bytes_of_an_answer(client, value):
    client.force_login(make_user(is_superuser=True))

    assert client.get(f"/admin/rates/bankanswer/?compressed={value}").status_code == 400
