"""Subscribers get what they asked for, once; nobody learns who subscribes; and who leaves is forgotten."""

import re
from datetime import datetime, timedelta
from io import BytesIO, StringIO, TextIOWrapper

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from news.editorial import workflow
from news.models import Arrival, Letter, Subscription, Topic
from news.newsletter import digests, messages, subscriptions
from news.newsletter.views import REQUESTS_A_MINUTE
from news.search.indexing import index_articles
from tests.support.factories import make_article, make_person, make_source, make_topic, make_user, write_newer
from tests.support.mail_server import mailers_of
from tests.support.pauses import end_pauses

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")  # a Wednesday
LINK = re.compile(r"http://testserver(\S*/subscribe/[^/\s]+/)")


def later(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def send(hours: float = 0) -> str:
    said = StringIO()
    with time_machine.travel(later(hours), tick=False):
        call_command("send_letters", stdout=said)
    return said.getvalue().strip()


def make_subscription(email="reader@example.org", **fields) -> Subscription:
    """Confirmed when the job ran for the first time."""
    known = {"edition": "kk", "frequency": "at_once", "confirmed_at": NOW, "told_at": NOW}
    return Subscription.objects.create(email=email, **{**known, **fields})


def titles(letter) -> list[str]:
    return re.findall(r"^Title \d+ \w+", letter.get_body(["plain"]).get_content(), re.MULTILINE)


def ask(client, path="/subscribe/", **fields):
    return client.post(path, {"email": "reader@example.org", "frequency": "daily", **fields})


# Subscribing and leaving


def test_reader_subscribes_confirms_changes_and_leaves_by_the_link_alone(client, mail):
    topic = make_topic(slug="budget")
    answer = ask(client, "/ru/subscribe/", about=[f"topic-{topic.pk}"])
    send()
    (letter,) = mail.to("reader@example.org")
    own = LINK.search(letter.get_body(["plain"]).get_content())[1]
    looked = client.get(own)
    before = Subscription.objects.get()

    confirmed = client.post(own, {"frequency": "weekly", "about": [f"topic-{topic.pk}"]})
    row = Subscription.objects.get()
    asked = client.get(f"{own}leave/").status_code, Subscription.objects.count()
    left = client.post(f"{own}leave/", {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/ru/subscribe/asked/"
    assert letter["Subject"] == "Подтвердите подписку на новости"
    assert before.confirmed_at is None
    assert before.edition == "ru"
    assert before.frequency == "daily"  # to look confirms nothing
    assert "Подтвердить подписку" in looked.content.decode()
    assert row.frequency == "weekly"
    assert row.about == [f"topic-{topic.pk}"]
    assert row.confirmed_at is not None
    assert confirmed.status_code == 200
    assert asked == (200, 1)
    assert left.status_code == 200
    assert Subscription.objects.count() == 0
    assert [client.get(f"{own}leave/").status_code, client.get(own).status_code] == [200, 404]
    assert client.cookies == {}


def test_stranger_learns_nothing_and_changes_nothing_of_a_known_address(client, mail):
    row = make_subscription(frequency="weekly")

    answers = [ask(client, email=email) for email in ("READER@example.org", "other@example.org")]
    send()

    assert len({(answer.status_code, answer.headers["Location"], answer.content) for answer in answers}) == 1
    row.refresh_from_db()
    assert row.frequency == "weekly"
    subjects = [mail.to(email)[0]["Subject"] for email in ("reader@example.org", "other@example.org")]
    assert subjects == ["Жаңалықтарға жазылымыңыз", "Жаңалықтарға жазылуды растаңыз"]


def test_link_is_sent_to_an_address_once_in_a_while_however_often_it_is_asked_for(client, mail):
    for _time in range(3):
        ask(client)

    send()

    assert len(mail.got) == 1


def test_form_is_refused_to_who_asks_too_often_and_to_what_is_no_address(client):
    wrong = client.post("/subscribe/", {"email": "no address", "frequency": "hourly", "about": ["topic-99"]})

    with time_machine.travel(NOW, tick=False):  # all within one minute
        statuses = [ask(client, email=f"reader-{number}@example.org").status_code for number in range(6)]

    assert wrong.status_code == 200
    assert set(wrong.context["form"].errors) == {"email", "frequency", "about"}
    assert statuses == [302] * 5 + [429]
    assert Subscription.objects.count() == 5


def test_reader_behind_the_proxy_asks_no_more_often_by_claiming_other_addresses(proxy):
    def ask_through_proxy(reader: str, number: int) -> int:
        fields = {"email": f"reader-{number}@example.org", "frequency": "daily"}
        claim = f"198.51.100.{number}"
        return proxy.request("post", "/subscribe/", reader=reader, claims=claim, data=fields).status_code

    with time_machine.travel(NOW, tick=False):
        one = [ask_through_proxy("203.0.113.7", number) for number in range(REQUESTS_A_MINUTE + 2)]
        other = ask_through_proxy("203.0.113.8", 0)

    assert one == [302] * REQUESTS_A_MINUTE + [429] * 2
    assert other == 302
    assert Subscription.objects.count() == REQUESTS_A_MINUTE


def test_what_nobody_confirms_is_forgotten(client, mail):
    make_subscription(confirmed_at=None)
    make_subscription("kept@example.org")
    Subscription.objects.update(made_at=later(-24 * 8))

    send()

    assert [row.email for row in Subscription.objects.all()] == ["kept@example.org"]


@pytest.mark.parametrize("token", ["1", "1.x", "x.y", "99999999999999999999.x"])
def test_link_that_was_never_ours_opens_nothing(client, token):
    make_subscription()

    assert [client.get(f"/subscribe/{token}/{page}").status_code for page in ("", "leave/")] == [404, 200]
    assert client.post(f"/subscribe/{token}/leave/").status_code == 200
    assert Subscription.objects.count() == 1


def test_pages_of_a_subscription_are_kept_by_nobody_and_take_as_many_queries_for_many_topics(
    client, django_assert_num_queries
):
    for _each in range(5):
        make_topic()
    own = f"/subscribe/{subscriptions.token_of(make_subscription())}/"

    with django_assert_num_queries(6):
        page = client.get(own)

    said = [page.headers[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")]
    assert said == ["no-store, private", "noindex, nofollow, noarchive", "no-referrer"]


# What comes when


def test_letter_comes_at_once_of_what_readers_have_and_never_twice(mail):
    send()
    make_subscription()
    make_subscription("dead@example.org", dead_at=NOW)
    make_subscription("unconfirmed@example.org", confirmed_at=None)
    make_article("kk", publish_at=later(-1))  # before the first run
    make_article("ru", publish_at=later(1))
    make_article("kk", status="draft", publish_at=later(1))
    article = make_article("kk", publish_at=later(1), lead_kk="Палата <отырысы>.")

    said = [send(0.9), send(1.1), send(1.2)]

    assert [line.split(",")[0] for line in said] == [f"Жіберілген хат: {count}" for count in (0, 1, 0)]
    ((sender, recipient, letter),) = mail.got
    assert sender == "news@testserver"
    assert recipient == "reader@example.org"
    assert letter["Subject"] == article.title_kk
    own = f"http://testserver/subscribe/{subscriptions.token_of(Subscription.objects.get(email=recipient))}/"
    assert letter["List-Unsubscribe"] == f"<{own}leave/>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = (letter.get_body([kind]).get_content() for kind in ("plain", "html"))
    assert f"http://testserver/news/{article.pk}-{article.slug_kk}/" in text.splitlines()
    assert "Палата <отырысы>." in text
    assert "Палата &lt;отырысы&gt;." in html
    assert re.findall("<(?:img|script|link|iframe)", html) == []
    assert set(re.findall(r'href="([^"]*)"', html)) == {
        f"http://testserver/news/{article.pk}-{article.slug_kk}/",
        "http://testserver/news/",
        own,
        f"{own}leave/",
    }
    assert Letter.objects.count() == 0


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        ("at_once", [1, 29, 149]),
        ("daily", [20, 44, 164]),  # at eight on Thursday, on Friday, and on Wednesday
        ("weekly", [116, 284]),  # at eight on Mondays
    ],
)
def test_letters_come_as_often_as_is_wished(frequency, expected):
    with time_machine.travel(NOW, tick=False):
        digests.create_due_letters()
    make_subscription(frequency=frequency)
    for hour in (1, 29, 149):
        make_article("kk", publish_at=later(hour))

    came = []
    for hour in (0.9, 1, 2, 19.9, 20, 29, 43.9, 44, 68, 115.9, 116, 140, 149, 163.9, 164, 283.9, 284, 308):
        with time_machine.travel(later(hour), tick=False):
            if digests.create_due_letters():
                came.append(hour)

    assert came == expected


def test_each_gets_what_they_chose_and_who_chose_an_ended_institution_its_successors(mail):
    send()
    new = make_source(slug="kurultai")
    old = make_source(slug="senat", successor=new)
    topic, person = make_topic(), make_person()
    articles = {
        "source": make_article("kk", publish_at=later(1), source=new),
        "topic": make_article("kk", publish_at=later(2), source=make_source(), topics=[topic]),
        "person": make_article("kk", publish_at=later(3), source=make_source(), people=[person]),
    }
    wishes = {
        "all@example.org": [],
        "source@example.org": [f"source-{old.pk}"],
        "both@example.org": [f"topic-{topic.pk}", f"person-{person.pk}"],
        "nothing@example.org": ["topic-999"],
    }
    for email, about in wishes.items():
        make_subscription(email, about=about)

    send(4)

    title = {name: article.title_kk for name, article in articles.items()}
    assert {email: [titles(letter) for letter in mail.to(email)] for email in wishes} == {
        "all@example.org": [[title["person"], title["topic"], title["source"]]],
        "source@example.org": [[title["source"]]],
        "both@example.org": [[title["person"], title["topic"]]],
        "nothing@example.org": [],
    }


def test_reader_subscribes_to_what_was_searched_and_gets_what_it_finds(client, mail):
    topic = make_topic(slug="zan", name_ru="Законы")
    searched = client.get("/ru/search/?q=вода&topic=zan&from=2026-01-01")
    wish = re.search(r'href="(/ru/subscribe/\?[^"]+)"', searched.text)[1].replace("&amp;", "&")
    (value,) = re.findall(r'value="(search-[^"]+)" checked', client.get(wish).text)
    key = value.replace("&amp;", "&")
    ask(client, "/ru/subscribe/", about=[key])
    send()
    own = LINK.search(mail.to("reader@example.org")[0].get_body(["plain"]).get_content())[1]
    client.post(own, {"frequency": "at_once", "about": [key]})
    Topic.objects.update(slug="zakony")  # a new slug ends nothing
    Subscription.objects.update(confirmed_at=NOW, told_at=NOW)
    fields = {"publish_at": later(1), "topics": [topic]}
    found = make_article("ru", title_ru="О воде", **fields)
    others = [
        make_article("ru", title_ru="О лесе", **fields),
        make_article("ru", title_ru="Воды без темы", publish_at=later(1)),
        make_article("kk", title_kk="вода", **fields),
        make_article("ru", title_ru="Черновик о воде", status="draft", **fields),
        make_article("ru", title_ru="Завтра о воде", **(fields | {"publish_at": later(5)})),
    ]
    index_articles([each.pk for each in [found, *others]])

    send(2)

    assert key == f"search-q=%D0%B2%D0%BE%D0%B4%D0%B0&topic={topic.pk}"
    assert "«вода» · Законы" in client.get(own).text
    assert [letter["Subject"] for letter in mail.to("reader@example.org")[1:]] == ["О воде"]
    topic.delete()  # and a topic that is gone widens nothing
    index_articles([make_article("ru", title_ru="О воде вновь", publish_at=later(3)).pk])
    send(4)
    assert len(mail.to("reader@example.org")) == 2


@pytest.mark.parametrize("value", ["search-", "search-q=", "search-q=-law", "search-q=law&topic=7", "search-x=1&q=law"])
def test_only_a_search_as_we_write_it_is_subscribed_to(client, value):
    answer = ask(client, about=[value])

    assert answer.status_code == 200
    assert Subscription.objects.count() == 0


def test_search_is_asked_once_however_many_have_saved_it(mail):
    send()
    index_articles([make_article(title_kk="Су кодексі", publish_at=later(1)).pk])
    send(2)
    taken = []
    for number in (1, 30):
        for each in range(number):
            make_subscription(f"reader-{number}-{each}@example.org", about=["search-q=law", "search-q=%D1%81%D1%83"])
        with time_machine.travel(later(2), tick=False), CaptureQueriesContext(connection) as queries:
            assert digests.create_due_letters() == number
        taken.append(len(queries))

    assert taken[0] == taken[1]


def test_new_subscriber_gets_nothing_that_was_there_before(mail, two_subscribers):
    send()
    early, late = two_subscribers
    Subscription.objects.filter(pk=late.pk).update(confirmed_at=None)
    make_article("kk", publish_at=later(1))
    send(2)
    with time_machine.travel(later(3), tick=False):
        subscriptions.confirm_subscription(late)
    make_article("kk", publish_at=later(4))
    send(5)

    assert [len(titles(letter)) for letter in mail.to(early.email)] == [1, 1]
    assert [titles(letter) for letter in mail.to(late.email)] == [titles(mail.to(early.email)[1])]


def test_each_edition_has_its_own_letters_and_letters(mail):
    send()
    for edition in ("kk", "kk-latn", "kk-arab", "ru", "en"):
        make_subscription(f"{edition}@example.org", edition=edition)
    make_article("kk ru", publish_at=later(1), title_kk="Сенат отырысы", title_ru="Заседание")

    send(2)

    assert {recipient: letter["Subject"] for _sender, recipient, letter in mail.got} == {
        "kk@example.org": "Сенат отырысы",
        "kk-latn@example.org": "Senat otyrysy",
        "kk-arab@example.org": "سەنات وتىرىسى",
        "ru@example.org": "Заседание",
    }
    html = mail.to("kk-arab@example.org")[0].get_body(["html"]).get_content()
    assert 'lang="kk-Arab" dir="rtl"' in html


def test_article_approved_after_its_planned_moment_is_not_missed_and_a_correction_is_nothing_new(mail):
    make_subscription()
    send()
    article = make_article("kk", status="draft", publish_at=later(1))
    make_article("kk", publish_at=later(2))
    send(3)
    article.status = "approved"
    article.save()
    send(4)
    with time_machine.travel(later(5), tick=False):
        workflow.correct(write_newer(article), by=make_user("news.publish_article"), notes={"kk": "Күні."})

    send(6)

    assert len(mail.got) == 2
    assert titles(mail.got[1][2]) == [article.title_kk]


def test_withdrawn_article_is_in_no_letter_and_its_restoration_repeats_nothing(mail):
    send()
    make_subscription()
    article, editor = make_article("kk", publish_at=later(1)), make_user("news.publish_article")
    with time_machine.travel(later(2), tick=False):
        digests.create_due_letters()
        workflow.withdraw(article, by=editor, reasons={"kk": "Қате."})
    send(3)
    make_article("kk", publish_at=later(4))
    send(5)
    with time_machine.travel(later(6), tick=False):
        workflow.restore(article, by=editor)

    send(7)

    assert len(mail.got) == 1
    assert Letter.objects.count() == 0
    assert Arrival.objects.count() == 2


# What goes wrong


def test_letter_of_which_nobody_knows_waits_for_a_person(mail, client):
    send()
    make_subscription()
    make_article("kk", publish_at=later(1))
    mail.breaks_after_data = True
    with pytest.raises(CommandError):
        send(2)
    mail.breaks_after_data = False
    end_pauses()
    send(3)
    letter = Letter.objects.get()
    known = letter.state, len(mail.got)
    client.force_login(make_user("news.change_letter", "news.view_letter"))
    desk = client.get("/admin/").content.decode()

    client.post(f"/admin/news/letter/{letter.pk}/change/", {"decision": "again"})
    send(4)

    assert known == ("unknown", 1)
    assert "белгісіз, қараңыз: 1" in desk
    assert len(mail.got) == 2
    assert mail.got[0][2]["Message-ID"] == mail.got[1][2]["Message-ID"]
    assert Letter.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_letter_that_another_process_has_begun_is_not_sent_again(mail, two_subscribers, other_process):
    send()
    make_article("kk", publish_at=later(1))
    begun = []

    def begin_the_others() -> None:
        for letter in Letter.objects.filter(state=Letter.State.DUE):
            letter.begin()
            begun.append(letter.subscription.email)

    mail.on_letter = lambda: other_process(begin_the_others).result()
    send(2)

    first, second = two_subscribers
    assert begun == [second.email]
    assert len(mail.to(first.email)) == 1
    assert mail.to(second.email) == []


def test_server_that_is_away_loses_nothing(mail, settings):
    send()
    make_subscription()
    make_article("kk", publish_at=later(1))
    settings.MAILERS = mailers_of(9)
    with pytest.raises(CommandError, match="cannot be reached"):
        send(2)
    settings.MAILERS = mailers_of(mail.port)

    end_pauses()
    send(3)

    assert len(mail.got) == 1


def test_address_refused_three_times_is_given_up_until_its_owner_confirms_again(mail):
    send()
    row = make_subscription()
    mail.refuses[row.email] = "550 No such user"
    for hour in range(1, 6):
        make_article("kk", publish_at=later(hour))
        send(hour)
    row.refresh_from_db()
    given_up = row.bounces, row.dead_at is not None

    subscriptions.confirm_subscription(row)

    row.refresh_from_db()
    assert given_up == (3, True)
    assert row.bounces == 0
    assert row.dead_at is None


def test_refused_letter_counts_against_its_own_address_alone(mail, two_subscribers):
    send()
    reachable, away = two_subscribers
    mail.refuses[away.email] = "550 No such user"
    for hour in range(1, 4):
        make_article("kk", publish_at=later(hour))
        send(hour)

    for row in two_subscribers:
        row.refresh_from_db()
    assert reachable.bounces == 0
    assert reachable.dead_at is None
    assert away.bounces == 3
    assert away.dead_at is not None
    assert len(mail.to(reachable.email)) == 3


def test_address_refused_for_now_gets_its_letter_later(mail):
    send()
    row = make_subscription()
    make_article("kk", publish_at=later(1))
    mail.refuses[row.email] = "451 Try again"
    send(2)
    mail.refuses.clear()

    send(3)

    assert len(mail.got) == 1
    row.refresh_from_db()
    assert row.bounces == 0


REPORT = """From: MAILER-DAEMON@example.org
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; reader@example.org
Action: {action}
Status: {status}

--b
Content-Type: {original}

Message-ID: {name}
Subject: x

--b--
"""


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize(
    ("action", "status", "forged", "bounces"),
    [("failed", "5.1.1", False, 1), ("delayed", "4.4.1", False, 0), ("failed", "5.1.1", True, 0)],
)
def test_letter_that_comes_back_is_written_down_and_a_forged_one_is_not(
    monkeypatch, original, action, status, forged, bounces
):
    row = make_subscription()
    letter = Letter.objects.create(subscription=row)
    name = f"<{letter.pk}-{row.pk}.forged@testserver>" if forged else messages.message_id_of(letter)
    report = REPORT.format(action=action, status=status, original=original, name=name)
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(report.encode())))

    call_command("read_bounce", stdout=StringIO())

    row.refresh_from_db()
    assert row.bounces == bounces


def test_letter_that_comes_back_counts_against_whom_it_was_sent_to(monkeypatch, two_subscribers):
    first, second = two_subscribers
    letters = [Letter.objects.create(subscription=row) for row in (first, second)]
    name = messages.message_id_of(letters[1])
    report = REPORT.format(action="failed", status="5.1.1", original="message/rfc822", name=name)
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(report.encode())))

    call_command("read_bounce", stdout=StringIO())

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.bounces == 0
    assert second.bounces == 1
