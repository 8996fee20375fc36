"""Sign-ins through the proxy: who is locked out by wrong passwords, and what is logged."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from portal.models import RefusedSignIn
from portal.sign_in.limits import ACCOUNT_LIMIT, SignInHandler

pytestmark = pytest.mark.django_db

STRANGER, EDITOR, HOTEL = "203.0.113.9", "198.51.100.7", "198.51.100.200"


@pytest.fixture(autouse=True)
def aigul():
    return User.objects.create_user("aigul", password="right", is_staff=True)


def sign_in(address, password, *, name="aigul", invented="192.0.2.1"):
    """The status of the form, sent by `address` through the proxy; the sender invents what stands before it."""
    client = Client(HTTP_X_FORWARDED_FOR=f"{invented}, {address}")
    assert client.get("/admin/login/").status_code == 200
    return client.post("/admin/login/", {"username": name, "password": password, "next": "/admin/"}).status_code


def guess(addresses, name="aigul"):
    return [sign_in(address, "wrong", name=name) for address in addresses]


def botnet(count, net=0):
    return [f"100.64.{net}.{number}" for number in range(count)]


def test_stranger_is_locked_out_and_the_editor_is_not():
    assert guess([STRANGER] * 6) == [200, 200, 200, 200, 429, 429]
    assert sign_in(STRANGER, "right") == 429
    assert sign_in(EDITOR, "right") == 302
    assert sign_in(STRANGER, "right") == 429


def test_invented_address_does_not_open_the_lock():
    assert [sign_in(STRANGER, "wrong", invented=f"192.0.2.{number}") for number in range(5)][-1] == 429
    assert sign_in(STRANGER, "right", invented="192.0.2.99") == 429


def test_one_household_of_ipv6_is_locked_out_as_a_whole():
    assert guess(f"2001:db8:1:2::{number}" for number in range(1, 6))[-1] == 429
    assert sign_in("2001:db8:1:2:ffff::1", "right") == 429
    assert sign_in("2001:db8:1:3::1", "right") == 302


def test_lock_ends_a_quarter_of_an_hour_after_the_last_password_that_was_compared():
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        guess([STRANGER] * 5)
    with time_machine.travel(now + timedelta(minutes=10), tick=False):
        assert sign_in(STRANGER, "right") == 429
    with time_machine.travel(now + timedelta(minutes=16), tick=False):
        assert sign_in(STRANGER, "right") == 302


def test_right_password_ends_the_count_of_its_network_only():
    guess([STRANGER] * 4)
    guess([EDITOR] * 4)

    assert sign_in(EDITOR, "right") == 302
    assert guess([EDITOR] * 4) == [200] * 4
    assert guess([STRANGER]) == [429]


def test_botnet_is_stopped_and_the_known_address_stays_open():
    assert sign_in(EDITOR, "right") == 302

    answers = guess(botnet(ACCOUNT_LIMIT + 5))

    assert answers[: ACCOUNT_LIMIT - 1] == [200] * (ACCOUNT_LIMIT - 1)
    assert answers[ACCOUNT_LIMIT:] == [429] * 5
    assert sign_in("100.64.9.9", "right") == 429
    assert sign_in(HOTEL, "right") == 429
    assert sign_in(EDITOR, "right") == 302
    assert guess([EDITOR] * 5)[-1] == 429


def test_botnet_at_one_account_locks_no_other():
    User.objects.create_user("bolat", password="right", is_staff=True)
    guess(botnet(ACCOUNT_LIMIT))

    assert sign_in(HOTEL, "right") == 429
    assert sign_in(HOTEL, "right", name="bolat") == 302


def test_one_stranger_however_stubborn_locks_the_account_nowhere_else():
    assert guess([STRANGER] * (ACCOUNT_LIMIT + 5))[-1] == 429
    assert sign_in(HOTEL, "right") == 302


def test_address_is_known_for_thirty_days():
    now = timezone.now()
    for days, address in ((29, EDITOR), (31, HOTEL)):
        with time_machine.travel(now - timedelta(days=days), tick=False):
            assert sign_in(address, "right") == 302
    with time_machine.travel(now, tick=False):
        guess(botnet(ACCOUNT_LIMIT))
        assert sign_in(EDITOR, "right") == 302
        assert sign_in(HOTEL, "right") == 429


def test_address_known_from_one_account_is_not_known_for_another():
    User.objects.create_user("bolat", password="right", is_staff=True)
    assert sign_in(EDITOR, "right", name="bolat") == 302
    guess(botnet(ACCOUNT_LIMIT))

    assert sign_in(EDITOR, "right") == 429


def test_each_sign_in_is_logged_with_its_address(aigul):
    guess([STRANGER] * 6)
    sign_in(EDITOR, "right")

    refused = RefusedSignIn.objects.order_by("pk").values_list("username", "ip_address", "locked_out")
    assert list(refused) == [("aigul", STRANGER, False)] * 4 + [("aigul", STRANGER, True)] * 2
    assert list(LogEntry.objects.values_list("user", "change_message")) == [(aigul.pk, f"Signed in. {EDITOR}")]


def test_what_is_refused_unseen_is_not_counted_as_a_guess():
    guess([STRANGER] * 8)

    assert AccessAttempt.objects.get().failures_since_start == 5


def test_newest_refusals_of_a_name_are_kept():
    for number in range(4):
        AccessFailureLog.objects.create(username="aigul", ip_address=f"192.0.2.{number}")
    AccessFailureLog.objects.create(username="bolat", ip_address="192.0.2.9")

    assert SignInHandler().remove_out_of_limit_failure_logs(username="aigul", limit=2) == 2

    kept = AccessFailureLog.objects.order_by("pk").values_list("username", "ip_address")
    assert list(kept) == [("aigul", "192.0.2.2"), ("aigul", "192.0.2.3"), ("bolat", "192.0.2.9")]
