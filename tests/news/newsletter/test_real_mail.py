"""Letters as they go over the wire, and what comes back, in the forms that mail servers of this world use."""

import random
import re
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from email.utils import parseaddr
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from news.models import Letter, Subscription
from news.newsletter import bounces, messages, sender, subscriptions
from news.newsletter.subscriptions import BounceKind
from portal.settings import to_ascii_address, to_ascii_host
from tests.support.cases import cases_of, content_of
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
REPORTS = Path(__file__).parent.parent.parent / "samples" / "bounces"
VERDICTS = [
    (kind, name)
    for kind, _colon, names in (line.partition(": ") for line in (REPORTS / "verdicts.txt").read_text().splitlines())
    for name in names.split()
]


def make_letter(email="reader@example.org", edition="kk", articles=(), **fields) -> Letter:
    row = Subscription.objects.create(email=email, edition=edition, **{"confirmed_at": NOW, "told_at": NOW, **fields})
    return Letter.objects.create(subscription=row, articles=[article.pk for article in articles])


def take_back(monkeypatch, report: bytes, letter: Letter) -> None:
    """Gives a report about a letter to the command that the mail server calls."""
    name = messages.message_id_of(letter).strip("<>").encode()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(report.replace(b"MESSAGE-ID", name))))
    call_command("read_bounce", stdout=StringIO())
    letter.subscription.refresh_from_db()


def unfold(raw: bytes) -> dict[str, str]:
    """The headers of a letter by their names, unfolded as RFC 5322 says and not decoded."""
    head = re.sub(rb"\r\n(?=[ \t])", b"", raw.partition(b"\r\n\r\n")[0]).decode("ascii")
    return {name: value for name, _colon, value in (line.partition(": ") for line in head.split("\r\n"))}


def decode(header: str) -> str:
    """As RFC 2047 says. Python's newer parser leaves spaces between two encoded words of a name."""
    return str(make_header(decode_header(header)))


# Out


@pytest.mark.parametrize("case", [case for case in cases_of("mail") if "unsubscribe" in case.id])
def test_address_to_unsubscribe_leaves_as_it_is(mail, settings, case):
    settings.SITE_URL = case["input"]
    make_letter(articles=[make_article()])

    sender.send_letters()

    line = unfold(mail.raw[0])["List-Unsubscribe"]
    assert b"\r\nList-Unsubscribe: " + line.encode() + b"\r\n" in mail.raw[0]
    assert line.startswith(case["expect"]["starts"])
    assert line.endswith(case["expect"]["ends"])
    assert case["expect"]["never"] not in line


def test_headers_of_sixty_letters_leave_as_programs_must_read_them(mail, settings):
    chance = random.Random(19)
    names = ["", "Пресс-служба, Сенат", "Құрылтай", 'Press "Office"', "P" * 70, "Ә" * 70]
    hosts = ["testserver", "жаңалық.қаз", "news." + "a" * 60 + ".example.org", ".".join(["ұзын" * 5] * 6) + ".kz"]
    letters = []
    for number in range(60):
        address = chance.choice(["a", "жаз", "x" * 64]).replace("жаз", "reader") + str(number)
        host = chance.choice(["example.org", "пошта.қаз", "b" * 63 + ".example.net"])
        words = chance.choices(["Заң", "жобасы", "Ө" * 40, "law", "a" * 120, "“№ 5”,", "🇰🇿"], k=12)
        title = " ".join(words)[:300].strip()
        article = make_article("kk", title_kk=title)
        letters.append((f"{address[-64:]}@{host}", chance.choice(names), chance.choice(hosts), article))

    for email, name, host, article in letters:
        settings.SITE_URL = to_ascii_host(f"https://{host}")
        news = to_ascii_address(f"news@{host}")
        settings.DEFAULT_FROM_EMAIL = f'"{name.replace(chr(34), chr(92) + chr(34))}" <{news}>' if name else news
        letter = make_letter(email, articles=[article])
        token, message_id = subscriptions.token_of(letter.subscription), messages.message_id_of(letter)
        assert sender.send_letters()["sent"] == 1

        headers = unfold(mail.raw[-1])
        ascii_host = to_ascii_host(host)
        assert headers["List-Unsubscribe"] == f"<https://{ascii_host}/subscribe/{token}/leave/>"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["List-Id"] == f"<news-kk.{ascii_host}>"
        assert headers["Message-ID"] == message_id
        assert headers["To"] == to_ascii_address(email)
        shown, written = parseaddr(headers["From"])
        assert (decode(shown), written) == (name or "Парламент жаңалықтары", news)
        assert decode(headers["Subject"]) == article.title_kk
        assert max(map(len, mail.raw[-1].split(b"\r\n"))) <= 998

    assert len(mail.raw) == 60


def test_letter_says_who_writes_what_was_subscribed_to_and_why_it_came(mail, settings):
    settings.SITE_URL = to_ascii_host("https://құрылтай.қаз")
    make_letter("one@example.org", confirmed_at=None, frequency="weekly")
    make_letter("two@example.org", edition="kk-latn", articles=[make_article()], frequency="at_once")

    sender.send_letters()

    link, news = mail.to("one@example.org")[0], mail.to("two@example.org")[0]
    assert link["From"].addresses[0].display_name == "Парламент жаңалықтары"
    assert news["From"].addresses[0].display_name == "Parlament jañalyqtary"
    for each in ("plain", "html"):
        assert "құрылтай.қаз сайтының жаңалықтарына" in link.get_body([each]).get_content()
        assert "барлық жаңалық, дүйсенбі сайын" in link.get_body([each]).get_content()
        assert "saitynyñ jañalyqtaryna jazyl" in news.get_body([each]).get_content()


