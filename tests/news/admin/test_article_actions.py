"""Verbs on an article and on several: buttons, pages and actions of the list."""

import re

import pytest
from django.utils import translation

from news.editorial import revisions
from news.models import Article, HitTotal
from tests.support.article_admin import (
    CHIEF,
    LIST,
    WRITER,
    article_form,
    change_address,
    form_data,
    messages_of,
    run_action,
    sign_in,
)
from tests.support.factories import (
    make_article,
    make_image,
    make_person,
    make_source,
    make_topic,
)

pytestmark = pytest.mark.django_db


def test_publish_button_saves_and_publishes(client):
    article = make_article(status="draft", publish_at=None)
    sign_in(client, *CHIEF)

    response = client.post(
        change_address(article), article_form(title_kk="Жаңа тақырып", body_kk="<p>Мәтін</p>", _publish="Publish")
    )

    article.refresh_from_db()
    assert response.status_code == 302
    assert response["Location"] == change_address(article)
    assert article.title_kk == "Жаңа тақырып"
    assert list(Article.objects.published()) == [article]
    assert messages_of(response) == ["Published: “Жаңа тақырып”."]


def test_form_has_no_menu_of_actions_to_take_the_place_of_its_buttons(client):
    sign_in(client, *CHIEF)
    article = make_article(status="draft")

    form = client.get(change_address(article)).content.decode()

    assert re.findall('name="([a-z_-]*action)"', form) == []


def test_publish_button_on_a_new_article_saves_and_publishes(client):
    sign_in(client, *CHIEF)

    client.post(f"{LIST}add/", article_form(title_kk="Жаңа", body_kk="<p>Мәтін</p>", _publish="Publish"))

    assert [article.title_kk for article in Article.objects.published()] == ["Жаңа"]


def test_publish_button_says_what_is_missing_and_keeps_what_was_typed(client):
    article = make_article(status="draft")
    sign_in(client, *CHIEF)

    response = client.post(change_address(article), article_form(title_kk="Жаңа", body_kk="", _publish="Publish"))

    article.refresh_from_db()
    assert article.status == "draft"
    assert article.title_kk == "Жаңа"
    assert messages_of(response) == ["Жаңа: Kazakh: there is a title, but no text."]


def test_withdraw_button_saves_and_asks_for_the_reasons(client):
    article = make_article()
    sign_in(client, *CHIEF)

    response = client.post(
        change_address(article), article_form(**form_data(article, title_kk="Жаңа"), _withdraw="Withdraw")
    )
    asked = client.get(response["Location"])

    assert response["Location"] == f"{LIST}do/withdraw/?ids={article.pk}"
    assert list(asked.context["form"].fields) == ["kk", "replacement"]
    assert revisions.latest(article).content["title_kk"] == "Жаңа"


def test_withdraw_page_takes_the_article_from_readers(client):
    article, better = make_article(), make_article()
    sign_in(client, *CHIEF)

    response = client.post(f"{LIST}do/withdraw/?ids={article.pk}", {"kk": "Қате дерек", "replacement": better.pk})

    article.refresh_from_db()
    assert response["Location"] == change_address(article)
    assert article.status == "withdrawn"
    assert article.withdrawal_reason_kk == "Қате дерек"
    assert article.replacement == better


def test_withdraw_page_keeps_what_was_typed_when_it_refuses(client):
    article = make_article()
    sign_in(client, *CHIEF)

    response = client.post(f"{LIST}do/withdraw/?ids={article.pk}", {"kk": "Қате дерек", "replacement": 999_999})

    article.refresh_from_db()
    form = response.context["form"]
    with translation.override("en"):
        assert form.errors == {"replacement": ["There is no article with this number."]}
    assert form["kk"].value() == "Қате дерек"
    assert article.status == "approved"


def test_schedule_page_gives_the_article_its_moment(client):
    article = make_article(status="draft", publish_at=None)
    sign_in(client, *CHIEF)

    client.post(f"{LIST}do/schedule/?ids={article.pk}", {"at_0": "2099-03-07", "at_1": "10:00"})

    assert list(Article.objects.scheduled()) == [article]


@pytest.mark.parametrize("verb", ["return", "approve", "schedule", "publish", "correct", "withdraw", "restore"])
def test_verb_page_is_closed_to_a_writer(client, verb):
    article = make_article(status="review")
    sign_in(client, *WRITER)

    response = client.post(f"{LIST}do/{verb}/?ids={article.pk}", {"note": "x", "kk": "x"})

    article.refresh_from_db()
    assert response.status_code == 403
    assert response.headers["Cache-Control"] == "no-store"
    assert article.status == "review"


def test_verb_page_says_when_there_is_nothing_to_do(client):
    article = make_article(status="draft")
    sign_in(client, *CHIEF)

    response = client.get(f"{LIST}do/restore/?ids={article.pk},x,999999")

    assert response.status_code == 200
    assert response.context["articles"] == []


def test_publish_button_pressed_by_a_writer_is_refused_with_nothing_saved(client):
    article = make_article(status="draft")
    title = article.title_kk
    sign_in(client, *WRITER)

    response = client.post(
        change_address(article), article_form(title_kk="Жаңа", body_kk="<p>Мәтін</p>", _publish="Publish")
    )

    article.refresh_from_db()
    assert response.status_code == 403
    assert article.status == "draft"
    assert article.title_kk == title


