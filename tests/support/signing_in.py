"""People who sign in: their browsers, their telephones, and the mails they get."""

import re
import threading
import time
from base64 import b32decode

from django.contrib.auth.models import Group, User
from django.core import mail
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.sign_in.letters import THREAD
from tests.support.factories import make_user

PASSWORD = "a long enough password"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"


def make_person(name: str = "aigul", role: str = "", *permissions: str, **fields) -> User:
    """Staff with a password and an address for mail."""
    user = make_user(*permissions, username=name, password=PASSWORD, email=f"{name}@example.kz", **fields)
    if role:
        # Tests with a live server empty the tables of what migrations wrote.
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def open_browser(agent: str = FIREFOX, **headers) -> Client:
    """A browser whose pages are in English."""
    browser = Client(HTTP_USER_AGENT=agent, **headers)
    browser.cookies["django_language"] = "en"
    return browser


def type_password(browser: Client, name: str = "aigul", password: str = PASSWORD, **fields):
    return browser.post("/admin/login/", {"username": name, "password": password, **fields})


def type_code(browser: Client, code: str):
    return browser.post("/admin/login/second-step/", {"code": code})


def sees_the_desk(browser: Client) -> bool:
    return browser.get("/admin/").status_code == 200


class Telephone:
    """An app for one-time codes. The time of its codes goes on by itself, because none is taken twice."""

    def __init__(self, key: bytes) -> None:
        self.key, self.steps = key, -1

    def show(self) -> str:
        self.steps += 1
        totp = TOTP(self.key)
        totp.time = time.time() + 30 * self.steps
        return f"{totp.token():06}"


def read_picture(page: str) -> Telephone:
    """The telephone that has been given the key of the page."""
    secret = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)[1]
    return Telephone(b32decode(secret.replace(" ", "")))


def set_up_app(browser: Client) -> Telephone:
    telephone = read_picture(browser.get("/admin/sign-in/app/").content.decode())
    assert browser.post("/admin/sign-in/app/", {"code": telephone.show()}).status_code == 302
    return telephone


def give_app(user: User) -> Telephone:
    """Whoever has set up an app some time ago."""
    device = TOTPDevice.objects.create(user=user, name="Firefox, Windows")
    return Telephone(device.bin_key)


def show_recovery_codes(browser: Client) -> list[str]:
    page = browser.post("/admin/sign-in/recovery-codes/").content.decode()
    return re.findall(r"<li><code>([a-z0-9-]+)</code></li>", page)


def read_mail(address: str) -> list[str]:
    """The subjects of what somebody was mailed, after all is sent."""
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join()
    return [letter.subject for letter in mail.outbox if letter.to == [address]]