@pytest.mark.parametrize("email", ["reader@exa mple.org", "оқырман@example.org", "two@at@example.org"])
def test_address_that_no_server_takes_ends_no_run(mail, email):
    bad, good = (
        make_letter(email, articles=[make_article()]),
        make_letter("good@example.org", articles=[make_article()]),
    )

    done = sender.send_letters()

    bad.subscription.refresh_from_db()
    assert (done["sent"], done["came_back"]) == (1, 1)
    assert bad.subscription.bounces == 1
    assert len(mail.to(good.subscription.email)) == 1


def test_letter_that_cannot_be_written_is_told_and_the_next_one_goes_out(mail):
    bad, good = make_letter(articles=[make_article()]), make_letter("good@example.org", articles=[make_article()])
    Subscription.objects.filter(pk=bad.subscription_id).update(frequency="no such")

    done = sender.send_letters()

    bad.refresh_from_db()
    assert (done["sent"], done["refused"]) == (1, 1)
    assert bad.state == Letter.State.REFUSED
    assert "no such" in bad.trouble
    assert len(mail.to(good.subscription.email)) == 1


# Back


@pytest.mark.parametrize("case", [case for case in cases_of("mail") if "file" in case.values[0]])
def test_case_is_counted_or_not(monkeypatch, case):
    letter = make_letter()

    take_back(monkeypatch, content_of(case), letter)

    assert letter.subscription.bounces == {"counted": 1, "nothing": 0}[case["expect"]]


@pytest.mark.parametrize(("kind", "name"), VERDICTS)
def test_report_has_its_verdict(kind, name):
    letter = make_letter()
    content = (REPORTS / f"{name}.eml").read_bytes()

    found = bounces.read_report(content.replace(b"MESSAGE-ID", messages.message_id_of(letter).strip("<>").encode()))

    assert found == (None if kind == "nothing" else (letter.subscription, kind))


def test_every_report_of_the_samples_has_a_verdict():
    assert sorted(name for _kind, name in VERDICTS) == sorted(file.stem for file in REPORTS.glob("*.eml"))


@pytest.mark.parametrize("case", [case for case in cases_of("mail") if case.id == "mail-bounces-far-apart"])
def test_bounces_far_apart_do_not_add_up(monkeypatch, mail, case):
    letter = make_letter(articles=[make_article()])
    report = (REPORTS / "postfix-full.eml").read_bytes()
    for number, step in enumerate(case["input"]):
        with time_machine.travel(NOW + timedelta(days=45 * number), tick=False):
            if step.startswith("bounce"):
                take_back(monkeypatch, report.replace(b"5.2.2", step.removeprefix("bounce ").encode()), letter)
            else:
                send_again(letter, int(step.split()[0]))

    letter.subscription.refresh_from_db()
    assert letter.subscription in Subscription.objects.live()
    assert len(mail.raw) == 80


def send_again(letter: Letter, times: int) -> None:
    for _time in range(times):
        Letter.objects.create(subscription=letter.subscription, articles=letter.articles)
    Letter.objects.filter(pk=letter.pk).delete()
    sender.send_letters()


@pytest.mark.parametrize(
    ("kind", "days", "is_live"),
    [
        ("unknown", [0, 0.1], True),
        ("unknown", [0, 0.1, 0.2], False),
        ("unknown", [0, 30, 60, 90], True),
        ("full", [0, 0.1, 0.2, 0.3, 0.4, 0.5], True),
        ("full", [0, 3, 6, 10, 15], False),
        ("policy", [0, 3, 6, 10, 15, 16, 17], True),
        ("policy", [*range(0, 40, 4)], False),
        ("complaint", [0], False),
    ],
)
def test_each_kind_of_bounce_has_its_patience(kind, days, is_live):
    row = make_letter().subscription
    for day in days:
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            subscriptions.record_bounce(row, BounceKind(kind))

    assert Subscription.objects.live().filter(pk=row.pk).exists() is is_live


def test_count_sinks_when_letters_arrive_again(mail):
    row = make_letter(articles=[make_article()]).subscription
    subscriptions.record_bounce(row)
    for _time in range(subscriptions.LETTERS_THAT_HEAL - 1):
        Letter.objects.create(subscription=row, articles=Letter.objects.first().articles)

    sender.send_letters()

    row.refresh_from_db()
    assert row.bounces == 0


def test_refusal_at_the_door_is_read_like_a_report(mail):
    row = make_letter(articles=[make_article()]).subscription
    mail.refuses[row.email] = "552 5.2.2 Mailbox size limit exceeded"
    for _time in range(4):
        sender.send_letters()
        Letter.objects.create(subscription=row, articles=[make_article().pk])

    row.refresh_from_db()
    assert (row.bounces, row.dead_at) == (4, None)