@pytest.mark.parametrize(
    ("status", "permissions", "verbs"),
    [
        ("draft", CHIEF, ["submit", "approve", "schedule", "publish"]),
        ("review", CHIEF, ["return", "approve", "schedule", "publish"]),
        ("returned", WRITER, ["submit"]),
        ("approved", CHIEF, ["withdraw"]),
        ("withdrawn", CHIEF, ["restore"]),
        ("draft", WRITER, ["submit"]),
        ("approved", WRITER, []),
    ],
)
def test_buttons_are_those_that_the_editor_may_press_now(client, status, permissions, verbs):
    article = make_article(status=status)
    sign_in(client, *permissions)

    response = client.get(change_address(article))

    assert [verb.name for verb in response.context["verbs"]] == verbs


def test_action_publishes_what_it_can_and_names_what_it_cannot(client):
    whole = make_article(status="draft", title_kk="Бүтін")
    broken = make_article(status="draft", title_kk="Мәтінсіз", body_kk="")
    sign_in(client, *CHIEF)

    response = client.post(run_action(client, "publish", whole, broken)["Location"])

    assert list(Article.objects.published()) == [whole]
    assert sorted(messages_of(response)) == ["Published: “Бүтін”.", "Мәтінсіз: Kazakh: there is a title, but no text."]


def test_actions_are_those_of_the_role(client):
    make_article(status="draft")
    sign_in(client, *WRITER)

    choices = client.get(LIST).context["action_form"].fields["action"].choices

    assert [name for name, _label in choices] == ["", "submit", "add_topic", "change_source"]


def test_topic_is_added_to_all_the_chosen_beside_what_readers_have(client):
    topic, old = make_topic(), make_topic()
    draft, public = make_article(status="draft", publish_at=None, topics=[old]), make_article()
    has_it = make_article(topics=[topic])
    user = sign_in(client, *WRITER)

    asked = run_action(client, "add_topic", draft, public, has_it)["Location"]
    client.post(asked, {"topic": topic.pk})

    assert [revisions.latest(each).content["topics"] for each in (draft, public, has_it)] == [
        sorted([old.pk, topic.pk]),
        [topic.pk],
        [topic.pk],
    ]
    public.refresh_from_db()
    has_it.refresh_from_db()
    assert public.pending == "draft"
    assert list(public.topics.all()) == []
    assert has_it.pending == ""
    assert revisions.latest(public).created_by == user


def test_source_of_all_the_chosen_is_changed(client):
    source = make_source()
    first, second = make_article(status="draft", publish_at=None), make_article(status="draft", publish_at=None)
    sign_in(client, *WRITER)

    asked = run_action(client, "change_source", first, second)["Location"]
    response = client.post(asked, {"source": source.pk})

    assert set(Article.objects.filter(source=source)) == {first, second}
    assert sorted(messages_of(response)) == sorted(f"Source changed: “{article}”." for article in (first, second))


def test_topic_has_to_be_named(client):
    article = make_article(status="draft", publish_at=None)
    sign_in(client, *WRITER)

    response = client.post(run_action(client, "add_topic", article)["Location"], {"topic": ""})

    assert list(response.context["form"].errors) == ["topic"]
    assert article.revisions.count() == 0


def test_what_is_done_to_several_has_no_button_on_one(client):
    article = make_article(status="draft", publish_at=None)
    sign_in(client, *WRITER)

    assert [verb.name for verb in client.get(change_address(article)).context["verbs"]] == ["submit"]


def test_duplicate_is_a_new_draft_with_the_newest_text_and_no_readings(client):
    topic, person, image = make_topic(), make_person(), make_image()
    article = make_article("kk ru", topics=[topic], people=[person], cover=image, pinned=True, dateline_kk="Астана")
    HitTotal.objects.create(article=article, counted=65)
    sign_in(client, *WRITER)
    form = article_form(**form_data(article, title_ru=article.title_ru, body_ru=article.body_ru, dateline_kk="Алматы"))
    form |= {"topics": [topic.pk], "people": [person.pk], "cover": image.pk, "pinned": "on", "_duplicate": "Duplicate"}

    response = client.post(change_address(article), form)

    copy = Article.objects.exclude(pk=article.pk).get()
    assert response["Location"] == change_address(copy)
    assert copy.status == "draft"
    assert copy.publish_at is None
    assert copy.pinned is False
    assert copy.hits == 0
    assert copy.title_kk == article.title_kk
    assert copy.title_ru == article.title_ru
    assert copy.dateline_kk == "Алматы"
    assert list(copy.topics.all()) == [topic]
    assert list(copy.people.all()) == [person]
    assert copy.cover == image
    assert copy.origin_id != article.origin_id
    assert revisions.latest(copy).number == 1


def test_duplicate_is_for_those_who_may_write_new_articles(client):
    article = make_article(status="draft", publish_at=None)
    sign_in(client, "news.change_article", "news.view_article")

    shown = client.get(change_address(article)).context["may_duplicate"]
    response = client.post(change_address(article), article_form(**form_data(article, _duplicate="Duplicate")))

    assert shown is False
    assert response.status_code == 403
    assert Article.objects.count() == 1
