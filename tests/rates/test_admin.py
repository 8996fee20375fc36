from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rates.models import Currency, Rate
from tests.factories import make_rate, make_user

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 7)
PAGES = ["/admin/rates/currency/", "/admin/rates/currency/add/", "/admin/rates/rate/", "/admin/rates/rate/add/"]


def rate_form(**fields):
    dollar = Currency.objects.get(code="USD")
    return {"currency": dollar.pk, "day": "2024-03-07", "nominal": "1", "value": "477.03", "change": "", **fields}


@pytest.mark.parametrize("page", PAGES)
def test_admin_sends_a_stranger_to_sign_in(page, client):
    response = client.get(page)

    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={page}")


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
    assert (rate.day, rate.value, rate.origin) == (DAY, Decimal("477.03"), Rate.Origin.HAND)
    assert (rate.entered_by, rate.fetched_at) == (clerk, None)


def test_admin_remembers_who_changed_a_rate_by_hand_last(client):
    rate = make_rate("USD", DAY, "477.03", origin=Rate.Origin.HAND)
    clerk = make_user("rates.change_rate", "rates.view_rate")
    client.force_login(clerk)

    client.post(f"/admin/rates/rate/{rate.pk}/change/", rate_form(value="477.30"))

    rate.refresh_from_db()
    assert (rate.value, rate.entered_by) == (Decimal("477.30"), clerk)


def test_admin_lets_nobody_rewrite_a_rate_of_the_bank(client):
    rate = make_rate("USD", DAY, "477.03")
    client.force_login(make_user(is_superuser=True))

    seen = client.get(f"/admin/rates/rate/{rate.pk}/change/")
    refused = client.post(f"/admin/rates/rate/{rate.pk}/change/", rate_form(value="1"))

    assert (seen.status_code, refused.status_code) == (200, 403)
    rate.refresh_from_db()
    assert (rate.value, rate.origin) == (Decimal("477.03"), Rate.Origin.BANK)


@pytest.mark.parametrize(
    "fields",
    [{"value": "0"}, {"value": "-1"}, {"value": "NaN"}, {"nominal": "0"}, {"day": "1991-12-16"}, {"day": "2024-03-06"}],
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

    assert '<td class="field-shown_value">10,20</td><td class="field-shown_change">-0,05</td>' in html


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

    client.post(f"/admin/rates/currency/{dollar.pk}/change/", form)

    dollar.refresh_from_db()
    assert (dollar.code, dollar.name_en) == ("USD", "dollar")


def test_admin_asks_for_a_currency_in_all_three_languages(client):
    client.force_login(make_user("rates.add_currency"))
    form = {"code": "RSD", "name_kk": "Сербия динары", "name_ru": "", "name_en": "", "position": "100"}

    response = client.post("/admin/rates/currency/add/", form)

    assert sorted(response.context["adminform"].form.errors) == ["name_en", "name_ru"]


def test_admin_keeps_a_currency_that_has_rates(client):
    dollar = make_rate("USD", DAY).currency
    client.force_login(make_user(is_superuser=True))

    client.post(f"/admin/rates/currency/{dollar.pk}/delete/", {"post": "yes"})

    assert Currency.objects.filter(code="USD").exists()
