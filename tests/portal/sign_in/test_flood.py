"""A hundred machines guess passwords, and the owner of the account goes on with their work."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import requests

from portal.sign_in import recovery_codes
from portal.sign_in.limits import ACCOUNT_LIMIT
from tests.support.signing_in import PASSWORD, give_app, make_person

pytestmark = pytest.mark.django_db(transaction=True)

OWNER = "198.51.100.7"
STRANGERS = [f"100.64.0.{number}" for number in range(100)]
GUESSES = 5
"""Of each stranger; `python -m bench.wrong_passwords` makes 2,000 a minute at a portal as it is served."""


class Machine:
    """One address behind the proxy, with the cookies it was given."""

    def __init__(self, url: str, address: str) -> None:
        self.url, self.session = url, requests.Session()
        self.session.headers["X-Forwarded-For"] = address
        self.session.get(f"{url}/admin/login/", timeout=60)

    def post(self, path: str, **fields: str) -> requests.Response:
        token = self.session.cookies["csrftoken"]
        data = {"csrfmiddlewaretoken": token, **fields}
        return self.session.post(f"{self.url}{path}", data=data, allow_redirects=False, timeout=60)

    def type_password(self, password: str) -> int:
        return self.post("/admin/login/", username="aigul", password=password).status_code


def sign_in(owner: Machine, code: str) -> bool:
    """Whether the owner comes to the desk by both steps."""
    steps = [owner.type_password(PASSWORD), owner.post("/admin/login/second-step/", code=code).status_code]
    desk = owner.session.get(f"{owner.url}/admin/", timeout=60)
    owner.post("/admin/logout/")
    return (steps, desk.url) == ([302, 302], f"{owner.url}/admin/")


def test_owner_signs_in_while_a_hundred_machines_guess(live_server, settings):
    user = make_person()
    give_app(user)
    codes = recovery_codes.make_codes(user)
    owner = Machine(live_server.url, OWNER)
    assert sign_in(owner, codes.pop())  # so the owner's network is known

    answers: list[int] = []
    owners: list[bool] = []
    with ThreadPoolExecutor(4) as pool:
        machines = list(pool.map(partial(Machine, live_server.url), STRANGERS))
        for number in range(GUESSES):
            guesses = [pool.submit(machine.type_password, f"guess {number}") for machine in machines]
            owners.append(sign_in(owner, codes.pop()))
            answers += [guess.result() for guess in guesses]

    assert owners == [True] * GUESSES
    assert len(answers) == len(STRANGERS) * GUESSES
    assert set(answers) == {200, 429}
    # Twenty, and those that came in the same moment as the twentieth.
    assert answers.count(200) < ACCOUNT_LIMIT + 4
