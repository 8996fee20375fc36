"""Writing an article in the admin: what the form makes of it, and two people at once."""

from datetime import datetime

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from news.editorial import revisions
from news.models import Article, TranslatorLanguage
from tests.support.article_admin import (
    CHIEF,
    LIST,
    WRITER,
    article_form,
    change_address,
    form_data,
    messages_of,
    sign_in,
)
from tests.support.factories import (
    make_article,
    make_source,
    make_user,
)
from tests.support.newsroom import Colleague, read_fields

pytestmark = pytest.mark.django_db


def test_new_article_is_a_draft_with_addresses_made_from_its_titles(client):
    sign_in(client, *WRITER)

    client.post(
        f"{LIST}add/",
        article_form(title_kk="Мәслихаттың елдік жүгі", title_ru="Заседание Сената", body_kk="<p>Мәтін</p>"),
    )

    article = Article.objects.get()
    assert article.status == "draft"
    assert article.slug_kk == "maslihattyn-eldik-zhugi"
    assert article.slug_ru == "zasedanie-senata"
    assert (article.slug_en or "") == ""


def test_address_typed_by_the_editor_is_kept_and_made_fit_for_an_address(client):
    sign_in(client, *WRITER)

    client.post(f"{LIST}add/", article_form(title_en="The budget", slug_en="Budget / 2026"))

    assert Article.objects.get().slug_en == "budget-2026"


def test_title_pasted_over_two_lines_becomes_one(client):
    sign_in(client, *WRITER)

    client.post(f"{LIST}add/", article_form(title_en="The  budget\r\nof 2026"))

    assert Article.objects.get().title_en == "The budget of 2026"


def test_text_is_sanitised_when_it_is_saved(client):
    sign_in(client, *WRITER)

    client.post(f"{LIST}add/", article_form(title_en="Title", body_en='<p onclick="x()">Text<script>x()</script></p>'))

    assert Article.objects.get().body_en == "<p>Text</p>"


def test_text_that_is_too_long_is_refused_in_a_sentence_and_stays_in_the_form(client):
    text = "<p>" + "a" * 300_001 + "</p>"
    sign_in(client, *WRITER)

    response = client.post(f"{LIST}add/", article_form(title_en="Title", body_en=text))

    assert list(response.context["adminform"].form.errors) == ["body_en"]
    assert response.context["adminform"].form["body_en"].value() == text
    assert Article.objects.count() == 0


def test_form_shows_kazakh_first_and_every_language_without_a_script(client):
    article = make_article("kk ru")
    sign_in(client, *CHIEF)

    response = client.get(change_address(article))

    fieldsets = [fieldset.name for fieldset in response.context["adminform"]][:3]
    assert fieldsets == ["Қазақша", "Русский", "English"]


def test_form_shows_what_stands_between_the_article_and_its_readers(client):
    article = make_article("kk ru", status="draft", body_ru="")
    sign_in(client, *CHIEF)

    response = client.get(change_address(article))

    assert response.context["blockers"] == ["Russian: there is a title, but no text."]


def test_text_saved_by_a_writer_waits_beside_what_readers_get(client):
    article = make_article(title_kk="Жарияланған")
    sign_in(client, *WRITER)

    client.post(change_address(article), article_form(**form_data(article, title_kk="Жаңа")))
    form = client.get(change_address(article)).context["adminform"].form

    article.refresh_from_db()
    assert article.title_kk == "Жарияланған"
    assert article.pending == "draft"
    assert form["title_kk"].value() == "Жаңа"
    assert form["base"].value() == 2


def test_published_text_stays_whole_when_what_was_typed_is_not(client):
    article = make_article(title_kk="Жарияланған")
    sign_in(client, *CHIEF)

    response = client.post(change_address(article), article_form(title_kk="Жаңа", body_kk="", _publish="Publish"))

    article.refresh_from_db()
    assert messages_of(response) == ["Жарияланған: Kazakh: there is a title, but no text."]
    assert article.title_kk == "Жарияланған"


