import re
import time
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command, load_command_class
from django.utils import translation

from rates.models import Rate
from tests.rates.test_nationalbank_parse import BROKEN, ITEM, RATES, SAMPLES
from tests.support.bank_servers import response, serve
from tests.support.factories import make_rate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today_in_english():
    with time_machine.travel("2026-11-23 17:00+05:00", tick=False), translation.override("en"):
        yield


def run_command(*arguments) -> str:
    """What the command says when given these arguments."""
    out = StringIO()
    call_command("update_rates", *arguments, stdout=out)
    return out.getvalue()


def bank(connection, requests):
    """Has rates for each day of November but the 21st; 22 November is answered with those of the 20th."""
    requests.append(connection.recv(65536))
    day = re.search(rb"fdate=(\S+)", requests[-1])[1].decode().replace("22.11", "20.11")
    said = "<info>Нет данных</info>" if day == "21.11.2026" else ITEM
    connection.sendall(response(RATES.replace("07.03.2024", day).format(said).encode()))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("get_rates_2024-03-07.xml", "2024-03-07: 39 created, 0 changed, 0 same, 0 held back.\n"),
        ("get_rates_2024-03-08_holiday.xml", "2024-03-08: 39 created, 0 changed, 0 same, 0 held back.\n"),
        ("get_rates_2026-11-22_sunday.xml", "2026-11-22: 39 created, 0 changed, 0 same, 0 held back.\n"),
        ("get_rates_2026-11-23.xml", "2026-11-23: 39 created, 0 changed, 0 same, 0 held back.\n"),
        ("get_rates_2026-11-23_kazakh.xml", "2026-11-23: 39 created, 0 changed, 0 same, 0 held back.\n"),
        ("get_rates_2026-11-24.xml", "2026-11-24: 39 created, 0 changed, 0 same, 0 held back.\n"),
        ("rates_all.xml", "2026-11-23: 42 created, 0 changed, 0 same, 0 held back.\n"),
        ("rates.xml", "2026-11-23: 3 created, 0 changed, 0 same, 0 held back.\n"),
    ],
)
def test_update_rates_reads_a_file_and_says_what_it_did(name, line):
    assert run_command("--file", SAMPLES / name) == line
    assert run_command("--file", SAMPLES / name) == re.sub(
        r"(\d+) created, 0 changed, 0", r"0 created, 0 changed, \1", line
    )


def test_update_rates_finds_the_same_figures_in_each_form_of_a_day():
    run_command("--file", SAMPLES / "get_rates_2026-11-23.xml")

    lines = [
        run_command("--file", SAMPLES / name)
        for name in ("get_rates_2026-11-23_kazakh.xml", "rates.xml", "rates_all.xml")
    ]

    assert lines == [
        "2026-11-23: 0 created, 0 changed, 39 same, 0 held back.\n",
        "2026-11-23: 0 created, 0 changed, 3 same, 0 held back.\n",
        "2026-11-23: 3 created, 0 changed, 39 same, 0 held back.\n",
    ]


def test_update_rates_says_what_it_held_back():
    make_rate("USD", date(2026, 11, 23), "500.00", origin=Rate.Origin.HAND)

    assert run_command("--file", SAMPLES / "rates.xml") == "2026-11-23: 2 created, 0 changed, 0 same, 1 held back.\n"


def test_update_rates_says_why_a_file_without_rates_changes_nothing():
    with pytest.raises(CommandError, match=r"^The bank says: Нет данных на указанную дату$"):
        run_command("--file", SAMPLES / "get_rates_info_no_data.xml")

    assert Rate.objects.count() == 0


@pytest.mark.parametrize("name", BROKEN)
def test_update_rates_says_in_one_line_what_is_wrong_with_a_file(name, tmp_path):
    file = tmp_path / "answer.xml"
    file.write_bytes(BROKEN[name][0])

    with pytest.raises(CommandError) as failure:
        run_command("--file", file)

    assert len(str(failure.value).splitlines()) == 1
    assert Rate.objects.count() == 0


def test_update_rates_reads_no_more_of_a_huge_file_than_it_may_have(tmp_path):
    file = tmp_path / "huge.xml"
    with file.open("wb") as huge:
        huge.truncate(50 * 1024**3)

    with pytest.raises(CommandError, match="longer than a megabyte"):
        run_command("--file", file)


@pytest.mark.parametrize(("path", "why"), [("missing.xml", "No such file or directory"), (".", "Is a directory")])
def test_update_rates_says_why_a_file_cannot_be_read(path, why, tmp_path):
    file = tmp_path / path

    with pytest.raises(CommandError) as failure:
        run_command("--file", file)

    assert str(failure.value) == f"{file} cannot be read: {why}."


def test_update_rates_asks_for_today(settings):
    with serve(bank) as (settings.RATES_URL, requests), time_machine.travel("2026-11-23 15:59+05:00", tick=False):
        line = run_command()

    assert line == "2026-11-23: 1 created, 0 changed, 0 same, 0 held back.\n"
    assert [request.split()[1] for request in requests] == [b"/?fdate=23.11.2026"]


def test_update_rates_asks_for_tomorrow_too_in_the_afternoon(settings):
    with serve(bank) as (settings.RATES_URL, requests):
        line = run_command()

    assert line == "2026-11-23 – 2026-11-24: 2 created, 0 changed, 0 same, 0 held back.\n"
    assert [request.split()[1] for request in requests] == [b"/?fdate=23.11.2026", b"/?fdate=24.11.2026"]


def test_update_rates_does_not_mind_that_tomorrow_has_no_rates_yet(settings):
    with time_machine.travel("2026-11-20 17:00+05:00", tick=False), serve(bank) as (settings.RATES_URL, _):
        line = run_command()

    assert line == "2026-11-20: 1 created, 0 changed, 0 same, 0 held back.\n"


