"""A server of others that accepts and never answers costs one time limit, then a pause, and loses nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from botocore.config import Config
from django.conf import settings as project
from django.core.management import CommandError, call_command

from news.channels import telegram
from news.models import Announcement, Channel, ChannelPost, Letter, Subscription
from news.newsletter import sender
from news.syndication import pings
from portal import storage
from portal.circuit import PAUSE_OF_JOBS, Circuit
from portal.settings import mailer_of
from rates import nationalbank
from tests.support.bank_servers import keeps_silent, serve
from tests.support.bot_api import TOKEN, bot_api
from tests.support.factories import make_article
from tests.support.frozen import Frozen, frozen_server
from tests.support.mail_server import mail_server, mailers_of

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
SOON = 0.3
"""Seconds, in the place of a time limit of half a minute."""


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """The clock of all pauses of jobs; it stands still until the test moves it."""
    clock = Clock()
    for circuit in (telegram.circuit, sender.circuit, *pings.circuits.values()):
        monkeypatch.setattr(circuit, "clock", clock)
    return clock


@pytest.fixture
def frozen() -> Iterator[Frozen]:
    with frozen_server() as server:
        yield server


def run(command: str) -> str:
    """What a job says, or why it failed."""
    output = StringIO()
    try:
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            call_command(command, stdout=output)
    except CommandError as error:
        return str(error)
    return "done"


def run_with_pauses(command: str, frozen: Frozen, clock: Clock) -> list[tuple[str, int]]:
    """Three runs: the first, the next soon after it, and one after the pause; with the attempts until then."""
    outcomes = []
    for seconds in (120.0, PAUSE_OF_JOBS - 120.0, 0.0):
        outcomes.append((run(command), frozen.attempts))
        clock.now += seconds
    return outcomes


def test_frozen_mail_server_is_tried_once_in_a_pause_and_every_letter_stays_due(settings, frozen, clock):
    settings.MAILERS = mailers_of(frozen.port)
    settings.MAILERS["default"]["OPTIONS"]["timeout"] = SOON
    for number in range(3):
        row = Subscription.objects.create(email=f"{number}@example.org", edition="kk", asked_at=NOW)
        Letter.objects.create(subscription=row)

    (first, one), (second, two), (third, three) = run_with_pauses("send_letters", frozen, clock)
    states = set(Letter.objects.values_list("state", flat=True))
    with mail_server() as server:
        settings.MAILERS = mailers_of(server.port)
        clock.now += PAUSE_OF_JOBS
        again = run("send_letters")

    assert ("cannot be reached" in first, "left alone for another 80 seconds" in second) == (True, True)
    assert ("cannot be reached" in third, one, two, three) == (True, 1, 1, 2)
    assert states == {"due"}
    assert (again, len(server.got), Letter.objects.count()) == ("done", 3, 0)


def test_mail_server_that_is_slow_with_each_letter_keeps_the_job_no_longer_than_its_seconds(monkeypatch, settings):
    for number in range(5):
        Letter.objects.create(
            subscription=Subscription.objects.create(email=f"{number}@example.org", edition="kk", asked_at=NOW)
        )
    times = iter(range(0, 10_000, 40))  # each look at the clock is 40 seconds later
    monkeypatch.setattr(sender, "monotonic", lambda: next(times))
    with mail_server() as server:
        settings.MAILERS = mailers_of(server.port)
        done = sender.send_letters(100)

    assert (done["sent"], done["due"], len(server.got)) == (2, 3, 2)


def test_frozen_telegram_is_tried_once_in_a_pause_and_only_one_post_needs_a_person(
    settings, frozen, clock, monkeypatch
):
    monkeypatch.setattr(telegram, "TIMEOUT", SOON)
    settings.TELEGRAM_URL, settings.TELEGRAM_TOKEN = f"http://127.0.0.1:{frozen.port}", TOKEN
    for name in ("a", "b"):
        Channel.objects.create(name=name, chat_id=f"@{name}", edition="kk", since=NOW - timedelta(days=1))
    for _number in range(3):
        make_article(publish_at=NOW)

    (first, one), (second, two), (third, three) = run_with_pauses("post_to_channels", frozen, clock)
    states = sorted(ChannelPost.objects.values_list("state", flat=True))
    with bot_api() as server:
        settings.TELEGRAM_URL = server.address
        clock.now += PAUSE_OF_JOBS
        again = run("post_to_channels")

    assert ("answer did not come: TimeoutError" in first, "left alone for another 80 seconds" in second) == (True, True)
    assert ("did not come" in third, one, two, three) == (True, 1, 1, 2)
    assert states == ["due"] * 1 + ["unknown"] * 2
    assert (again, len(server.messages)) == ("done", 4)


@pytest.mark.parametrize(("receiver", "attempts"), [("WebSub", 2), ("IndexNow", 2)])
def test_frozen_hub_is_tried_once_in_a_pause_and_keeps_no_other_from_being_notified(
    settings, frozen, clock, monkeypatch, receiver, attempts
):
    monkeypatch.setattr(pings, "TIMEOUT", SOON)
    address = f"http://127.0.0.1:{frozen.port}/"
    if receiver == "WebSub":
        settings.WEBSUB_HUB = address
    else:
        settings.INDEXNOW_KEY, settings.INDEXNOW_URL = "key-of-ours", address
    with time_machine.travel(NOW - timedelta(minutes=1), tick=False):
        call_command("announce", stdout=StringIO())
    make_article("kk ru en", publish_at=NOW)

    (first, one), (second, two), (third, three) = run_with_pauses("announce", frozen, clock)

    assert (receiver in first, "left alone for another 80 seconds" in second, receiver in third) == (True, True, True)
    assert (one, two, three) == (1, 1, attempts)
    assert Announcement.objects.get(receiver=receiver).told_until == NOW - timedelta(minutes=1)


def test_frozen_bank_is_tried_as_often_as_its_pauses_say(settings, frozen, monkeypatch):
    settings.RATES_URL, settings.RATES_TIMEOUT = f"http://127.0.0.1:{frozen.port}/", SOON
    slept: list[float] = []
    monkeypatch.setattr(nationalbank.time, "sleep", slept.append)

    outcome = run("update_rates")

    assert ("0.3" in outcome, frozen.attempts, slept) == (True, 4, list(project.RATES_RETRY_PAUSES))


def test_frozen_bucket_is_tried_once_in_a_pause_however_many_files_are_read(frozen, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(storage.circuit, "clock", clock)
    limits = Config(connect_timeout=SOON, read_timeout=SOON, retries={"total_max_attempts": 1})
    monkeypatch.setattr(storage, "PATIENCE", limits)
    bucket = storage.S3Storage("bucket", endpoint=f"http://127.0.0.1:{frozen.port}", key="key", secret="secret")

    attempts = []
    for _pause in range(3):
        for name in ("a.jpg", "b.jpg", "c.jpg"):
            with pytest.raises(OSError, match="The storage"):
                bucket.open(name).read()
            with pytest.raises(OSError, match="The storage"):
                bucket.exists(name)
        attempts.append(frozen.attempts)
        clock.now += storage.circuit.pause

    assert attempts == [1, 2, 3]


@pytest.mark.parametrize("circuit", [telegram.circuit, sender.circuit, *pings.circuits.values()])
def test_pause_of_a_job_is_longer_than_the_time_between_two_runs(circuit: Circuit):
    assert circuit.pause > 120


@pytest.mark.parametrize(
    ("url", "port", "options"),
    [
        ("smtp://mail.example", 587, {"use_ssl": False, "use_tls": False, "username": "", "password": ""}),
        ("smtps://u%40x:p%2Fw@mail.example", 465, {"use_ssl": True, "username": "u@x", "password": "p/w"}),
        ("smtp+tls://mail.example:2525", 2525, {"use_ssl": False, "use_tls": True}),
    ],
)
def test_mail_server_of_any_address_has_a_time_limit(url, port, options):
    mailer = mailer_of(url)

    assert mailer["OPTIONS"] == mailer["OPTIONS"] | options | {"host": "mail.example", "port": port, "timeout": 30}


def sends_for_ever(connection, requests) -> None:
    """A byte at a time, each soon enough for a time limit that begins again with it."""
    requests.append(connection.recv(65536))
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


CALLS: dict[str, Callable[[str], object]] = {
    "Telegram": lambda _address: telegram.call_method("getMe", {}),
    "a hub": lambda address: pings.post_content(address, b"x", "text/plain"),
}


@pytest.mark.parametrize("behave", [keeps_silent, sends_for_ever])
@pytest.mark.parametrize("name", CALLS)
def test_no_server_holds_a_job_by_sending_without_end(settings, monkeypatch, name, behave):
    monkeypatch.setattr(telegram, "TIMEOUT", SOON)
    monkeypatch.setattr(pings, "TIMEOUT", SOON)
    with serve(behave) as (address, _requests):
        settings.TELEGRAM_URL, settings.TELEGRAM_TOKEN = address, TOKEN
        with pytest.raises((TimeoutError, telegram.UnknownOutcome, OSError)):
            CALLS[name](address)