def test_what_two_people_changed_is_merged(client):
    article = make_article(status="draft", publish_at=None, title_kk="Тақырып")
    sign_in(client, *WRITER)
    base = client.get(change_address(article)).context["adminform"].form["base"].value()
    revisions.save(
        article, revisions.latest(article).content | {"lead_kk": "Әріптес жазды"}, by=make_user("news.change_article")
    )

    page = client.post(
        change_address(article),
        article_form(**form_data(article, title_kk="Мен жаздым", lead_kk=""), base=base),
        follow=True,
    )

    article.refresh_from_db()
    assert article.title_kk == "Мен жаздым"
    assert article.lead_kk == "Әріптес жазды"
    assert "the text has their changes and yours" in "".join(map(str, page.context["messages"]))


def test_the_same_field_changed_by_two_is_shown_side_by_side_to_choose(client):
    article = make_article(status="draft", publish_at=None, title_kk="Тақырып")
    sign_in(client, *WRITER)
    other = make_user("news.change_article")
    base = client.get(change_address(article)).context["adminform"].form["base"].value()
    revisions.save(article, revisions.latest(article).content | {"title_kk": "Әріптес жазды"}, by=other)
    mine = article_form(**form_data(article, title_kk="Мен жаздым"), base=base)

    response = client.post(change_address(article), mine)

    article.refresh_from_db()
    (conflict,) = response.context["conflicts"]
    assert conflict.by == other
    assert conflict.mine == "<mark>Мен жаздым</mark>"
    assert conflict.theirs == "<mark>Әріптес жазды</mark>"
    assert conflict.chosen == ""
    assert article.title_kk == "Әріптес жазды"
    assert response.context["adminform"].form["title_kk"].value() == "Мен жаздым"
    assert response.context["adminform"].form["compared"].value() == "2"


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Мен жаздым"), ("theirs", "Әріптес жазды")])
def test_the_choice_between_two_texts_is_kept(client, choice, kept):
    article = make_article(status="draft", publish_at=None, title_kk="Тақырып")
    sign_in(client, *WRITER)
    base = client.get(change_address(article)).context["adminform"].form["base"].value()
    revisions.save(
        article, revisions.latest(article).content | {"title_kk": "Әріптес жазды"}, by=make_user("news.change_article")
    )

    client.post(
        change_address(article),
        article_form(**form_data(article, title_kk="Мен жаздым"), base=base, compared=2, choose_title_kk=choice),
    )

    article.refresh_from_db()
    assert article.title_kk == kept


@pytest.mark.parametrize(("sources", "chosen"), [(1, True), (2, False)])
def test_new_article_is_of_the_only_source_at_work(client, sources, chosen):
    make_source(active_until="2020-01-01")
    made = [make_source() for _ in range(sources)]
    client.force_login(make_user(is_superuser=True))

    page = client.get("/admin/news/article/add/")

    assert page.context["adminform"].form["source"].value() == (made[0].pk if chosen else None)


def test_text_of_a_conflict_is_kept_as_a_revision_of_its_author(client):
    article = make_article(status="draft", publish_at=None, title_kk="Тақырып")
    me = sign_in(client, *WRITER)
    base = revisions.latest(article).number
    revisions.save(article, {"title_kk": "Әріптес жазды"}, by=make_user("news.change_article"))

    for _twice in range(2):
        client.post(change_address(article), article_form(**form_data(article, title_kk="Мен жаздым"), base=base))

    (kept,) = article.revisions.filter(is_set_aside=True)
    assert kept.created_by == me
    assert kept.content["title_kk"] == "Мен жаздым"
    assert revisions.latest(article).content["title_kk"] == "Әріптес жазды"


