import json
import threading
from datetime import timedelta
from time import sleep

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone
from time_machine import travel

from news.editorial import autosave, revisions
from news.editorial.autosave import Place, Sent
from news.models import Article, Autosave
from tests.support.factories import make_article, make_source, make_user
from tests.support.newsroom import at_once

pytestmark = pytest.mark.django_db

WRITER = ["news.add_article", "news.change_article", "news.view_article"]
NEW = "/admin/news/article/new/autosave/"


def address(article):
    return f"/admin/news/article/{article.pk}/autosave/"


def place(article):
    return Place.of(article or Article)


def keep(user, article, key, content=None, turn=0, base=None):
    return autosave.keep(user, place(article), Sent(key, turn, base, content))


def send(client, path, **sent):
    return client.post(path, json.dumps({"key": "k1", **sent}), content_type="application/json")


def texts(user, article):
    """What is offered when the form opens, the newest first: key and content."""
    return [(text["key"], text["content"]) for text in autosave.offer(user, place(article))["texts"]]


# Keeping


def test_two_tabs_of_one_person_keep_a_text_each_and_the_newest_comes_first():
    user, article = make_user(), make_article()

    with travel(timezone.now() - timedelta(minutes=1), tick=False):
        keep(user, article, "k1", {"title_kk": "А"}, base=1)
    keep(user, article, "k2", {"title_kk": "Ә"}, base=2)

    assert texts(user, article) == [("k2", {"title_kk": "Ә"}), ("k1", {"title_kk": "А"})]


def test_form_opens_with_its_twenty_newest_texts_and_the_one_chosen_on_the_desk():
    user = make_user()
    for number in range(22):
        with travel(timezone.now() - timedelta(minutes=30 - number), tick=False):
            keep(user, None, f"k{number}", {"title_kk": f"Мақала {number}"})

    keys = [text["key"] for text in autosave.offer(user, place(None), "k0")["texts"]]

    assert keys == [*(f"k{number}" for number in range(21, 1, -1)), "k0"]


def test_request_that_comes_late_does_not_replace_what_a_later_one_brought():
    user, article = make_user(), make_article()
    keep(user, article, "k1", {"title_kk": "Жаңа"}, turn=8)

    is_open = keep(user, article, "k1", {"title_kk": "Ескі"}, turn=7)

    assert is_open is True
    assert texts(user, article) == [("k1", {"title_kk": "Жаңа"})]


def test_each_person_finds_their_own_text():
    article, one, other = make_article(), make_user(), make_user()
    keep(one, article, "k1", content={"title_kk": "Бір"})

    keep(other, article, "k2", content={"title_kk": "Екі"})

    assert texts(one, article) == [("k1", {"title_kk": "Бір"})]


def test_two_new_articles_of_one_person_are_kept_apart_and_the_newest_is_offered():
    user = make_user()

    with travel(timezone.now() - timedelta(minutes=1), tick=False):
        keep(user, None, "k1", content={"title_kk": "Бір"})
    keep(user, None, "k2", content={"title_kk": "Екі"})

    assert texts(user, None) == [("k2", {"title_kk": "Екі"}), ("k1", {"title_kk": "Бір"})]


def test_form_whose_changes_were_taken_back_by_hand_leaves_nothing_to_offer():
    user, article = make_user(), make_article()
    keep(user, article, "k1", content={"title_kk": "А"})

    keep(user, article, "k1", content={})

    assert texts(user, article) == []


def test_text_older_than_thirty_days_is_deleted_when_its_writer_types_again():
    user, other, article = make_user(), make_user(), make_article()
    with travel(timezone.now() - timedelta(days=31), tick=False):
        keep(user, make_article(), "k1", content={"title_kk": "Ескі"})
        keep(other, article, "k2", content={"title_kk": "Басқаның"})

    keep(user, article, "k3", content={"title_kk": "Жаңа"})

    assert set(Autosave.objects.values_list("key", flat=True)) == {"k2", "k3"}


def test_no_unsaved_text_is_thrown_away_for_another_one(monkeypatch):
    monkeypatch.setattr(autosave, "MAX_TEXTS", 11)
    user = make_user()
    for number in range(11):
        keep(user, None, f"k{number}", {"title_kk": f"Мақала {number}"})

    with pytest.raises(autosave.TooManyTexts):
        keep(user, None, "k11", {"title_kk": "Тағы біреу"})
    keep(user, None, "k0", {"title_kk": "Жалғасы"}, turn=1)

    assert {text.content["title_kk"] for text in autosave.unsaved_texts(user)} == {
        "Жалғасы",
        *(f"Мақала {number}" for number in range(1, 11)),
    }


def test_forms_that_were_only_looked_at_are_deleted_after_an_hour():
    user, article = make_user(), make_article()
    with travel(timezone.now() - timedelta(minutes=61), tick=False):
        keep(user, article, "looked")
        autosave.finish(user, place(article), "saved")

    keep(user, article, "k1", {"title_kk": "А"})

    assert set(Autosave.objects.values_list("key", flat=True)) == {"saved", "k1"}