def test_update_rates_fails_when_today_has_no_rates(settings):
    saturday = time_machine.travel("2026-11-21 17:00+05:00", tick=False)
    with saturday, serve(bank) as (settings.RATES_URL, _), pytest.raises(CommandError, match="Нет данных"):
        run_command()


def test_update_rates_asks_for_what_is_missing_and_for_nothing_else(settings):
    with serve(bank) as (settings.RATES_URL, requests):
        lines = [run_command("--missing"), run_command("--missing")]

    assert lines == [
        "2026-11-23 – 2026-11-24: 2 created, 0 changed, 0 same, 0 held back.\n",
        "The rates of 2026-11-24 are there already.\n",
    ]
    assert len(requests) == 2


def test_update_rates_asks_for_a_given_day(settings):
    with serve(bank) as (settings.RATES_URL, requests):
        line = run_command("--date", "2026-11-03")

    assert line == "2026-11-03: 1 created, 0 changed, 0 same, 0 held back.\n"
    assert [request.split()[1] for request in requests] == [b"/?fdate=03.11.2026"]


def test_update_rates_goes_through_a_span_over_days_without_rates(settings):
    with serve(bank) as (settings.RATES_URL, requests):
        lines = run_command("--from", "2026-11-19", "--to", "2026-11-23", "--pause", "0")

    assert lines == "2026-11-19 – 2026-11-23: 3 created, 0 changed, 1 same, 0 held back.\n1 day has no rates.\n"
    assert len(requests) == 5


def test_update_rates_goes_on_with_a_span_over_a_bad_answer_and_asks_for_that_day_again(settings):
    def once_broken(connection, requests):
        if len(requests) == 2:
            requests.append(connection.recv(65536))
            connection.sendall(response(b"<rates>"))
        else:
            bank(connection, requests)

    span = ("--from", "2026-11-03", "--to", "2026-11-06", "--pause", "0")
    with serve(once_broken) as (settings.RATES_URL, requests):
        with pytest.raises(CommandError) as failure:
            run_command(*span)
        days = [rate.day.day for rate in Rate.objects.order_by("day")]
        again = run_command(*span)
        nothing = run_command(*span)

    assert str(failure.value).startswith("2026-11-05: The bank")
    assert str(failure.value).endswith("What was answered is stored; the same command asks for the rest.")
    assert days == [3, 4, 6]
    assert again == "2026-11-05: 1 created, 0 changed, 0 same, 0 held back.\n"
    assert nothing == "–: 0 created, 0 changed, 0 same, 0 held back.\n"
    assert len(requests) == 5


def test_update_rates_gives_a_span_up_when_the_bank_is_gone(settings):
    def bank_until_the_third(connection, requests):
        if len(requests) < 2:
            bank(connection, requests)
        else:
            requests.append(connection.recv(65536))

    with serve(bank_until_the_third) as (settings.RATES_URL, requests), pytest.raises(CommandError) as failure:
        run_command("--from", "2026-11-03", "--to", "2026-11-19", "--pause", "0")

    assert len(str(failure.value).splitlines()) == 4
    assert [rate.day.day for rate in Rate.objects.order_by("day")] == [3, 4]
    assert len(requests) == 5


def test_update_rates_asks_again_for_a_span_when_told_so(settings):
    span = ("--from", "2026-11-03", "--to", "2026-11-05", "--pause", "0")
    with serve(bank) as (settings.RATES_URL, requests):
        run_command(*span)
        line = run_command(*span, "--again")

    assert line == "2026-11-03 – 2026-11-05: 0 created, 0 changed, 3 same, 0 held back.\n"
    assert len(requests) == 6


def test_update_rates_pauses_between_the_days_of_a_span(settings, monkeypatch):
    pauses = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    with serve(bank) as (settings.RATES_URL, _), time_machine.travel("2026-11-23 17:00+05:00"):
        run_command("--from", "2026-11-03", "--to", "2026-11-05", "--pause", "0.2")

    assert pauses == [0.2, 0.2]


def test_update_rates_shows_no_progress_where_nobody_looks(settings, capfd):
    with serve(bank) as (settings.RATES_URL, _):
        run_command("--from", "2026-11-03", "--to", "2026-11-05", "--pause", "0")

    assert capfd.readouterr().err == ""


def test_update_rates_says_that_the_bank_cannot_be_reached(settings):
    settings.RATES_URL = "http://127.0.0.1:9/"

    with pytest.raises(CommandError, match=r"^The bank's server cannot be reached: Connection refused\.$"):
        run_command()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "2026-11-03"],
        ["--to", "2026-11-03"],
        ["--from", "2026-11-03", "--to", "2026-11-02"],
        ["--date", "2026-11-03", "--to", "2026-11-03"],
    ],
    ids=" ".join,
)
def test_update_rates_refuses_half_a_span(arguments):
    with pytest.raises(CommandError, match=r"^A span needs --from and --to, the first day not after the last\.$"):
        run_command(*arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--date", "03.11.2026"],
        ["--date", "2026-02-30"],
        ["--date", "2026-11-03", "--file", "rates.xml"],
        ["--missing", "--file", "rates.xml"],
        ["--pause", "-1"],
        ["--pause", "nan"],
    ],
    ids=" ".join,
)
def test_update_rates_refuses_arguments_that_make_no_sense(arguments):
    with pytest.raises(CommandError, match="argument --"):
        run_command(*arguments)


def test_update_rates_explains_itself():
    help_text = load_command_class("rates", "update_rates").create_parser("manage.py", "update_rates").format_help()

    assert [option for option in ("--date D", "--from D", "--to D", "--file F") if option not in help_text] == []
