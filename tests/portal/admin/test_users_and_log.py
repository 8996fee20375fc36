import pytest
from django.contrib.auth.models import User
from django.db import connection

from portal.models import SiteSettings
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("permissions", "field", "status"),
    [
        (["news.view_image", "news.view_article"], "cover", 200),
        (["news.view_article"], "cover", 403),
        ([], "cover", 403),
    ],
)
def test_autocomplete_answers_only_who_may_see_what_it_offers(client, permissions, field, status):
    client.force_login(make_user(*permissions))

    response = client.get(
        "/admin/autocomplete/", {"app_label": "news", "model_name": "article", "field_name": field, "term": ""}
    )

    assert response.status_code == status


# Signing in


def sign_in(client, password, **extra):
    client.cookies["django_language"] = "en"
    return client.post("/admin/login/", {"username": "aigul", "password": password}, **extra)


def test_sign_in_is_locked_after_five_wrong_passwords(client):
    User.objects.create_user("aigul", password="right", is_staff=True)

    answers = [sign_in(client, "wrong").status_code for _ in range(5)]
    locked = sign_in(client, "right")

    assert answers == [200, 200, 200, 200, 429]
    assert locked.status_code == 429
    assert "<h1>Please wait a little</h1>" in locked.content.decode()


def test_sign_in_locked_at_one_address_is_open_at_another(client):
    User.objects.create_user("aigul", password="right", is_staff=True)
    for _ in range(5):
        sign_in(client, "wrong")

    response = sign_in(client, "right", REMOTE_ADDR="192.0.2.7")

    assert response.status_code == 302
    assert response["Location"] == "/admin/"


# The frame


def test_language_switch_keeps_the_page_and_changes_its_language(client):
    client.force_login(make_user("news.view_article"))

    client.post("/language/", {"language": "ru", "next": "/admin/news/article/"})
    response = client.get("/admin/news/article/")

    assert response.headers["Content-Language"] == "ru"


def test_language_switch_offers_the_languages_that_articles_are_written_in(client):
    response = client.get("/admin/login/")

    assert [each.code for each in response.context["admin_languages"]] == ["kk", "ru", "en"]


def test_admin_leads_to_the_site_in_the_editors_language(client):
    client.force_login(make_user())
    client.cookies["django_language"] = "ru"

    assert client.get("/admin/").context["site_url"] == "/ru/"


# Site settings


def test_list_of_site_settings_leads_to_the_form(client):
    client.force_login(make_user("portal.change_sitesettings", "portal.add_sitesettings"))

    before = client.get("/admin/portal/sitesettings/")["Location"]
    SiteSettings.objects.create(pk=1)
    after = client.get("/admin/portal/sitesettings/")["Location"]

    assert before == "/admin/portal/sitesettings/add/"
    assert after == "/admin/portal/sitesettings/1/change/"


def test_first_site_settings_become_the_one_row(client):
    client.force_login(make_user("portal.add_sitesettings", "portal.view_sitesettings", "news.publish_article"))

    client.post("/admin/portal/sitesettings/add/", {"phone": "+7 7172 00 00 00"})

    assert SiteSettings.load().phone == "+7 7172 00 00 00"
    assert client.get("/admin/portal/sitesettings/add/").status_code == 403


# What an address may say


@pytest.mark.parametrize(
    "address",
    [
        "/admin/auth/group/?pk__range=1",
        "/admin/auth/group/?pk__range=",
        "/admin/auth/group/?pk__range=21",
        "/admin/auth/group/?pk__range=2147483648",
        "/admin/auth/group/?name__range=%D0%B0,%D1%8F",
        "/admin/auth/user/1/change/?_to_field=",
    ],
)
def test_filter_that_cannot_be_used_is_refused(client, address):
    client.force_login(make_user(is_superuser=True))

    assert client.get(address).status_code == 400


@pytest.mark.parametrize("lookup", ["ip_address", "ip_address__in"])
def test_filter_by_what_is_no_address_finds_nothing_or_is_refused(client, lookup):
    client.force_login(make_user(is_superuser=True))

    response = client.get(f"/admin/portal/refusedsignin/?{lookup}=x")

    assert response.status_code == (400 if connection.vendor == "postgresql" else 200)


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_number_that_no_row_has_leads_to_no_form(client, number):
    client.force_login(make_user(is_superuser=True))

    assert client.get(f"/admin/news/article/{number}/change/").headers["Location"] == "/admin/"
    assert client.get(f"/admin/news/article/{number}/revisions/1/").status_code == 404
