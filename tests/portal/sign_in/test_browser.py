"""Each second factor in a real browser, its loss and the way back, as a person goes it."""

import re
from contextlib import ExitStack

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential
from playwright.sync_api import Page, expect

from portal.sign_in import lost, recovery_codes
from tests.support.browser import faults, needs_chromium, watched_page
from tests.support.signing_in import PASSWORD, give_app, make_person, read_picture

pytestmark = [pytest.mark.once, needs_chromium, pytest.mark.django_db(transaction=True)]

LOOKS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture
def open_page(browser, live_server, settings):
    """Opens a browser of its own in English; its `authenticator` makes and shows passkeys."""
    settings.PASSKEYS = True
    settings.OTP_WEBAUTHN_RP_ID = "localhost"
    settings.OTP_WEBAUTHN_ALLOWED_ORIGINS = [live_server.url]
    settings.SECOND_FACTOR_ROLES = ["Бас редактор"]
    with ExitStack() as contexts:

        def open_page() -> Page:
            page, page.trouble = contexts.enter_context(watched_page(browser, live_server.url))
            page.context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
            page.authenticator = Authenticator(page)
            return page

        yield open_page


class Authenticator:
    """What a telephone or a laptop does with a finger on its sensor."""

    def __init__(self, page: Page) -> None:
        self.protocol = page.context.new_cdp_session(page)
        self.protocol.send("WebAuthn.enable")
        self.id = self.add()

    def add(self, *, knows_owner: bool = True) -> str:
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": knows_owner,
            "automaticPresenceSimulation": True,
        }
        return self.protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def forget_owner(self) -> None:
        self.protocol.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": False})

    def lose(self) -> None:
        """Lose the device with its passkeys; there is a new one."""
        self.protocol.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.id})
        self.id = self.add()

    def credentials(self) -> list[dict]:
        return self.protocol.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]


def type_password(page: Page, name: str = "chief") -> None:
    page.goto("/admin/")
    page.get_by_label("Username:").fill(name)
    page.get_by_label("Password:").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def type_code(page: Page, code: str) -> None:
    page.get_by_label("ecovery code").fill(code)
    page.get_by_role("button", name="Go on").click()


def sign_out(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_load_state()


def expect_desk(page: Page) -> None:
    expect(page.get_by_role("heading", name="What would you like to do?")).to_be_visible()


def add_passkey(page: Page) -> None:
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Show new recovery codes").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have them").click()
    expect_desk(page)


def test_passkey_is_set_up_and_is_the_second_step(open_page):
    make_person("chief", "Бас редактор")
    page = open_page()
    type_password(page)
    add_passkey(page)
    sign_out(page)

    type_password(page)
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect_desk(page)
    assert page.trouble == []


def test_keyboard_is_enough(open_page):
    make_person("chief", "Бас редактор")
    page = open_page()
    page.goto("/admin/")
    page.keyboard.type("chief")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    press(page, "Add a passkey")
    press(page, "Show new recovery codes")
    press(page, "I have them")
    expect_desk(page)
    press(page, "Log out")
    expect(page.get_by_role("link", name="Log in again")).to_be_visible()
    page.goto("/admin/login/")
    press(page, "Sign in with a passkey")

    expect_desk(page)


def press(page: Page, name: str) -> None:
    """Walk with Tab to the button or link of this name, and press it."""
    expect(page.get_by_text(name, exact=True).first).to_be_visible()
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return page.keyboard.press("Enter")
    raise AssertionError(f"Tab does not lead to {name}")


