import json
from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import travel

from news.editorial import autosave, revisions
from news.models import Article, Autosave
from tests.support.factories import make_article, make_source, make_user

pytestmark = pytest.mark.django_db

WRITER = ["news.add_article", "news.change_article", "news.view_article"]
NEW = "/admin/news/article/new/autosave/"


def address(article):
    return f"/admin/news/article/{article.pk}/autosave/"


def send(client, path, **sent):
    return client.post(path, json.dumps({"key": "k1", **sent}), content_type="application/json")


def texts(user, article):
    """What is offered when the form opens: key and content, or nothing."""
    text = autosave.offer(user, article)["text"]
    return text and (text["key"], text["content"])


# Keeping


def test_newest_text_is_kept_in_one_row_for_a_person_and_an_article():
    user, article = make_user(), make_article()

    autosave.keep(user, article, "k1", base=1, content={"title_kk": "А"})
    autosave.keep(user, article, "k2", base=2, content={"title_kk": "Ә"})

    row = Autosave.objects.get()
    assert row.key == "k2"
    assert row.base == 2
    assert row.content == {"title_kk": "Ә"}


def test_each_person_finds_their_own_text():
    article, one, other = make_article(), make_user(), make_user()
    autosave.keep(one, article, "k1", content={"title_kk": "Бір"})

    autosave.keep(other, article, "k2", content={"title_kk": "Екі"})

    assert texts(one, article) == ("k1", {"title_kk": "Бір"})


def test_two_new_articles_of_one_person_are_kept_apart_and_the_newest_is_offered():
    user = make_user()

    with travel(timezone.now() - timedelta(minutes=1), tick=False):
        autosave.keep(user, None, "k1", content={"title_kk": "Бір"})
    autosave.keep(user, None, "k2", content={"title_kk": "Екі"})

    assert Autosave.objects.count() == 2
    assert texts(user, None) == ("k2", {"title_kk": "Екі"})


def test_form_whose_changes_were_taken_back_by_hand_leaves_nothing_to_offer():
    user, article = make_user(), make_article()
    autosave.keep(user, article, "k1", content={"title_kk": "А"})

    autosave.keep(user, article, "k1", content={})

    assert texts(user, article) is None


def test_text_older_than_thirty_days_is_deleted_when_its_writer_types_again():
    user, other, article = make_user(), make_user(), make_article()
    with travel(timezone.now() - timedelta(days=31), tick=False):
        autosave.keep(user, make_article(), "k1", content={"title_kk": "Ескі"})
        autosave.keep(other, article, "k2", content={"title_kk": "Басқаның"})

    autosave.keep(user, article, "k3", content={"title_kk": "Жаңа"})

    assert set(Autosave.objects.values_list("key", flat=True)) == {"k2", "k3"}


def test_unsaved_new_articles_of_one_person_are_bounded():
    user = make_user()

    for number in range(autosave.NEW_ARTICLES + 5):
        autosave.keep(user, None, f"k{number}", content={"title_kk": "А"})

    assert Autosave.objects.count() == autosave.NEW_ARTICLES + 1


# Forgetting


def test_saved_text_is_not_offered_and_its_form_is_told():
    user, article = make_user(), make_article()
    autosave.keep(user, article, "k1", content={"title_kk": "А"})

    autosave.forget(user, article, "k1")

    assert autosave.offer(user, article) == {"saved": ["k1"], "text": None}


def test_late_request_of_a_saved_form_does_not_bring_its_text_back():
    user, article = make_user(), make_article()
    autosave.forget(user, article, "k1")

    autosave.keep(user, article, "k1", content={"title_kk": "А"})

    assert texts(user, article) is None


def test_saving_one_form_leaves_what_another_one_typed():
    user, article = make_user(), make_article()
    autosave.keep(user, article, "k1", content={"title_kk": "А"})

    autosave.forget(user, article, "k2")

    assert texts(user, article) == ("k1", {"title_kk": "А"})


def test_saved_forms_are_remembered_up_to_a_bound():
    user, article = make_user(), make_article()

    for number in range(autosave.SAVED_KEYS + 5):
        autosave.forget(user, article, f"k{number}")

    assert autosave.saved_keys(user, article) == [f"k{number}" for number in range(5, autosave.SAVED_KEYS + 5)]


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

    _key, _base, content = autosave.read(json.dumps({"key": "k1", "content": sent}).encode())

    assert content == {"title_kk": "ab", "body_kk": "<p>Мәтін</p>", "pinned": True, "topics": [["1", "Заң"]]}


# Presence


def test_others_are_those_who_were_here_in_the_last_twenty_seconds():
    article, me = make_article(), make_user()
    autosave.keep(me, article, "k1", content=None)
    autosave.keep(make_user(first_name="Айгүл", last_name="Сәрсенова"), article, "k2", content=None)
    autosave.keep(make_user(username="elsewhere"), make_article(), "k3", content=None)
    with travel(timezone.now() - timedelta(seconds=21), tick=False):
        autosave.keep(make_user(username="gone"), article, "k4", content=None)

    assert autosave.others(me, article) == ["Айгүл Сәрсенова"]


def test_being_there_keeps_the_typed_text():
    user, article = make_user(), make_article()
    autosave.keep(user, article, "k1", content={"title_kk": "А"})

    autosave.keep(user, article, "k2", content=None)

    assert texts(user, article) == ("k1", {"title_kk": "А"})


# The address


def test_form_is_given_back_what_it_sent(client):
    article = make_article()
    client.force_login(make_user(*WRITER))

    send(client, address(article), base=3, content={"title_kk": "А"})
    answer = client.get(address(article)).json()

    age = answer["text"].pop("age")
    assert answer == {"others": [], "saved": [], "text": {"key": "k1", "base": 3, "content": {"title_kk": "А"}}}
    assert 0 <= age < 20


def test_text_thrown_away_is_not_offered_again(client):
    article = make_article()
    client.force_login(make_user(*WRITER))
    send(client, address(article), content={"title_kk": "А"})

    client.delete(f"{address(article)}?key=k1")

    assert client.get(address(article)).json() == {"others": [], "saved": ["k1"], "text": None}


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
    assert autosave.offer(user, article) == {"saved": ["k1"], "text": None}


def test_saving_a_new_article_forgets_what_was_typed(client):
    user = make_user(*WRITER)
    client.force_login(user)
    send(client, NEW, content={"title_kk": "Жаңа"})

    client.post(
        "/admin/news/article/add/",
        {"kind": "news", "source": make_source().pk, "title_kk": "Жаңа", "autosave_key": "k1"},
    )

    assert Article.objects.get().title_kk == "Жаңа"
    assert autosave.offer(user, None) == {"saved": ["k1"], "text": None}


def test_form_that_is_refused_keeps_what_was_typed_under_its_key(client):
    user, article = make_user(*WRITER), make_article(status="draft")
    client.force_login(user)
    send(client, address(article), content={"title_kk": "Жаңа"})

    page = client.post(
        f"/admin/news/article/{article.pk}/change/", {"kind": "none", "title_kk": "Жаңа", "autosave_key": "k1"}
    )

    assert texts(user, article) == ("k1", {"title_kk": "Жаңа"})
    assert 'data-bound="k1"' in page.content.decode()