# Forgetting


def test_saved_text_is_not_offered_and_its_form_is_told():
    user, article = make_user(), make_article()
    keep(user, article, "k1", content={"title_kk": "А"})

    autosave.finish(user, place(article), "k1")

    assert autosave.offer(user, place(article)) == {"finished": ["k1"], "texts": []}


def test_late_request_of_a_saved_form_does_not_bring_its_text_back():
    user, article = make_user(), make_article()
    autosave.finish(user, place(article), "k1")

    keep(user, article, "k1", content={"title_kk": "А"})

    assert texts(user, article) == []


def test_saving_one_form_leaves_what_another_one_typed():
    user, article = make_user(), make_article()
    keep(user, article, "k1", content={"title_kk": "А"})

    autosave.finish(user, place(article), "k2")

    assert texts(user, article) == [("k1", {"title_kk": "А"})]


def test_only_the_person_discards_a_text_and_only_once():
    user, other, article = make_user(), make_user(), make_article()
    keep(user, article, "k1", {"title_kk": "А"})
    pk = Autosave.objects.get().pk

    assert autosave.discard(other, pk) is False
    assert texts(user, article) == [("k1", {"title_kk": "А"})]
    assert autosave.discard(user, pk) is True
    assert autosave.discard(user, pk) is False
    assert autosave.offer(user, place(article)) == {"finished": ["k1"], "texts": []}


# In the same moment


needs_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


def run_while_held(hold, work):
    """Runs `work` in a thread while the transaction of `hold` is open; ends that once the other one waits for it."""
    results = []

    def run():
        try:
            results.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        hold()
        thread.start()
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        for _ in range(600):
            with connection.cursor() as cursor:
                if cursor.execute(waiting).fetchone() or not thread.is_alive():
                    break
            sleep(0.05)
    thread.join(30)
    return results


@needs_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_begun", [True, False])
def test_late_request_in_the_moment_of_saving_does_not_bring_the_text_back(is_begun):
    user, article = make_user(), make_article()
    if is_begun:
        keep(user, article, "k1", {"title_kk": "Жаңа"})

    results = run_while_held(
        lambda: autosave.finish(user, place(article), "k1"),
        lambda: keep(user, article, "k1", {"title_kk": "Жаңа"}, turn=1),
    )

    assert results == [False]
    assert autosave.offer(user, place(article)) == {"finished": ["k1"], "texts": []}


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_requests_in_one_moment_the_later_typed_text_stays():
    user, article = make_user(), make_article()
    keep(user, article, "k1", {"title_kk": "Ж"}, turn=1)

    results = run_while_held(
        lambda: keep(user, article, "k1", {"title_kk": "Жаңа"}, turn=3),
        lambda: keep(user, article, "k1", {"title_kk": "Жа"}, turn=2),
    )

    assert results == [True]
    assert texts(user, article) == [("k1", {"title_kk": "Жаңа"})]


@pytest.mark.django_db(transaction=True)
def test_tabs_that_open_and_type_in_one_moment_keep_a_text_each():
    user, article = make_user(), make_article()

    at_once(*(lambda key=key: keep(user, article, key, {"title_kk": key}, turn=1) for key in ("k1", "k2", "k3")))

    assert sorted(texts(user, article)) == [(key, {"title_kk": key}) for key in ("k1", "k2", "k3")]


# Reading what a browser sent


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"key": ""}',
        b'{"key": "../etc"}',
        b'{"key": 7}',
        b'{"key": "k1", "base": "1"}',
        b'{"key": "k1", "base": true}',
        b'{"key": "k1", "base": 99999999999}',
        b'{"key": "k1", "turn": -1}',
        b'{"key": "k1", "turn": 9007199254740992}',
        b'{"key": "k1", "turn": "1"}',
        b'{"key": "k1", "content": []}',
        b'{"key": "k1", "content": {"__proto__": "x"}}',
        b'{"key": "k1", "content": {"title_kk": 5}}',
        b'{"key": "k1", "content": {"title_kk": {"a": "b"}}}',
        b'{"key": "k1", "content": {"topics": [["1"]]}}',
        b'{"key": "k1", "content": {"topics": [[1, "x"]]}}',
        b"[" * 100_000,
        b'{"key": "k1", "content": {"body_kk": "' + b"a" * 300_001 + b'"}}',
        b'{"key": "k1", "content": {"lead_kk": "' + b"a" * autosave.LARGEST + b'"}}',
        json.dumps({"key": "k1", "content": {f"field_{number}": "" for number in range(101)}}).encode(),
    ],
    ids=lambda body: body[:40].decode(),
)
def test_what_no_form_sends_is_refused(client, body):
    client.force_login(make_user(*WRITER))

    response = client.post(NEW, body, content_type="application/json")

    assert response.status_code == 400
    assert Autosave.objects.count() == 0


