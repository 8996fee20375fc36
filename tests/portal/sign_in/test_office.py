"""Who sees that there is an admin, where it is, and that nobody keeps its pages."""

import os
import subprocess
import sys
from ipaddress import ip_network

import pytest
from django.conf import settings as portal_settings
from django.test import Client

from tests.support.signing_in import make_person, open_browser, type_password

pytestmark = [pytest.mark.once, pytest.mark.django_db]

INSIDE, OUTSIDE = "10.20.0.7", "203.0.113.9"
PAGES = ["/admin/", "/admin", "/admin/login/", "/admin/login/directory/", "/admin/jsi18n/", "/admin/news/article/"]


@pytest.fixture
def office(settings):
    settings.ADMIN_NETWORKS = [ip_network("10.20.0.0/16"), ip_network("2001:db8::/32")]


def behind_proxy(address: str) -> Client:
    """A browser at this address, behind the proxy of the installation."""
    return Client(HTTP_X_FORWARDED_FOR=address)


@pytest.mark.parametrize("page", PAGES)
def test_admin_does_not_exist_outside_of_the_office(office, page):
    browser = behind_proxy(OUTSIDE)
    browser.cookies["django_language"] = "en"  # in which the admin would answer
    nothing, answer = browser.get("/nothing-here/"), browser.get(page)

    assert answer.status_code == 404
    assert {**answer.headers, "X-Request-ID": ""} == {**nothing.headers, "X-Request-ID": ""}
    assert answer.content == nothing.content


def test_password_is_not_looked_at_outside_of_the_office(office):
    make_person()

    response = type_password(behind_proxy(OUTSIDE))

    assert response.status_code == 404
    assert "sessionid" not in response.cookies


@pytest.mark.parametrize("address", [INSIDE, "2001:db8::7", "::ffff:10.20.0.7"])
def test_office_sees_the_admin(office, address):
    assert behind_proxy(address).get("/admin/login/").status_code == 200


def test_invented_address_opens_nothing(office):
    assert behind_proxy(f"{INSIDE}, {OUTSIDE}").get("/admin/login/").status_code == 404


def test_session_from_the_office_opens_nothing_elsewhere(office):
    make_person()
    browser = open_browser(HTTP_X_FORWARDED_FOR=INSIDE)
    type_password(browser)
    assert browser.get("/admin/").status_code == 200

    assert browser.get("/admin/", HTTP_X_FORWARDED_FOR=OUTSIDE).status_code == 404


def test_readers_see_the_site_from_everywhere(office):
    assert behind_proxy(OUTSIDE).get("/").status_code == 200


@pytest.mark.parametrize("page", PAGES[2:])
def test_nobody_lists_or_keeps_a_page_of_the_admin(client, page):
    answer = client.get(page)

    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]


def test_pages_for_readers_may_be_listed(client):
    assert "X-Robots-Tag" not in client.get("/").headers


@pytest.mark.parametrize("path", ["desk-of-the-senate", "/desk/of-the-senate/"])
def test_admin_lives_at_another_address(path):
    ask = (
        "import django; django.setup();"
        "from django.test import Client; from django.urls import reverse;"
        "from django.core.management import call_command; call_command('migrate', verbosity=0);"
        "ask = Client(HTTP_HOST='localhost').get;"
        "print(reverse('admin:index'), ask(reverse('admin:login')).status_code, ask('/admin/').status_code,"
        "      b'Disallow: /admin/' in ask('/robots.txt').content, ask(reverse('admin:login'))['X-Robots-Tag'])"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "DEBUG": "1", "ADMIN_PATH": path}
    environment |= {"DATABASE_URL": "sqlite://:memory:", "CACHE_URL": "", "SITE_URL": ""}

    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ask],
        env=environment,
        cwd=portal_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.split() == [f"/{path.strip('/')}/", "200", "404", "False", "noindex,", "nofollow"]
