"""Does the owner of an account sign in while a hundred machines guess its password 2,000 times a minute?

    python -m bench.wrong_passwords                                                     on SQLite
    python -m bench.wrong_passwords --database-url postgres://postgres@127.0.0.1/bench  on PostgreSQL, in one of its own

Two workers of sixteen threads, passwords hashed as in production. Each machine has an address of its own behind the
proxy. Every six seconds the owner signs in by password and recovery code, from where they worked the day before.

Printed: the guesses, how many of them were compared with the password, and the owner's sign-ins with their times.
Guesses beyond what the server's threads take are told to come again (503), and are none. Exits with 1 when one of these
sign-ins failed, or more guesses were compared than the limit and those that came in the same moment.
"""

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from bench.own_portal import Server, own_portal

PASSWORD = "the password that nobody guesses"
MACHINES, GUESSES, SECONDS = 100, 20, 60
SIGN_INS = 9
THREADS = 16
"""Guesses that are on their way at the same time."""
LIMIT = 20
"""portal.sign_in.limits.ACCOUNT_LIMIT"""
MAKE_OWNER = f"""
from django.contrib.auth.models import User
from django_otp.plugins.otp_totp.models import TOTPDevice
from portal.sign_in.recovery_codes import make_codes
owner = User.objects.create_superuser("owner", password={PASSWORD!r})
TOTPDevice.objects.create(user=owner, name="telephone")
print(*make_codes(owner))
"""


class Machine:
    """A browser at one address behind the proxy."""

    def __init__(self, port: int, address: str) -> None:
        self.url, self.session = f"http://127.0.0.1:{port}", requests.Session()
        self.session.headers["X-Forwarded-For"] = address
        self.session.mount("http://", HTTPAdapter(max_retries=Retry(connect=8, backoff_factor=0.1)))  # it begins
        self.session.get(f"{self.url}/admin/login/", timeout=60).raise_for_status()

    def post(self, path: str, **fields: str) -> int:
        data = {"csrfmiddlewaretoken": self.session.cookies["csrftoken"], **fields}
        return self.session.post(f"{self.url}{path}", data=data, allow_redirects=False, timeout=60).status_code

    def type_password(self, password: str) -> int:
        return self.post("/admin/login/", username="owner", password=password)

    def sign_in(self, code: str) -> float | None:
        """Seconds that both steps and the desk took; None if one of them failed."""
        begin = time.monotonic()
        if (self.type_password(PASSWORD), self.post("/admin/login/second-step/", code=code)) != (302, 302):
            return None
        is_in = self.session.get(f"{self.url}/admin/", timeout=60).url == f"{self.url}/admin/"
        seconds = time.monotonic() - begin
        self.post("/admin/logout/")
        return seconds if is_in else None


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database-url", default="", help="a PostgreSQL database that does not exist yet")
    with own_portal(options.parse_args().database_url) as portal:
        codes = portal.shell(MAKE_OWNER).split()
        portal.go_live()
        with Server(portal, workers=2) as server:
            owner = Machine(server.port, "198.51.100.7")
            times = [owner.sign_in(codes.pop())]
            machines = [Machine(server.port, f"100.64.0.{number}") for number in range(MACHINES)]
            is_over = Event()

            def go_on_working() -> None:
                while codes and not is_over.wait(SECONDS / (SIGN_INS + 1)):
                    times.append(owner.sign_in(codes.pop()))

            work = Thread(target=go_on_working)
            work.start()
            begin, answers = time.monotonic(), []
            with ThreadPoolExecutor(THREADS) as pool:
                guesses = []
                for number in range(MACHINES * GUESSES):
                    time.sleep(max(0, begin + number * SECONDS / (MACHINES * GUESSES) - time.monotonic()))
                    guesses.append(pool.submit(machines[number % MACHINES].type_password, f"guess {number}"))
                answers = [guess.result() for guess in guesses]
            seconds = time.monotonic() - begin
            is_over.set()
            work.join()
    compared = answers.count(200)
    others = sorted(set(answers) - {200, 429, 503})
    print(f"{len(answers)} guesses in {seconds:.0f} seconds; compared with the password: {compared}; errors: {others};")
    print(f"told to come again, as the threads were taken: {answers.count(503)}")
    well = [each for each in times if each is not None]
    print(f"The owner signed in {len(well)} of {len(times)} times, in {min(well):.2f} to {max(well):.2f} seconds.")
    sys.exit(len(well) < len(times) or bool(others) or compared > LIMIT + THREADS)


if __name__ == "__main__":
    main()