def test_typed_text_is_sanitised_and_fit_for_the_database():
    sent = {
        "title_kk": "a\x00\ud800b",
        "body_kk": "<p onclick='x()'>Мәтін<script>x()</script></p>",
        "pinned": True,
        "topics": [["1", "Заң"]],
    }

    read = autosave.read(json.dumps({"key": "k1", "content": sent}).encode())

    assert read.content == {"title_kk": "ab", "body_kk": "<p>Мәтін</p>", "pinned": True, "topics": [["1", "Заң"]]}


# Presence


def test_others_are_those_who_were_here_in_the_last_twenty_seconds():
    article, me = make_article(), make_user()
    keep(me, article, "k1", content=None)
    keep(make_user(first_name="Айгүл", last_name="Сәрсенова"), article, "k2", content=None)
    keep(make_user(username="elsewhere"), make_article(), "k3", content=None)
    with travel(timezone.now() - timedelta(seconds=21), tick=False):
        keep(make_user(username="gone"), article, "k4", content=None)

    assert autosave.others(me, place(article)) == ["Айгүл Сәрсенова"]


def test_being_there_keeps_the_typed_text():
    user, article = make_user(), make_article()
    keep(user, article, "k1", content={"title_kk": "А"})

    keep(user, article, "k2", content=None)

    assert texts(user, article) == [("k1", {"title_kk": "А"})]


# The address


def test_form_is_given_back_what_it_sent(client):
    article = make_article()
    client.force_login(make_user(*WRITER))

    send(client, address(article), base=3, content={"title_kk": "А"})
    answer = client.get(address(article)).json()

    age = answer["texts"][0].pop("age")
    text = {"key": "k1", "base": 3, "content": {"title_kk": "А"}}
    assert answer == {"others": [], "finished": [], "texts": [text]}
    assert 0 <= age < 20


def test_text_thrown_away_is_not_offered_again(client):
    article = make_article()
    client.force_login(make_user(*WRITER))
    send(client, address(article), content={"title_kk": "А"})

    client.delete(f"{address(article)}?key=k1")

    assert client.get(address(article)).json() == {"others": [], "finished": ["k1"], "texts": []}


@pytest.mark.parametrize(
    ("permissions", "of_new", "of_one"),
    [
        ([], 403, 403),
        (["news.view_article"], 403, 403),
        (["news.add_article"], 200, 403),
        (["news.change_article"], 403, 200),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_autosave_is_for_whom_the_form_is_for(client, permissions, of_new, of_one, method):
    article = make_article()
    client.force_login(make_user(*permissions))
    sent = '{"key": "k1", "content": {"title_kk": "x"}}'

    new = client.generic(method, f"{NEW}?key=k1", sent, content_type="application/json")
    one = client.generic(method, f"{address(article)}?key=k1", sent, content_type="application/json")

    assert new.status_code == of_new
    assert one.status_code == of_one


def test_autosave_asks_for_the_token_of_a_form(client):
    client.handler.enforce_csrf_checks = True
    client.force_login(make_user(*WRITER))

    response = send(client, NEW, content={"title_kk": "А"})

    assert response.status_code == 403
    assert Autosave.objects.count() == 0


def test_saving_the_form_forgets_what_was_typed(client):
    user, article = make_user(*WRITER), make_article(status="draft")
    client.force_login(user)
    send(client, address(article), content={"title_kk": "Жаңа"})

    client.post(
        f"/admin/news/article/{article.pk}/change/",
        {"kind": "news", "source": article.source_id, "title_kk": "Жаңа", "autosave_key": "k1"},
    )

    assert revisions.latest(article).content["title_kk"] == "Жаңа"
    assert autosave.offer(user, place(article)) == {"finished": ["k1"], "texts": []}


def test_saving_a_new_article_forgets_what_was_typed(client):
    user = make_user(*WRITER)
    client.force_login(user)
    send(client, NEW, content={"title_kk": "Жаңа"})

    client.post(
        "/admin/news/article/add/",
        {"kind": "news", "source": make_source().pk, "title_kk": "Жаңа", "autosave_key": "k1"},
    )

    assert Article.objects.get().title_kk == "Жаңа"
    assert autosave.offer(user, place(None)) == {"finished": ["k1"], "texts": []}


def test_form_that_is_refused_keeps_what_was_typed_under_its_key(client):
    user, article = make_user(*WRITER), make_article(status="draft")
    client.force_login(user)
    send(client, address(article), content={"title_kk": "Жаңа"})

    page = client.post(
        f"/admin/news/article/{article.pk}/change/", {"kind": "none", "title_kk": "Жаңа", "autosave_key": "k1"}
    )

    assert texts(user, article) == [("k1", {"title_kk": "Жаңа"})]
    assert 'data-bound="k1"' in page.content.decode()
