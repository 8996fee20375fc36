"""nginx's log as a journal: as exact as ours, whatever happens to the file."""

import os
import time

import pytest

from news.hits import access_logs, counting
from news.hits.access_logs import CURRENT, QUIET
from news.hits.journals import Reading
from news.models import HitJournal, HitTotal
from tests.support.factories import make_article

READING = Reading(41, "kk", 1732334400)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def line(article: int = 41, request: int = 7, user_agent: str = FIREFOX, host: str = "-") -> str:
    return f'"{article} kk 2024-11-23T09:02:4{request}+05:00 {host} {user_agent}\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (line() + line(), [(READING, 2)]),
        (line(user_agent="Googlebot/2.1 (+http://www.google.com/bot.html)"), []),
        (line(user_agent="curl/8.5.0"), [(READING, 1)]),
        (line(user_agent=r"\x22Mozilla\x22 \x47ooglebot/2.1"), []),  # as nginx writes what is no plain letter
        # A visitor cannot write readings.
        (line(user_agent="Mozilla +5 kk 2024-11-23T09:02:47+05:00 - "), [(READING, 1)]),
        (line(user_agent=r"\x225 kk 2024-11-23T09:02:47+05:00 - x"), [(READING, 1)]),
        (line(host="T.me"), [(READING._replace(referrer="t.me"), 1)]),
        (line(host="testserver") + line(host="."), [(READING, 2)]),  # our own pages; no name at all
        (line()[:-30] + line(), [(READING, 1)]),  # the first was cut short by a full disk
        (line()[:9] + line(), [(READING, 1)]),
        (line(request=0) + line(request=9), [(READING, 2)]),  # of one hour
        ('"41 kk 2024-11-23T09:29:59+05:30 - x\n', [(Reading(41, "kk", 1732330800), 1)]),
        ('"41 kk 2024-11-31T09:02:47+05:00 - x\n', []),
        ("\0\0" + line(), [(READING, 1)]),
        ("+41 kk 1732334567\n", []),
        ('"- 2024-11-23T09:02:47+05:00 - x\n', []),
    ],
)
def test_readings_are_those_of_whole_lines_of_people(text, expected):
    assert list(access_logs.parse_readings(text.encode())) == expected


@pytest.fixture
def log(settings):
    settings.HITS_DIR.mkdir()
    return settings.HITS_DIR / CURRENT


def test_what_is_written_while_a_log_is_read_waits_for_the_next_time(log):
    log.write_text(line(41))
    logs = access_logs.AccessLog.all(log.parent)
    opened = next(logs)
    with log.open("a") as file:
        file.write(line(42))

    first = opened.read(0)

    assert first.decode() == line(41)
    assert opened.read(len(first)) == b""


@pytest.mark.django_db(transaction=True)
def test_log_is_counted_once_also_when_it_is_renamed_and_begun_anew(log):
    article = make_article()
    log.write_text(line(article.pk) + line(article.pk, 2) + line(article.pk, 3)[:20])
    first = counting.fold_journals()
    with log.open("a") as file:
        file.write(line(article.pk, 3)[20:])
    log.rename(log.with_name("nginx-1.access"))
    log.write_text(line(article.pk, 4))
    second = counting.fold_journals()
    again = counting.fold_journals()

    assert [each.readings for each in (first, second, again)] == [2, 2, 0]
    assert HitTotal.objects.get().counted == 4


@pytest.mark.django_db(transaction=True)
def test_rotated_log_goes_when_it_is_counted_and_quiet_and_the_current_one_never(log):
    article, rotated = make_article(), log.with_name("nginx-1.access")
    log.write_text(line(article.pk, 2))
    rotated.write_text(line(article.pk))
    counting.fold_journals()
    kept = sorted(path.name for path in log.parent.glob("*.access"))
    for path in (log, rotated):
        os.utime(path, times=(time.time() - QUIET - 1,) * 2)
    finished = counting.fold_journals().finished

    assert kept == ["nginx-1.access", CURRENT]
    assert finished == 1
    assert [path.name for path in log.parent.iterdir() if path.suffix != ".lock"] == [CURRENT]
    assert HitJournal.objects.count() == 1
    assert HitTotal.objects.get().counted == 2


@pytest.mark.django_db(transaction=True)
def test_log_without_a_whole_line_waits(log):
    log.write_text(line()[:-1])

    assert counting.fold_journals().readings == 0
    assert HitJournal.objects.count() == 0
