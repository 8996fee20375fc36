from datetime import date

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from news import revisions
from news.models import Article
from news.verbs import VERBS
from portal import audit
from portal.models import Job, JobRun, RefusedSignIn, SiteSettings
from rates.models import BankAnswer, Currency, HeldRate, Rate
from tests.factories import make_article, make_image, make_person, make_rate, make_source, make_topic, make_user

pytestmark = pytest.mark.django_db

RATES = {
    "rates_currency": "add change view",
    "rates_rate": "add view",  # nobody rewrites what was said
    "rates_heldrate": "change view",
    "rates_bankanswer": "view",
}
# What each role may do with each kind of thing; all else is refused.
ROLES = {
    "nobody": {},
    "Тілші": {
        "news_article": "add change view",
        "news_image": "add change view",
        "news_topic": "add view",
        "news_person": "add view",
        "news_source": "view",
    },
    "Аудармашы": {
        "news_article": "view translate",
        "news_image": "view",
        "news_topic": "view",
        "news_person": "view",
        "news_source": "view",
    },
    "Бас редактор": {
        "news_article": "add change delete view publish",
        "news_image": "add change delete view",
        "news_topic": "add change delete view",
        "news_person": "add change delete view",
        "news_source": "add change delete view",
        "portal_sitesettings": "change view",  # never a second one, never none
        "portal_job": "view",
        "portal_jobrun": "view",
        "portal_refusedsignin": "view",
        "admin_logentry": "view",
        **RATES,
    },
    "Бағам маманы": RATES,
    "Әкімші": {
        "news_article": "add change delete view publish translate",
        "news_image": "add change delete view",
        "news_topic": "add change delete view",
        "news_person": "add change delete view",
        "news_source": "add change delete view",
        "portal_sitesettings": "change view",
        "portal_job": "view",
        "portal_jobrun": "view",
        "portal_refusedsignin": "view",
        "admin_logentry": "view",
        "auth_user": "add change delete view",
        "auth_group": "add change delete view",
        **RATES,
        "rates_currency": "add change delete view",
    },
}
VERBS_NEED = {
    "submit": "change translate",
    "undelete": "delete",
    "add_topic": "change",
    "change_source": "change",
}
# For everyone who may sign in here, whatever their role.
FOR_ALL_STAFF = {"index", "jsi18n", "password_change", "password_change_done", "logout"}


@pytest.fixture
def things():
    """One of each kind, so that every address has something to show."""
    SiteSettings.objects.create(pk=1)
    made = [make_source(), make_topic(), make_person(), make_image(), make_article(status="draft")]
    revisions.latest(made[-1])
    made += [make_rate("USD", date(2024, 3, 7)), BankAnswer.keep(b"<rates/>", "a file", None)]
    made += [HeldRate(pk=make_rate("EUR", date(2024, 3, 7), state=Rate.State.HELD_BACK).pk)]
    job = Job.objects.create(name="rates")
    made += [job, JobRun.objects.create(job=job, due_at=timezone.now(), started_at=timezone.now())]
    audit.write_down(make_user(), audit.SIGNED_IN)
    made += [LogEntry.objects.get(), RefusedSignIn.objects.create(username="aigul", ip_address="192.0.2.7")]
    made += [SiteSettings.load(), Currency.objects.get(code="USD"), make_user(), Group.objects.get(name="Тілші")]
    return {f"{thing._meta.app_label}_{thing._meta.model_name}": thing for thing in made}


def patterns(urls=None):
    for entry in admin.site.get_urls() if urls is None else urls:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns)
        elif isinstance(entry, URLPattern) and entry.name:
            yield entry


