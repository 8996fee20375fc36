"""Signing in with the office's directory: a provider of OpenID Connect on the loopback."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from oidc_provider_mock import run_server_in_thread

from portal.sign_in import directory
from tests.support.signing_in import (
    PASSWORD,
    give_app,
    make_person,
    open_browser,
    sees_the_desk,
    type_code,
    type_password,
)

pytestmark = pytest.mark.django_db


class Directory:
    """The office's directory, and its page where a person signs in."""

    def __init__(self, url: str) -> None:
        self.url = url

    def keep(self, subject: str, **claims) -> None:
        requests.put(f"{self.url}/users/{subject}", json=claims, timeout=5).raise_for_status()

    def sign_in(self, address: str, subject: str) -> str:
        """Sign in on the page of the address; where the browser is sent back to."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@pytest.fixture(scope="module")
def provider() -> Iterator[Directory]:
    with run_server_in_thread() as server:
        yield Directory(f"http://localhost:{server.server_port}")


@pytest.fixture
def office(provider, settings) -> Directory:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = provider.url, "portal", "secret"
    settings.OIDC_ROLES = [("press-chiefs", "Бас редактор"), ("press-writers", "Тілші"), ("cn=a,ou=b", "Әкімші")]
    directory.build_client.cache_clear()
    provider.keep("42", preferred_username="aigul", given_name="Айгүл", email="a@example.kz", groups=["press-writers"])
    return provider


def come_in(office: Directory, browser, subject: str = "42", **query):
    """The answer to a browser that has been to the directory and back."""
    there = browser.get("/admin/login/directory/", query)["Location"]
    back = urlsplit(office.sign_in(there, subject))
    return browser.get(f"{back.path}?{back.query}")


def roles_of(name: str) -> set[str]:
    return set(User.objects.get(username=name).groups.values_list("name", flat=True))


def say(response, browser) -> str:
    """What the form says after the way back."""
    assert response["Location"] == "/admin/login/"
    page = browser.get("/admin/login/").content.decode()
    return re.search(r'<li class="error">(.*?)</li>', page)[1]


NO_ROLE = "Your groups in the office&#x27;s directory give you no role here. Ask an administrator."
NOT_SIGNED_IN = "The office&#x27;s directory did not sign you in. Try again in a minute."
NO_NAME = "The office&#x27;s directory gives you no name that can be used here."
TAKEN = "There is another account of your name here. Ask an administrator."


def test_person_of_the_directory_gets_an_account_and_the_role_of_the_group(office):
    browser = open_browser()

    assert come_in(office, browser)["Location"] == "/admin/"

    assert sees_the_desk(browser)
    user = User.objects.get()
    assert (user.username, user.first_name, user.email) == ("aigul", "Айгүл", "a@example.kz")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    assert roles_of("aigul") == {"Тілші"}
    assert "The office's directory gave these roles. Тілші" in LogEntry.objects.values_list("change_message", flat=True)


def test_person_comes_to_the_address_that_was_asked_for(office):
    assert come_in(office, open_browser(), next="/admin/news/")["Location"] == "/admin/news/"


def test_person_is_sent_to_no_other_site(office):
    assert come_in(office, open_browser(), next="https://evil.example/")["Location"] == "/admin/"


def test_directory_is_asked_with_state_nonce_and_challenge(office):
    there = open_browser().get("/admin/login/directory/")["Location"]

    asked = parse_qs(urlsplit(there).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert asked["redirect_uri"] == ["http://testserver/admin/login/directory/back/"]


def test_person_with_another_group_has_another_role_at_the_next_sign_in(office):
    come_in(office, open_browser())
    office.keep("42", preferred_username="aigul", groups=["press-chiefs", "canteen"])

    come_in(office, open_browser())

    assert roles_of("aigul") == {"Бас редактор"}


def test_group_whose_name_has_commas_gives_its_role(office):
    office.keep("42", preferred_username="aigul", groups="cn=a,ou=b")

    come_in(office, open_browser())

    assert roles_of("aigul") == {"Әкімші"}


def test_person_who_left_the_groups_has_no_role_and_no_session(office):
    before, after = open_browser(), open_browser()
    come_in(office, before)
    office.keep("42", preferred_username="aigul", groups=["canteen"])

    assert say(come_in(office, after), after) == NO_ROLE

    assert roles_of("aigul") == set()
    assert (sees_the_desk(before), sees_the_desk(after)) == (False, False)


@pytest.mark.parametrize("claims", [{}, {"groups": []}, {"groups": [1, None]}, {"groups": {"press-chiefs": 1}}])
def test_person_without_a_group_of_ours_gets_no_account(office, claims):
    office.keep("43", preferred_username="bolat", **claims)
    browser = open_browser()

    assert say(come_in(office, browser, "43"), browser) == NO_ROLE
    assert not User.objects.exists()


def test_person_keeps_the_account_when_the_name_changes(office):
    come_in(office, open_browser())
    office.keep("42", preferred_username="aigul.new", groups=["press-writers"])

    come_in(office, open_browser())

    assert list(User.objects.values_list("username", flat=True)) == ["aigul"]


@pytest.mark.parametrize("name", ["aigul", "AIGUL"])
def test_person_does_not_get_the_account_of_somebody_of_the_same_name(office, name):
    make_person("aigul", "Бас редактор")
    office.keep("42", preferred_username=name, groups=["press-writers"])
    browser = open_browser()

    assert say(come_in(office, browser), browser) == TAKEN
    assert not sees_the_desk(browser)
    assert roles_of("aigul") == {"Бас редактор"}


def test_account_of_the_same_name_is_taken_over_where_the_settings_say_so(office, settings):
    settings.OIDC_ADOPT_ACCOUNTS = True
    make_person("aigul", "Бас редактор")

    come_in(office, open_browser())

    assert roles_of("aigul") == {"Тілші"}
    assert not User.objects.get().has_usable_password()


def test_account_of_a_superuser_is_never_taken_over(office, settings):
    settings.OIDC_ADOPT_ACCOUNTS = True
    make_person("aigul", is_superuser=True)
    browser = open_browser()

    assert say(come_in(office, browser), browser) == TAKEN


def test_account_of_one_person_is_not_taken_over_by_another_one(office, settings):
    settings.OIDC_ADOPT_ACCOUNTS = True
    come_in(office, open_browser())
    office.keep("44", preferred_username="aigul", groups=["press-chiefs"])
    browser = open_browser()

    assert say(come_in(office, browser, "44"), browser) == TAKEN


@pytest.mark.parametrize("name", ["", "<b>", "a" * 200, None])
def test_name_that_cannot_be_used_is_refused(office, name):
    claims = {} if name is None else {"preferred_username": name}
    office.keep("45", groups=["press-writers"], **claims)
    browser = open_browser()

    assert say(come_in(office, browser, "45"), browser) == NO_NAME
    assert not User.objects.exists()


def test_account_that_is_not_active_stays_shut(office):
    come_in(office, open_browser())
    User.objects.update(is_active=False)
    browser = open_browser()

    come_in(office, browser)

    assert not sees_the_desk(browser)


def test_password_given_to_an_account_of_the_directory_opens_nothing(office):
    come_in(office, open_browser())
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.save()
    browser = open_browser()

    page = type_password(browser, "aigul")

    assert "Sign in with the office&#x27;s directory." in page.content.decode()
    assert not sees_the_desk(browser)


def test_role_that_needs_a_second_factor_needs_it_here_too(office, settings):
    settings.SECOND_FACTOR_ROLES = ["Тілші"]

    assert come_in(office, open_browser())["Location"] == "/admin/sign-in/"


def test_second_factor_of_the_portal_is_asked_for_after_the_directory(office):
    come_in(office, open_browser())
    telephone, browser = give_app(User.objects.get()), open_browser()

    assert come_in(office, browser)["Location"] == "/admin/login/second-step/"
    type_code(browser, telephone.show())

    assert sees_the_desk(browser)


def test_second_factor_of_the_directory_is_enough(office, settings):
    settings.SECOND_FACTOR_ROLES = ["Тілші"]
    office.keep("42", preferred_username="aigul", groups=["press-writers"], amr=["pwd", "mfa"])
    browser = open_browser()

    assert come_in(office, browser)["Location"] == "/admin/"
    assert sees_the_desk(browser)


# Answers that nobody asked for, and a directory that is away


def test_answer_of_somebody_elses_sign_in_opens_nothing(office):
    """The link of an attacker, who wants others to work in their account."""
    there = open_browser().get("/admin/login/directory/")["Location"]
    back = urlsplit(office.sign_in(there, "42"))
    browser = open_browser()

    assert say(browser.get(f"{back.path}?{back.query}"), browser) == NOT_SIGNED_IN
    assert not sees_the_desk(browser)


def test_answer_opens_once(office):
    browser = open_browser()
    there = browser.get("/admin/login/directory/")["Location"]
    back = urlsplit(office.sign_in(there, "42"))
    browser.get(f"{back.path}?{back.query}")
    browser.post("/admin/logout/")

    browser.get(f"{back.path}?{back.query}")

    assert not sees_the_desk(browser)


@pytest.mark.parametrize(
    "query", ["", "code=x", "state=x", "code=x&state=x", "error=access_denied&error_description=%3Cscript%3E"]
)
def test_invented_answer_is_refused_in_a_sentence(office, query):
    browser = open_browser()
    browser.get("/admin/login/directory/")

    assert say(browser.get(f"/admin/login/directory/back/?{query}"), browser) == NOT_SIGNED_IN


def test_directory_that_is_away_is_said_and_the_password_still_opens(office, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    make_person("bolat")
    browser = open_browser()

    assert say(browser.get("/admin/login/directory/"), browser) == NOT_SIGNED_IN
    type_password(browser, "bolat")
    assert sees_the_desk(browser)


def test_token_signed_by_another_key_is_refused(office):
    """The directory of an attacker, who has its answer brought to us."""
    browser = open_browser()
    there = browser.get("/admin/login/directory/")["Location"]
    back = urlsplit(office.sign_in(there, "42"))
    with run_server_in_thread() as other:
        foreign = f"http://localhost:{other.server_port}"
        client = directory.make_client()
        client.load_server_metadata()
        keys = requests.get(f"{foreign}/jwks", timeout=5).json()
        client.server_metadata["jwks"] = keys
        client.server_metadata["jwks_uri"] = f"{foreign}/jwks"

        assert say(browser.get(f"{back.path}?{back.query}"), browser) == NOT_SIGNED_IN


def test_way_is_shown_where_there_is_a_directory(office):
    assert "/admin/login/directory/?next=/admin/" in open_browser().get("/admin/login/").content.decode()


def test_there_is_no_such_way_without_a_directory():
    browser = open_browser()

    pages = [browser.get(page).status_code for page in ("/admin/login/directory/", "/admin/login/directory/back/")]
    assert pages == [404, 404]
    assert "/admin/login/directory/" not in browser.get("/admin/login/").content.decode()


def test_roles_of_the_settings_are_of_the_portal(office, settings):
    settings.OIDC_ROLES = [("press-writers", "No such role")]
    browser = open_browser()

    assert say(come_in(office, browser), browser) == NO_ROLE
    assert not Group.objects.filter(name="No such role").exists()
