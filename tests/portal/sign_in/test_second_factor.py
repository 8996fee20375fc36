"""One-time codes and recovery codes, and whom the settings let in without them."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.models import RecoveryCode
from portal.sign_in import recovery_codes
from tests.support.signing_in import (
    PASSWORD,
    Telephone,
    give_app,
    make_person,
    open_browser,
    read_mail,
    read_picture,
    sees_the_desk,
    set_up_app,
    show_recovery_codes,
    type_code,
    type_password,
)

pytestmark = pytest.mark.django_db

SECOND_STEP, OWN_PAGE = "/admin/login/second-step/", "/admin/sign-in/"


@pytest.fixture
def chief() -> User:
    return make_person("chief", "Бас редактор")


@pytest.fixture
def enforced(settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["Бас редактор"]


# A password alone


def test_password_alone_is_enough_when_no_role_needs_more(chief):
    browser = open_browser()

    assert type_password(browser, "chief")["Location"] == "/admin/"
    assert sees_the_desk(browser)


def test_password_leads_to_the_address_that_was_asked_for(chief):
    assert type_password(open_browser(), "chief", next="/admin/news/")["Location"] == "/admin/news/"


def test_password_leads_to_no_other_site(chief):
    assert type_password(open_browser(), "chief", next="https://evil.example/")["Location"] == "/admin/"


# Enforced by role


def test_role_that_needs_a_second_factor_does_nothing_but_set_it_up(chief, enforced):
    browser = open_browser()

    assert type_password(browser, "chief")["Location"] == OWN_PAGE
    pages = ("/admin/", "/admin/news/article/", "/admin/password_change/", "/admin/sign-in/recovery-codes/")
    assert [browser.get(page).status_code for page in pages] == [302] * 4
    assert browser.get("/admin/jsi18n/").wsgi_request.user.is_authenticated is False
    assert browser.get(OWN_PAGE).status_code == 200


def test_setting_it_up_is_the_second_step(chief, enforced):
    browser = open_browser()
    type_password(browser, "chief", next="/admin/news/")

    set_up_app(browser)

    assert sees_the_desk(browser)
    assert browser.get("/admin/").wsgi_request.user.is_verified()


def test_other_roles_go_on_without_one(enforced):
    make_person("writer", "Тілші")

    assert type_password(open_browser(), "writer")["Location"] == "/admin/"


def test_superusers_need_one_as_soon_as_a_role_does(enforced):
    make_person("boss", is_superuser=True)

    assert type_password(open_browser(), "boss")["Location"] == OWN_PAGE


def test_star_means_everybody(settings):
    settings.SECOND_FACTOR_ROLES = ["*"]
    make_person("writer", "Тілші")

    assert type_password(open_browser(), "writer")["Location"] == OWN_PAGE


def test_session_from_before_the_setting_is_nobodys(chief, settings):
    browser = open_browser()
    type_password(browser, "chief")

    settings.SECOND_FACTOR_ROLES = ["Бас редактор"]

    assert browser.get("/admin/").status_code == 302
    assert browser.get(OWN_PAGE)["Location"] == f"/admin/login/?next={OWN_PAGE}"


def test_role_given_meanwhile_asks_for_one(chief, enforced):
    writer = make_person("writer", "Тілші")
    browser = open_browser()
    type_password(browser, "writer")

    writer.groups.set(chief.groups.all())

    assert not sees_the_desk(browser)


# One-time codes


def test_code_of_the_app_opens_the_admin(chief):
    telephone, browser = give_app(chief), open_browser()

    assert type_password(browser, "chief", next="/admin/news/")["Location"] == SECOND_STEP
    assert not sees_the_desk(browser)
    assert type_code(browser, telephone.show())["Location"] == "/admin/news/"
    assert sees_the_desk(browser)


def test_wrong_code_opens_nothing(chief):
    give_app(chief)
    browser = open_browser()
    type_password(browser, "chief")

    page = type_code(browser, "000000")

    assert "This code is wrong or was used already." in page.content.decode()
    assert not sees_the_desk(browser)


@pytest.mark.parametrize("code", ["", " ", "abc", "-1", "9" * 40, "٣٣٣٣٣٣", "²²²²²²", "1e5", "000 000"])
def test_what_is_no_code_is_refused(chief, code):
    give_app(chief)
    browser = open_browser()
    type_password(browser, "chief")

    assert type_code(browser, code).status_code == 200
    assert not sees_the_desk(browser)


def test_code_is_taken_once(chief):
    telephone = give_app(chief)
    code = telephone.show()
    for browser, status in ((open_browser(), 302), (open_browser(), 200)):
        type_password(browser, "chief")
        assert type_code(browser, code).status_code == status


def test_code_of_another_person_opens_nothing(chief):
    telephone = give_app(make_person("other"))
    give_app(chief)
    browser = open_browser()
    type_password(browser, "chief")

    assert type_code(browser, telephone.show()).status_code == 200


def test_second_step_without_the_first_leads_to_it(chief):
    telephone = give_app(chief)

    assert type_code(open_browser(), telephone.show())["Location"] == "/admin/login/"


def test_first_step_is_over_after_a_quarter_of_an_hour(chief):
    telephone, browser = give_app(chief), open_browser()
    type_password(browser, "chief")

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert type_code(browser, telephone.show())["Location"] == "/admin/login/"


def test_first_step_is_over_when_the_password_changes(chief):
    telephone, browser = give_app(chief), open_browser()
    type_password(browser, "chief")
    chief.set_password("another long password")
    chief.save()

    assert type_code(browser, telephone.show())["Location"] == "/admin/login/"


def test_guesses_are_slowed_down_and_never_for_more_than_an_hour(chief):
    key, browser = give_app(chief).key, open_browser()
    start, answers = timezone.now(), []
    for hour in range(20):
        with time_machine.travel(start + timedelta(hours=hour), tick=False):
            type_password(browser, "chief")
            type_code(browser, "000000")
            answers.append("taken again in" in type_code(browser, Telephone(key).show()).content.decode())
    with time_machine.travel(start + timedelta(hours=20), tick=False):
        type_password(browser, "chief")
        assert type_code(browser, Telephone(key).show()).status_code == 302
    assert answers[2:] == [True] * 18


def test_picture_has_the_key_that_the_page_names(chief):
    browser = open_browser()
    type_password(browser, "chief")

    page = browser.get("/admin/sign-in/app/").content.decode()

    assert "otpauth://totp/testserver%3Achief?secret=" in page
    assert 'class="qr-code"' in page
    assert not re.search(r"\sstyle=|<style", page[page.index("<svg", page.index('class="qr"')) :])


def test_app_that_does_not_show_the_code_is_not_added(chief):
    browser = open_browser()
    type_password(browser, "chief")
    telephone = read_picture(browser.get("/admin/sign-in/app/").content.decode())

    page = browser.post("/admin/sign-in/app/", {"code": "000000"})

    assert "This is not the code that the app shows now." in page.content.decode()
    assert not TOTPDevice.objects.exists()
    assert read_picture(page.content.decode()).key == telephone.key


def test_code_that_set_the_app_up_does_not_sign_in(chief):
    browser, other = open_browser(), open_browser()
    type_password(browser, "chief")
    telephone = read_picture(browser.get("/admin/sign-in/app/").content.decode())
    code = telephone.show()
    browser.post("/admin/sign-in/app/", {"code": code})

    type_password(other, "chief")

    assert type_code(other, code).status_code == 200


def test_sessions_from_before_the_second_factor_end(chief):
    browser, other = open_browser(), open_browser()
    type_password(browser, "chief")
    type_password(other, "chief")

    set_up_app(browser)

    assert (sees_the_desk(browser), sees_the_desk(other)) == (True, False)


def test_password_alone_sets_up_no_other_second_factor(chief):
    give_app(chief)
    browser = open_browser()
    type_password(browser, "chief")

    assert browser.get("/admin/sign-in/app/")["Location"] == SECOND_STEP
    assert browser.post("/admin/sign-in/app/", {"code": "000000"})["Location"] == SECOND_STEP
    assert browser.post("/admin/sign-in/recovery-codes/")["Location"] == SECOND_STEP


def test_last_second_factor_of_a_role_that_needs_one_stays(chief, enforced):
    browser = open_browser()
    type_password(browser, "chief")
    set_up_app(browser)
    way = TOTPDevice.objects.get()

    browser.post("/admin/sign-in/remove/", {"way": way.persistent_id})

    assert TOTPDevice.objects.get() == way


def test_second_factor_is_removed_and_told(chief):
    browser = open_browser()
    type_password(browser, "chief")
    set_up_app(browser)
    show_recovery_codes(browser)

    browser.post("/admin/sign-in/remove/", {"way": TOTPDevice.objects.get().persistent_id})

    assert (TOTPDevice.objects.count(), RecoveryCode.objects.count()) == (0, 0)
    assert read_mail("chief@example.kz") == ["Sign-in with a new browser", *["Your second factor was changed"] * 3]
    entries = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    expected = ["Set up a second factor.", "Made new recovery codes.", "Removed a second factor."]
    assert list(entries)[1:] == expected


def test_nobody_removes_the_second_factor_of_another_person(chief):
    give_app(make_person("other"))
    browser = open_browser()
    type_password(browser, "chief")

    browser.post("/admin/sign-in/remove/", {"way": TOTPDevice.objects.get().persistent_id})

    assert TOTPDevice.objects.count() == 1


# Recovery codes


@pytest.fixture
def codes(chief) -> list[str]:
    give_app(chief)
    return recovery_codes.make_codes(chief)


def test_recovery_codes_are_shown_once_and_stored_as_digests(chief):
    browser = open_browser()
    type_password(browser, "chief")
    set_up_app(browser)

    codes = show_recovery_codes(browser)

    assert len(set(codes)) == 10
    assert all(re.fullmatch("([a-z0-9]{4}-){3}[a-z0-9]{4}", code) for code in codes)
    page = browser.get("/admin/sign-in/recovery-codes/").content.decode()
    assert not any(code in page for code in codes)
    assert all(re.fullmatch("[0-9a-f]{64}", row.digest) for row in RecoveryCode.objects.all())


def test_recovery_code_opens_the_admin_once(codes):
    for browser, status in ((open_browser(), 302), (open_browser(), 200)):
        type_password(browser, "chief")
        assert type_code(browser, codes[3]).status_code == status
    assert RecoveryCode.objects.count() == 9


def test_recovery_code_may_be_typed_without_hyphens_and_in_capitals(codes):
    browser = open_browser()
    type_password(browser, "chief")

    assert type_code(browser, codes[0].replace("-", " ").upper()).status_code == 302


def test_who_used_a_recovery_code_is_told_how_many_are_left(codes):
    browser = open_browser()
    type_password(browser, "chief")
    type_code(browser, codes[0])

    assert "You have 9 recovery codes left." in browser.get("/admin/").content.decode()
    assert read_mail("chief@example.kz") == ["Sign-in with a new browser", "Your second factor was changed"]


def test_wrong_one_time_codes_do_not_shut_recovery_codes_out(codes):
    browser = open_browser()
    type_password(browser, "chief")
    for _number in range(20):
        type_code(browser, "000000")

    assert type_code(browser, codes[0]).status_code == 302


def test_new_recovery_codes_make_the_old_ones_void(codes, chief):
    recovery_codes.make_codes(chief)
    browser = open_browser()
    type_password(browser, "chief")

    assert type_code(browser, codes[0]).status_code == 200


def test_who_came_in_by_a_recovery_code_makes_new_ones_and_stays(codes, enforced):
    browser = open_browser()
    type_password(browser, "chief")
    type_code(browser, codes[0])

    assert len(show_recovery_codes(browser)) == 10
    assert sees_the_desk(browser)


def test_recovery_codes_need_a_second_factor_to_recover(chief):
    browser = open_browser()
    type_password(browser, "chief")

    assert browser.post("/admin/sign-in/recovery-codes/")["Location"] == OWN_PAGE


def test_account_is_deleted_with_all_of_it(codes, chief):
    boss = make_person("boss", is_superuser=True)
    browser = open_browser()
    browser.force_login(boss)

    page = browser.get(f"/admin/auth/user/{chief.pk}/delete/").content.decode()
    assert "recovery codes" not in page
    assert "TOTP" not in page
    browser.post(f"/admin/auth/user/{chief.pk}/delete/", {"post": "yes"})

    assert (User.objects.filter(pk=chief.pk).count(), RecoveryCode.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("kk", "Бұл құпиясөз тым қысқа. Онда кемінде 12 таңба болуға тиіс."),
        ("ru", "Введённый пароль слишком короткий. Он должен состоять из как минимум 12 символов."),
        ("en", "This password is too short. It must contain at least 12 characters."),
    ],
)
def test_password_rules_hold_for_a_new_password(chief, language, sentence):
    browser = open_browser()
    browser.cookies["django_language"] = language
    browser.force_login(chief)
    fields = {"old_password": PASSWORD, "new_password1": "12345", "new_password2": "12345"}

    page = browser.post("/admin/password_change/", fields).content.decode()

    assert sentence in page