def addresses(things):
    """Each address of the admin by its name, found by walking its resolver."""
    article = things["news_article"]
    arguments = {
        "view_on_site": [[ContentType.objects.get_for_model(Article).pk, article.pk]],
        "app_list": [["news"], ["rates"], ["portal"], ["auth"], ["admin"]],
        "news_article_verb": [[name] for name in VERBS],
        "news_article_revision": [[article.pk, 1]],
        "news_article_preview": [[article.pk, "kk"]],
        "news_article_links": [[article.pk]],
        "news_article_statistics": [[article.pk]],
        "news_article_autosave": [[article.pk], []],
        "auth_user_password_change": [[things["auth_user"].pk]],
    }
    for entry in patterns():
        model, _, action = entry.name.rpartition("_")
        chosen = [[things[model].pk]] if action in ("history", "delete", "change") and model in things else [[]]
        for values in arguments.get(entry.name, chosen):
            yield entry.name, reverse(f"admin:{entry.name}", args=values)


def is_allowed(name, address, may):
    if name in FOR_ALL_STAFF:
        return True
    if name == "auth_user_password_change":
        return "change" in may.get("auth_user", "")
    model, _, action = name.rpartition("_")
    allowed = set(may.get(model, "").split())
    match action:
        case "add" | "delete":
            return action in allowed
        case "verb":
            return bool(set(VERBS_NEED.get(address.split("/")[-2], "publish").split()) & allowed)
        case "csv":
            return "view" in allowed
        case "autosave":
            return bool(({"add"} if "/new/" in address else {"change", "translate"}) & allowed)
        case "links":
            return bool({"change", "translate"} & allowed)
        case "changelist" | "change" | "history" | "revision" | "preview" | "statistics":
            return bool({"view", "change"} & allowed)
    # The page of an app is for those who may do anything there.
    return name == "app_list" and any(model.startswith(address.split("/")[-2]) for model in may)


def is_shown(response):
    """A page, or the way to one; not the sign-in, a refusal or the first page with "it does not exist"."""
    return response.status_code in (200, 405) or (
        response.status_code == 302 and response["Location"].startswith(("/admin/portal/", "/admin/password_change/"))
    )


@pytest.mark.parametrize("role", ROLES)
def test_each_address_of_the_admin_is_open_to_whom_it_is_meant_for(client, role, things):
    user = make_user()
    user.groups.set(Group.objects.filter(name=role))
    client.force_login(user)
    names = {name for name, _ in addresses(things)} - {"autocomplete", "view_on_site", "login"}

    shown = {name: set() for name in names}
    meant = {name: set() for name in names}
    for name, address in addresses(things):
        if name in names:
            shown[name] |= {address} if is_shown(client.get(address)) else set()
            meant[name] |= {address} if is_allowed(name, address, ROLES[role]) else set()

    assert len(names) > 60
    assert shown == meant


def test_each_address_of_the_admin_sends_a_stranger_to_sign_in(client, things):
    open_to_all = {"/admin/login/", "/admin/logout/"}

    answers = {
        address: client.get(address).headers.get("Location", "").partition("?")[0]
        for _, address in addresses(things)
        if address not in open_to_all
    }

    assert set(answers.values()) == {"/admin/login/"}


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

    assert (answers, locked.status_code) == ([200, 200, 200, 200, 429], 429)
    assert "<h1>Please wait a little</h1>" in locked.content.decode()


def test_sign_in_locked_at_one_address_is_open_at_another(client):
    User.objects.create_user("aigul", password="right", is_staff=True)
    for _ in range(5):
        sign_in(client, "wrong")

    response = sign_in(client, "right", REMOTE_ADDR="192.0.2.7")

    assert (response.status_code, response["Location"]) == (302, "/accounts/profile/")


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

    assert (before, after) == ("/admin/portal/sitesettings/add/", "/admin/portal/sitesettings/1/change/")


def test_first_site_settings_become_the_one_row(client):
    client.force_login(make_user("portal.add_sitesettings", "portal.view_sitesettings"))

    client.post("/admin/portal/sitesettings/add/", {"phone": "+7 7172 00 00 00"})

    assert SiteSettings.load().phone == "+7 7172 00 00 00"
    assert client.get("/admin/portal/sitesettings/add/").status_code == 403
