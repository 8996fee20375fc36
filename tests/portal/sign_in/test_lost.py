"""Who has lost each second factor, and the second person who lets them in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.models import LostSecondFactor
from portal.sign_in import lost, recovery_codes
from tests.support.signing_in import (
    give_app,
    make_person,
    open_browser,
    read_mail,
    sees_the_desk,
    set_up_app,
    type_code,
    type_password,
)

pytestmark = pytest.mark.django_db

LOST, OWN_PAGE = "/admin/login/lost/", "/admin/sign-in/"


@pytest.fixture
def chief():
    return make_person("chief", "Бас редактор")


@pytest.fixture
def telephone(chief):
    return give_app(chief)


@pytest.fixture
def asking(telephone):
    """The browser of the chief editor, who has asked."""
    return ask()


@pytest.fixture
def helper():
    """The browser of somebody who may confirm it."""
    person = make_person("helper", "", lost.PERMISSION)
    browser = open_browser()
    browser.force_login(person)
    return browser


def ask(name: str = "chief"):
    browser = open_browser()
    type_password(browser, name)
    assert browser.post(LOST)["Location"] == LOST
    return browser


def number_on(browser) -> str:
    return re.search(r'class="lost-number"><strong>(\d{6})<', browser.get(LOST).content.decode())[1]


def decide(browser, **fields) -> str:
    """What the helper's next page says."""
    pk = LostSecondFactor.objects.latest("pk").pk
    address = f"/admin/portal/lostsecondfactor/{pk}/decide/"
    page = browser.post(address, fields, follow=True).content.decode()
    return re.findall(r'<li class="(?:success|error)">(.*?)</li>', page, re.DOTALL)[-1].strip()


CONFIRMED = "Confirmed. The person sets up a new second factor now."
NOT_YOU = (
    "Somebody else has to decide this: nobody decides it for themselves, nor for an account that they changed in the "
    "last 30 days, and for superusers only a superuser does."
)
WRONG = "This is not the number that the person sees. Ask them for it once more."
OVER = "This was decided already, or it was asked more than twelve hours ago."


def test_confirmed_person_sets_up_a_new_second_factor(asking, helper, telephone):
    assert decide(helper, number=number_on(asking)) == CONFIRMED

    assert asking.get(LOST)["Location"] == OWN_PAGE
    assert asking.get("/admin/").status_code == 302
    set_up_app(asking)

    assert sees_the_desk(asking)
    assert TOTPDevice.objects.count() == 1
    other = open_browser()
    type_password(other, "chief")
    assert type_code(other, telephone.show()).status_code == 200


def test_what_was_lost_works_no_more_once_it_is_confirmed(asking, helper, chief, telephone):
    codes = recovery_codes.make_codes(chief)
    decide(helper, number=number_on(asking))
    finder = open_browser()
    type_password(finder, "chief")

    assert type_code(finder, telephone.show()).status_code == 200
    assert type_code(finder, codes[0]).status_code == 200


def test_sessions_end_once_it_is_confirmed(helper, telephone):
    thief = open_browser()
    type_password(thief, "chief")
    type_code(thief, telephone.show())
    assert sees_the_desk(thief)
    asking = ask()

    decide(helper, number=number_on(asking))

    assert not sees_the_desk(thief)


def test_password_in_another_browser_is_not_enough_after_it_is_confirmed(asking, helper):
    decide(helper, number=number_on(asking))
    other = open_browser()

    assert type_password(other, "chief")["Location"] == "/admin/login/second-step/"
    assert other.get("/admin/sign-in/app/")["Location"] == "/admin/login/second-step/"
    assert not sees_the_desk(other)


def test_wrong_number_confirms_nothing_and_three_of_them_refuse(asking, helper):
    number = number_on(asking)
    wrong = "000000" if number != "000000" else "111111"

    assert [decide(helper, number=wrong) for _time in range(3)] == [WRONG] * 3
    assert decide(helper, number=number) == OVER
    assert asking.get("/admin/sign-in/app/")["Location"] == "/admin/login/second-step/"


def test_helper_refuses(asking, helper):
    assert decide(helper, refuse="") == "Refused. The person has to ask once more."

    assert "This was refused, or it is too long ago." in asking.get(LOST).content.decode()
    assert asking.get("/admin/sign-in/app/")["Location"] == "/admin/login/second-step/"


def test_number_holds_for_twelve_hours(asking, helper):
    number = number_on(asking)
    LostSecondFactor.objects.update(asked_at=timezone.now() - timedelta(hours=12, minutes=1))

    assert decide(helper, number=number) == OVER


