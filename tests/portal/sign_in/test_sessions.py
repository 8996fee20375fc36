"""Sessions that their owner and superusers end, and the mail about a browser that is new."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from portal.models import Session
from portal.sign_in import browsers
from portal.sign_in.views import name_session
from tests.support.signing_in import (
    CHROME,
    PASSWORD,
    make_person,
    open_browser,
    read_mail,
    sees_the_desk,
    type_password,
)

pytestmark = pytest.mark.django_db

NEW = "Sign-in with a new browser"


@pytest.fixture(autouse=True)
def aigul():
    return make_person()


def sign_in(agent: str, name: str = "aigul"):
    browser = open_browser(agent)
    type_password(browser, name)
    return browser


def name_of(browser) -> str:
    """What the page calls the session of a browser."""
    return name_session(Session.objects.get(session_key=browser.cookies["sessionid"].value))


# Listed and ended


def test_own_sessions_are_listed_without_their_keys():
    first, second = open_browser(), sign_in(CHROME)
    type_password(first)

    page = first.get("/admin/sign-in/").content.decode()

    assert page.count("<strong>Firefox, Windows</strong>") == 1
    assert page.count("<strong>Chrome, Linux</strong>") == 1
    assert first.cookies["sessionid"].value not in page
    assert second.cookies["sessionid"].value not in page


def test_nobody_sees_the_sessions_of_others():
    make_person("bolat")
    sign_in(CHROME, "bolat")
    browser = open_browser()
    type_password(browser)

    assert "Chrome, Linux" not in browser.get("/admin/sign-in/").content.decode()


def test_owner_ends_a_session(aigul):
    telephone, desk = sign_in(CHROME), open_browser()
    type_password(desk)

    desk.post("/admin/sign-in/end-session/", {"session": name_of(telephone)})

    assert (sees_the_desk(desk), sees_the_desk(telephone)) == (True, False)
    assert LogEntry.objects.latest("pk").change_message == "Ended a session."


def test_owner_ends_all_other_sessions():
    others, desk = [sign_in(CHROME), sign_in(CHROME)], open_browser()
    type_password(desk)

    desk.post("/admin/sign-in/end-session/", {"session": "others"})

    assert [sees_the_desk(each) for each in (desk, *others)] == [True, False, False]


def test_nobody_ends_the_session_of_another_person():
    make_person("bolat")
    victim, stranger = sign_in(CHROME), sign_in(CHROME, "bolat")

    stranger.post("/admin/sign-in/end-session/", {"session": name_of(victim)})
    stranger.post("/admin/sign-in/end-session/", {"session": "others"})

    assert sees_the_desk(victim)


def test_stranger_ends_nothing(client):
    victim = sign_in(CHROME)

    response = client.post("/admin/sign-in/end-session/", {"session": name_of(victim)})

    assert response["Location"] == "/admin/login/?next=/admin/sign-in/end-session/"
    assert sees_the_desk(victim)


def test_superuser_ends_the_session_of_anybody(aigul):
    boss = make_person("boss", is_superuser=True)
    victim, desk = sign_in(CHROME), sign_in(CHROME, "boss")
    address = f"/admin/auth/user/{aigul.pk}/sessions/"
    assert address in desk.get(f"/admin/auth/user/{aigul.pk}/change/").content.decode()
    page = desk.get(address).content.decode()
    assert page.count("<strong>Chrome, Linux</strong>") == 1
    assert victim.cookies["sessionid"].value not in page

    desk.post(address, {"session": name_of(victim)})

    assert not sees_the_desk(victim)
    last = LogEntry.objects.latest("pk")
    assert (last.user, last.object_id, last.change_message) == (boss, str(aigul.pk), "Ended a session.")


@pytest.mark.parametrize("role", ["Тілші", "Аудармашы", "Бас редактор", "Бағам маманы", "Әкімші"])
def test_no_role_sees_or_ends_the_sessions_of_others(role, aigul):
    make_person("bolat", role)
    victim, stranger = sign_in(CHROME), sign_in(CHROME, "bolat")
    address = f"/admin/auth/user/{aigul.pk}/sessions/"

    statuses = [stranger.get(address).status_code, stranger.post(address, {"session": name_of(victim)}).status_code]
    assert statuses == [403, 403]
    assert address not in stranger.get(f"/admin/auth/user/{aigul.pk}/change/").content.decode()
    assert sees_the_desk(victim)


def test_changed_password_ends_the_other_sessions():
    other, desk = sign_in(CHROME), sign_in(CHROME)

    new = "another long password"
    desk.post("/admin/password_change/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})

    assert (sees_the_desk(desk), sees_the_desk(other)) == (True, False)


def test_old_sessions_are_deleted_by_their_job():
    sign_in(CHROME)
    sign_in(CHROME)
    Session.objects.filter(pk=Session.objects.first().pk).update(expire_date=timezone.now())

    call_command("clearsessions")

    assert Session.objects.count() == 1


# A browser that is new


def test_new_browser_is_told_and_a_known_one_is_not():
    browser = open_browser()
    for _time in range(2):
        type_password(browser)
        browser.post("/admin/logout/")
    sign_in(CHROME)

    assert read_mail("aigul@example.kz") == [NEW, NEW]
    assert "Chrome, Linux" in mail.outbox[1].body
    assert "http://testserver/admin/sign-in/" in mail.outbox[1].body


def test_browser_of_a_colleague_is_new_for_me():
    make_person("bolat")
    browser = open_browser()
    for name in ("aigul", "bolat", "aigul"):
        type_password(browser, name)
        browser.post("/admin/logout/")

    assert (read_mail("aigul@example.kz"), read_mail("bolat@example.kz")) == ([NEW], [NEW])


def test_invented_cookie_is_no_known_browser(aigul):
    browser = open_browser()
    browser.cookies[browsers.COOKIE] = f"[{aigul.pk}]"
    type_password(browser)

    assert read_mail("aigul@example.kz") == [NEW]


def test_cookie_of_a_known_browser_goes_to_the_admin_only(settings):
    browser = open_browser()
    type_password(browser)

    cookie = browser.cookies[browsers.COOKIE]

    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/admin/", True, "Lax")


def test_mail_is_in_the_language_of_the_page():
    browser = open_browser()
    browser.cookies["django_language"] = "ru"
    type_password(browser)

    assert read_mail("aigul@example.kz") == ["Вход в новом браузере"]


def test_wrong_password_tells_nobody():
    type_password(open_browser(), password="wrong")

    assert read_mail("aigul@example.kz") == []


def test_mail_server_that_is_away_stops_nobody(settings):
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 9, "timeout": 1},
        }
    }
    browser = open_browser()
    type_password(browser)

    assert sees_the_desk(browser)
    assert read_mail("aigul@example.kz") == []


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME, "Chrome, Linux"),
        (CHROME + " Edg/142.0", "Edge, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) Version/18.4 Mobile/15E148 Safari/604.1",
            "Safari, iOS",
        ),
        ("Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.14", "curl/8.14"),
        ("x" * 500, "x" * 50),
        ("", "?"),
    ],
)
def test_browser_has_a_name(rf, agent, name):
    assert browsers.name_browser(rf.get("/", headers={"User-Agent": agent})) == name
