"""What strangers send to the addresses of passkeys; tests/portal/sign_in/test_browser.py uses them as people do."""

import json

import pytest

from tests.support.signing_in import give_app, make_person, open_browser, sees_the_desk, type_code, type_password

pytestmark = pytest.mark.django_db

SIGN_IN = "/admin/login/passkey/"
SET_UP = "/admin/sign-in/passkey/"
SENSELESS = [
    b"",
    b"{",
    b"\xff\xfe",
    b"[" * 100_000,
    b"[]",
    b"null",
    b"7",
    b'"x"',
    json.dumps({"id": "x", "rawId": "x", "response": {}, "type": "public-key"}).encode(),
    json.dumps({"id": ["x"], "rawId": {}, "response": 7, "type": None}).encode(),
    json.dumps({"id": "\ud800", "rawId": "\ud800", "response": {"clientDataJSON": "\ud800"}, "type": "x"}).encode(),
    json.dumps(
        {
            "id": "AAAA",
            "rawId": "AAAA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "AAAA",
                "authenticatorData": "AAAA",
                "signature": "AAAA",
                "userHandle": "AA",
            },
        }
    ).encode(),
    json.dumps(
        {
            "id": "AAAA",
            "rawId": "AAAA",
            "type": "public-key",
            "response": {"clientDataJSON": "e30", "attestationObject": "oWNmbXRkbm9uZQ", "transports": [7, "\x00"]},
        }
    ).encode(),
]


def send(browser, address: str, body: bytes = b"{}") -> int:
    return browser.post(address, body, content_type="application/json").status_code


@pytest.mark.parametrize("body", SENSELESS)
def test_senseless_passkey_is_refused(body):
    browser = open_browser()
    assert send(browser, f"{SIGN_IN}begin/") == 200

    assert send(browser, f"{SIGN_IN}complete/", body) in (400, 404, 422)
    assert not sees_the_desk(browser)


@pytest.mark.parametrize("body", SENSELESS)
def test_senseless_new_passkey_is_refused(body):
    make_person()
    browser = open_browser()
    type_password(browser)
    assert send(browser, f"{SET_UP}begin/") == 200

    assert send(browser, f"{SET_UP}complete/", body) in (400, 422)


def test_stranger_sets_up_no_passkey():
    browser = open_browser()

    assert [send(browser, f"{SET_UP}{step}/") for step in ("begin", "complete")] == [403, 403]


def test_password_alone_sets_up_no_passkey_beside_another_factor():
    give_app(make_person())
    browser = open_browser()
    type_password(browser)

    assert [send(browser, f"{SET_UP}{step}/") for step in ("begin", "complete")] == [403, 403]


def test_passkey_is_set_up_beside_another_factor_after_both_steps():
    telephone, browser = give_app(make_person()), open_browser()
    type_password(browser)
    type_code(browser, telephone.show())

    assert send(browser, f"{SET_UP}begin/") == 200


def test_what_was_asked_for_as_a_second_step_is_none_without_the_first():
    """A passkey that knows no owner is half a sign-in only."""
    give_app(make_person())
    browser = open_browser()
    type_password(browser)
    send(browser, f"{SIGN_IN}begin/")
    session = browser.session
    del session["sign_in"]
    session.save()

    response = browser.post(f"{SIGN_IN}complete/", b"{}", content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (400, "invalid_state")