def test_asking_again_makes_the_first_number_void(asking, helper):
    asking.post(LOST)

    assert LostSecondFactor.objects.count() == 1
    assert decide(helper, number=number_on(asking)) == CONFIRMED


def test_nobody_confirms_it_for_themselves(telephone, chief):
    chief.user_permissions.set(make_person("other", "", lost.PERMISSION).user_permissions.all())
    other_session = open_browser()
    type_password(other_session, "chief")
    type_code(other_session, telephone.show())
    asking = ask()

    assert decide(other_session, number=number_on(asking)) == NOT_YOU


def test_administrator_who_gave_the_account_a_password_does_not_confirm_it(telephone, chief):
    """Or one person alone could take over the account of another."""
    administrator = open_browser()
    administrator.force_login(make_person("administrator", "Әкімші"))
    new = "a password known to two"
    fields = {"password1": new, "password2": new, "usable_password": "true"}
    assert administrator.post(f"/admin/auth/user/{chief.pk}/password/", fields).status_code == 302
    asking = open_browser()
    type_password(asking, "chief", new)
    asking.post(LOST)

    assert decide(administrator, number=number_on(asking)) == NOT_YOU
    LogEntry.objects.update(action_time=timezone.now() - timedelta(days=31))
    assert decide(administrator, number=number_on(asking)) == CONFIRMED


def test_helper_confirms_it_again_when_it_is_lost_again(asking, helper):
    decide(helper, number=number_on(asking))
    set_up_app(asking)

    assert decide(helper, number=number_on(ask())) == CONFIRMED


def test_only_a_superuser_confirms_it_for_a_superuser(helper):
    give_app(make_person("boss", is_superuser=True))
    asking = ask("boss")
    peer = open_browser()
    peer.force_login(make_person("peer", is_superuser=True))

    assert decide(helper, number=number_on(asking)) == NOT_YOU
    assert decide(peer, number=number_on(asking)) == CONFIRMED


@pytest.mark.parametrize(
    ("role", "status"),
    [("Тілші", 403), ("Аудармашы", 403), ("Бас редактор", 403), ("Бағам маманы", 403), ("Әкімші", 200)],
)
def test_who_sees_and_decides_it(asking, role, status):
    browser = open_browser()
    browser.force_login(make_person("somebody", role))
    pk = LostSecondFactor.objects.get().pk

    pages = ("", f"{pk}/change/")
    assert [browser.get(f"/admin/portal/lostsecondfactor/{page}").status_code for page in pages] == [status] * 2
    if status == 403:
        assert browser.post(f"/admin/portal/lostsecondfactor/{pk}/decide/", {"refuse": ""}).status_code == 403
    assert LostSecondFactor.objects.get().decided_at is None


def test_stranger_decides_nothing(asking, client):
    pk = LostSecondFactor.objects.get().pk

    assert client.post(f"/admin/portal/lostsecondfactor/{pk}/decide/", {"refuse": ""}).status_code == 302
    assert LostSecondFactor.objects.get().decided_at is None


def test_stranger_asks_for_nothing(client, telephone):
    assert client.post(LOST)["Location"] == "/admin/login/"
    assert not LostSecondFactor.objects.exists()


def test_number_is_not_shown_to_who_decides(asking, helper):
    pk = LostSecondFactor.objects.get().pk

    assert number_on(asking) not in helper.get(f"/admin/portal/lostsecondfactor/{pk}/change/").content.decode()


def test_owner_and_helpers_are_told_and_the_log_has_each_step(helper, chief, telephone):
    helper_person = helper.get("/admin/").wsgi_request.user
    asking = ask()
    decide(helper, number=number_on(asking))
    set_up_app(asking)

    assert read_mail("helper@example.kz") == ["Lost second factor"]
    assert read_mail("chief@example.kz").count("Your second factor was changed") == 3
    entries = LogEntry.objects.order_by("pk").values_list("user", "object_id", "change_message")
    assert list(entries)[:3] == [
        (chief.pk, str(chief.pk), "Asked to be let in without the second factor."),
        (helper_person.pk, str(chief.pk), "Confirmed that the second factor was lost."),
        (chief.pk, str(chief.pk), "Set up a second factor."),
    ]


def test_first_step_waits_for_twelve_hours_when_it_is_lost(asking, helper):
    number = number_on(asking)
    with time_machine.travel(timezone.now() + timedelta(hours=11), tick=False):
        assert number_on(asking) == number