def test_passkey_alone_signs_in(open_page):
    make_person("chief", "Бас редактор")
    page = open_page()
    type_password(page)
    add_passkey(page)
    sign_out(page)

    page.goto("/admin/login/?next=/admin/password_change/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page).to_have_url(re.compile("/admin/password_change/$"))
    assert page.trouble == []


def test_passkey_that_knows_no_owner_is_not_enough_alone(open_page):
    make_person("chief", "Бас редактор")
    page = open_page()
    type_password(page)
    add_passkey(page)
    sign_out(page)
    page.authenticator.forget_owner()

    page.goto("/admin/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("The passkey was not accepted.")).to_be_visible()


def test_passkey_of_somebody_who_left_opens_nothing(open_page):
    user = make_person("chief", "Бас редактор")
    page = open_page()
    type_password(page)
    add_passkey(page)
    sign_out(page)
    user.is_staff = False
    user.save()

    page.goto("/admin/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("The passkey was not accepted.")).to_be_visible()
    page.goto("/admin/")
    expect(page.get_by_label("Username:")).to_be_visible()


def test_app_is_set_up_and_is_the_second_step(open_page):
    make_person("chief", "Бас редактор")
    page = open_page()
    type_password(page)
    page.get_by_role("link", name="Add an app for one-time codes").click()
    expect(page.get_by_role("img", name="Picture with the key")).to_be_visible()
    telephone = read_picture(page.content())
    page.get_by_label("Type the six digits").fill(telephone.show())
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Show new recovery codes").click()
    sign_out(page)

    type_password(page)
    type_code(page, telephone.show())

    expect_desk(page)
    assert page.trouble == []


def test_lost_passkey_is_replaced_by_means_of_a_recovery_code(open_page):
    make_person("chief", "Бас редактор")
    page = open_page()
    type_password(page)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Show new recovery codes").click()
    codes = page.locator(".codes li").all_inner_texts()
    sign_out(page)
    page.authenticator.lose()

    type_password(page)
    type_code(page, codes[4])
    expect_desk(page)
    page.get_by_role("link", name="Sign-in and sessions").click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("button", name="Remove Chrome, Linux")).to_have_count(2)
    page.get_by_role("button", name="Remove Chrome, Linux").first.click()
    expect(page.get_by_role("button", name="Remove Chrome, Linux")).to_have_count(1)
    sign_out(page)
    type_password(page)
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect_desk(page)
    assert page.trouble == []


def test_who_lost_everything_is_let_in_by_a_second_person(open_page):
    chief, boss = make_person("chief", "Бас редактор"), make_person("boss", "", lost.PERMISSION)
    give_app(chief)
    recovery_codes.make_codes(chief)
    page, desk = open_page(), open_page()

    type_password(page)
    page.get_by_role("link", name="I have lost all of these").click()
    page.get_by_role("button", name="Ask for it").click()
    number = page.locator(".lost-number").inner_text()

    type_password(desk, "boss")
    desk.goto(reverse("admin:portal_lostsecondfactor_changelist"))
    desk.locator("#result_list tbody th a").click()
    desk.get_by_label("Number that the person sees").fill(number)
    desk.get_by_role("button", name="Confirm that it is them").click()
    expect(desk.get_by_text("Confirmed. The person sets up a new second factor now.")).to_be_visible()

    page.get_by_role("button", name="It is confirmed, go on").click()
    add_passkey(page)

    assert [TOTPDevice.objects.count(), WebAuthnCredential.objects.count()] == [0, 1]
    assert page.trouble + desk.trouble == []
    entries = LogEntry.objects.filter(object_id=chief.pk).exclude(change_message__startswith="Signed in.")
    assert list(entries.order_by("pk").values_list("user", "change_message")) == [
        (chief.pk, "Asked to be let in without the second factor."),
        (boss.pk, "Confirmed that the second factor was lost."),
        (chief.pk, "Set up a second factor."),
        (chief.pk, "Made new recovery codes."),
    ]


PAGES = {
    "sign-in": lambda page: page.goto("/admin/login/"),
    "second-step": lambda page: None,
    "second-step-refused": lambda page: type_code(page, "000000"),
    "lost": lambda page: page.goto("/admin/login/lost/"),
    "number": lambda page: (page.goto("/admin/login/lost/"), page.get_by_role("button", name="Ask for it").click()),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_before_the_session_has_no_fault(open_page, name):
    give_app(make_person("chief", "Бас редактор"))
    page = open_page()
    type_password(page)
    PAGES[name](page)

    assert faults(page, *LOOKS) == []
    assert page.trouble == []


@pytest.mark.parametrize("path", ["", "app/", "recovery-codes/"])
def test_own_page_has_no_fault(open_page, path):
    make_person("chief", "Бас редактор")
    page, other = open_page(), open_page()
    type_password(page)
    assert faults(page, *LOOKS) == []
    add_passkey(page)
    other.goto("/admin/")
    page.goto(f"/admin/sign-in/{path}")

    assert faults(page, *LOOKS) == []
    if path == "recovery-codes/":
        page.get_by_role("button", name="Show new recovery codes").click()
        assert faults(page, *LOOKS) == []
    assert page.trouble == []