def test_third_save_during_a_conflict_is_shown_before_it_is_replaced(client):
    article = make_article(status="draft", publish_at=None, title_kk="Тақырып")
    sign_in(client, *WRITER)
    base, other = revisions.latest(article).number, make_user("news.change_article")
    revisions.save(article, {"title_kk": "Бірінші"}, by=other)
    mine = article_form(**form_data(article, title_kk="Мен жаздым"), base=base, compared=2, choose_title_kk="mine")
    revisions.save(article, {"title_kk": "Екінші"}, by=other)

    response = client.post(change_address(article), mine)

    (conflict,) = response.context["conflicts"]
    assert conflict.theirs == "<mark>Екінші</mark>"
    assert conflict.chosen == ""
    assert revisions.latest(article).content["title_kk"] == "Екінші"


def test_a_translator_decides_a_conflict_in_their_own_language(client):
    article = make_article("kk ru", status="draft", publish_at=None)
    translator = sign_in(client, "news.translate_article", "news.view_article")
    TranslatorLanguage.objects.create(user=translator, language="ru")
    form = read_fields(client.get(change_address(article)))
    revisions.save(article, {"title_ru": "Написал коллега"}, by=make_user("news.change_article"))
    conflict = client.post(change_address(article), form | {"title_ru": "Перевёл я"})

    answer = client.post(change_address(article), read_fields(conflict) | {"choose_title_ru": "mine"})

    assert conflict.status_code == 200
    assert answer.status_code == 302
    assert revisions.latest(article).content["title_ru"] == "Перевёл я"


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "٣", "-1", "x"])
def test_a_senseless_revision_number_in_the_form_is_no_fault_of_the_server(client, number):
    article = make_article(status="draft", publish_at=None)
    client.raise_request_exception = False
    sign_in(client, *CHIEF)
    form = read_fields(client.get(change_address(article)))

    saved = client.post(change_address(article), form | {"base": number, "_publish": "1"})
    verb = client.post(f"{LIST}do/publish/?ids={article.pk},{number}", {f"seen-{article.pk}": number})
    restored = client.post(f"{LIST}{article.pk}/revisions/1/", {"seen": number})
    compared = client.get(f"{LIST}{article.pk}/revisions/1/?with={number}")

    assert saved.status_code < 500
    assert verb.status_code < 500
    assert restored.status_code < 500
    assert compared.status_code < 500


def test_a_form_that_began_from_no_revision_replaces_nothing_unseen(client):
    article = make_article(status="draft", publish_at=None, title_kk="Бірінші")
    sign_in(client, *WRITER)
    form = read_fields(client.get(change_address(article)))
    revisions.save(article, {"title_kk": "Әріптес жазды"}, by=make_user("news.change_article"))

    answer = client.post(change_address(article), form | {"base": "77", "title_kk": "Мен жаздым"})

    assert answer.status_code == 200
    assert revisions.latest(article).content["title_kk"] == "Әріптес жазды"


@pytest.mark.parametrize(
    "moment",
    [
        "2024-03-07T12:34:56.789+05:00",
        "2024-02-29T23:30:00+06:00",  # at midnight the clocks went back, so this half past eleven came twice
        "2024-02-29T23:30:00+05:00",
    ],
)
def test_a_moment_that_nobody_touched_is_never_changed_and_one_that_was_is(moment):
    article = make_article(publish_at=datetime.fromisoformat(moment), title_kk="Бұрынғы")
    chief = Colleague(*CHIEF)

    fields = chief.open(article.pk)
    assert chief.send(article.pk, fields | {"title_kk": "Жаңа"}).status_code == 302
    kept = revisions.latest(article).content
    assert (kept["title_kk"], parse_datetime(kept["publish_at"])) == ("Жаңа", article.publish_at)

    assert chief.send(article.pk, chief.open(article.pk) | {"publish_at_1": "09:15:00"}).status_code == 302
    changed = revisions.latest(article).content["publish_at"]
    assert timezone.localtime(parse_datetime(changed)).strftime("%H:%M:%S") == "09:15:00"
