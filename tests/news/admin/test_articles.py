import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from news.editorial import revisions
from news.models import Article, HitTotal, Image, Person, Revision, Source, Topic
from news.search.indexing import index_articles
from tests.support.factories import (
    make_article,
    make_image,
    make_person,
    make_picture,
    make_source,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

WRITER = ["news.add_article", "news.change_article", "news.view_article"]
CHIEF = [*WRITER, "news.publish_article"]
LIST = "/admin/news/article/"


def sign_in(client, *permissions):
    """In English, whose words are those of the code."""
    user = make_user(*permissions)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def article_form(**fields):
    source = Source.objects.first() or make_source()
    return {"kind": "news", "source": source.pk, "publish_at_0": "", "publish_at_1": "", **fields}


def typed(article, **fields):
    """The form as it stands, with some fields changed."""
    texts = {f"{field}_kk": getattr(article, f"{field}_kk") or "" for field in ("title", "lead", "body", "slug")}
    moment = timezone.localtime(article.publish_at) if article.publish_at else None
    when = {"publish_at_0": moment.strftime("%Y-%m-%d"), "publish_at_1": moment.strftime("%H:%M:%S")} if moment else {}
    return {**texts, **when, **fields}


def change(article):
    return f"/admin/news/article/{article.pk}/change/"


def said(response):
    with translation.override("en"):
        return [str(message) for message in get_messages(response.wsgi_request)]


def errors(response):
    with translation.override("en"):
        form = response.context["adminform"].form
        return {field: [str(sentence) for sentence in sentences] for field, sentences in form.errors.items()}


def listed(response):
    return {article.pk for article in response.context["cl"].result_list}


# Writing


def test_new_article_is_a_draft_with_addresses_made_from_its_titles(client):
    sign_in(client, *WRITER)

    client.post(
        f"{LIST}add/",
        article_form(title_kk="Мәслихаттың елдік жүгі", title_ru="Заседание Сената", body_kk="<p>Мәтін</p>"),
    )

    article = Article.objects.get()
    assert (article.status, article.slug_kk, article.slug_ru, article.slug_en or "") == (
        "draft",
        "maslihattyn-eldik-zhugi",
        "zasedanie-senata",
        "",
    )


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

    response = client.get(change(article))

    fieldsets = [fieldset.name for fieldset in response.context["adminform"]][:3]
    assert fieldsets == ["Қазақша", "Русский", "English"]


# Publishing


def test_publish_button_saves_and_publishes(client):
    article = make_article(status="draft", publish_at=None)
    sign_in(client, *CHIEF)

    response = client.post(
        change(article), article_form(title_kk="Жаңа тақырып", body_kk="<p>Мәтін</p>", _publish="Publish")
    )

    article.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, change(article))
    assert (article.title_kk, list(Article.objects.published())) == ("Жаңа тақырып", [article])
    assert said(response) == ["Published: “Жаңа тақырып”."]


def test_form_has_no_menu_of_actions_to_take_the_place_of_its_buttons(client):
    sign_in(client, *CHIEF)
    article = make_article(status="draft")

    form = client.get(change(article)).content.decode()

    assert re.findall('name="([a-z_-]*action)"', form) == []


def test_publish_button_on_a_new_article_saves_and_publishes(client):
    sign_in(client, *CHIEF)

    client.post(f"{LIST}add/", article_form(title_kk="Жаңа", body_kk="<p>Мәтін</p>", _publish="Publish"))

    assert [article.title_kk for article in Article.objects.published()] == ["Жаңа"]


def test_publish_button_says_what_is_missing_and_keeps_what_was_typed(client):
    article = make_article(status="draft")
    sign_in(client, *CHIEF)

    response = client.post(change(article), article_form(title_kk="Жаңа", body_kk="", _publish="Publish"))

    article.refresh_from_db()
    assert (article.status, article.title_kk) == ("draft", "Жаңа")
    assert said(response) == ["Жаңа: Kazakh: there is a title, but no text."]


def test_withdraw_button_saves_and_asks_for_the_reasons(client):
    article = make_article()
    sign_in(client, *CHIEF)

    response = client.post(change(article), article_form(**typed(article, title_kk="Жаңа"), _withdraw="Withdraw"))
    asked = client.get(response["Location"])

    assert response["Location"] == f"{LIST}do/withdraw/?ids={article.pk}"
    assert list(asked.context["form"].fields) == ["kk", "replacement"]
    assert revisions.latest(article).content["title_kk"] == "Жаңа"


def test_withdraw_page_takes_the_article_from_readers(client):
    article, better = make_article(), make_article()
    sign_in(client, *CHIEF)

    response = client.post(f"{LIST}do/withdraw/?ids={article.pk}", {"kk": "Қате дерек", "replacement": better.pk})

    article.refresh_from_db()
    assert response["Location"] == change(article)
    assert (article.status, article.withdrawal_reason_kk, article.replacement) == ("withdrawn", "Қате дерек", better)


def test_withdraw_page_keeps_what_was_typed_when_it_refuses(client):
    article = make_article()
    sign_in(client, *CHIEF)

    response = client.post(f"{LIST}do/withdraw/?ids={article.pk}", {"kk": "Қате дерек", "replacement": 999_999})

    article.refresh_from_db()
    form = response.context["form"]
    with translation.override("en"):
        assert form.errors == {"replacement": ["There is no article with this number."]}
    assert (form["kk"].value(), article.status) == ("Қате дерек", "approved")


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
    assert (response.status_code, article.status) == (403, "review")


def test_verb_page_says_when_there_is_nothing_to_do(client):
    article = make_article(status="draft")
    sign_in(client, *CHIEF)

    response = client.get(f"{LIST}do/restore/?ids={article.pk},x,999999")

    assert (response.status_code, response.context["articles"]) == (200, [])


def test_publish_button_pressed_by_a_writer_is_refused_with_nothing_saved(client):
    article = make_article(status="draft")
    title = article.title_kk
    sign_in(client, *WRITER)

    response = client.post(change(article), article_form(title_kk="Жаңа", body_kk="<p>Мәтін</p>", _publish="Publish"))

    article.refresh_from_db()
    assert (response.status_code, article.status, article.title_kk) == (403, "draft", title)


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

    response = client.get(change(article))

    assert [verb.name for verb in response.context["verbs"]] == verbs


def test_form_shows_what_stands_between_the_article_and_its_readers(client):
    article = make_article("kk ru", status="draft", body_ru="")
    sign_in(client, *CHIEF)

    response = client.get(change(article))

    assert response.context["blockers"] == ["Russian: there is a title, but no text."]


def test_text_saved_by_a_writer_waits_beside_what_readers_get(client):
    article = make_article(title_kk="Жарияланған")
    sign_in(client, *WRITER)

    client.post(change(article), article_form(**typed(article, title_kk="Жаңа")))
    form = client.get(change(article)).context["adminform"].form

    article.refresh_from_db()
    assert (article.title_kk, article.pending) == ("Жарияланған", "draft")
    assert (form["title_kk"].value(), form["base"].value()) == ("Жаңа", 2)


def test_published_text_stays_whole_when_what_was_typed_is_not(client):
    article = make_article(title_kk="Жарияланған")
    sign_in(client, *CHIEF)

    response = client.post(change(article), article_form(title_kk="Жаңа", body_kk="", _publish="Publish"))

    article.refresh_from_db()
    assert said(response) == ["Жарияланған: Kazakh: there is a title, but no text."]
    assert article.title_kk == "Жарияланған"


# Two people on one article


def test_what_two_people_changed_is_merged(client):
    article = make_article(status="draft", publish_at=None, title_kk="Тақырып")
    sign_in(client, *WRITER)
    base = client.get(change(article)).context["adminform"].form["base"].value()
    revisions.save(
        article, revisions.latest(article).content | {"lead_kk": "Әріптес жазды"}, by=make_user("news.change_article")
    )

    client.post(change(article), article_form(**typed(article, title_kk="Мен жаздым", lead_kk=""), base=base))

    article.refresh_from_db()
    assert (article.title_kk, article.lead_kk) == ("Мен жаздым", "Әріптес жазды")


def test_the_same_field_changed_by_two_is_shown_side_by_side_to_choose(client):
    article = make_article(status="draft", publish_at=None, title_kk="Тақырып")
    sign_in(client, *WRITER)
    other = make_user("news.change_article")
    base = client.get(change(article)).context["adminform"].form["base"].value()
    revisions.save(article, revisions.latest(article).content | {"title_kk": "Әріптес жазды"}, by=other)
    mine = article_form(**typed(article, title_kk="Мен жаздым"), base=base)

    response = client.post(change(article), mine)

    article.refresh_from_db()
    (conflict,) = response.context["conflicts"]
    assert conflict.by == other
    assert conflict.mine == "<mark>Мен жаздым</mark>"
    assert conflict.theirs == "<mark>Әріптес жазды</mark>"
    assert conflict.chosen == ""
    assert article.title_kk == "Әріптес жазды"
    assert response.context["adminform"].form["title_kk"].value() == "Мен жаздым"
    assert response.context["adminform"].form["compared"].value() == "2"


def test_text_of_a_conflict_is_kept_as_a_revision_of_its_author(client):
    article = make_article(status="draft", publish_at=None, title_kk="Тақырып")
    me = sign_in(client, *WRITER)
    base = revisions.latest(article).number
    revisions.save(article, {"title_kk": "Әріптес жазды"}, by=make_user("news.change_article"))

    for _twice in range(2):
        client.post(change(article), article_form(**typed(article, title_kk="Мен жаздым"), base=base))

    (kept,) = article.revisions.filter(is_set_aside=True)
    assert kept.created_by == me
    assert kept.content["title_kk"] == "Мен жаздым"
    assert revisions.latest(article).content["title_kk"] == "Әріптес жазды"


def test_third_save_during_a_conflict_is_shown_before_it_is_replaced(client):
    article = make_article(status="draft", publish_at=None, title_kk="Тақырып")
    sign_in(client, *WRITER)
    base, other = revisions.latest(article).number, make_user("news.change_article")
    revisions.save(article, {"title_kk": "Бірінші"}, by=other)
    mine = article_form(**typed(article, title_kk="Мен жаздым"), base=base, compared=2, choose_title_kk="mine")
    revisions.save(article, {"title_kk": "Екінші"}, by=other)

    response = client.post(change(article), mine)

    (conflict,) = response.context["conflicts"]
    assert conflict.theirs == "<mark>Екінші</mark>"
    assert conflict.chosen == ""
    assert revisions.latest(article).content["title_kk"] == "Екінші"


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Мен жаздым"), ("theirs", "Әріптес жазды")])
def test_the_choice_between_two_texts_is_kept(client, choice, kept):
    article = make_article(status="draft", publish_at=None, title_kk="Тақырып")
    sign_in(client, *WRITER)
    base = client.get(change(article)).context["adminform"].form["base"].value()
    revisions.save(
        article, revisions.latest(article).content | {"title_kk": "Әріптес жазды"}, by=make_user("news.change_article")
    )

    client.post(
        change(article),
        article_form(**typed(article, title_kk="Мен жаздым"), base=base, compared=2, choose_title_kk=choice),
    )

    article.refresh_from_db()
    assert article.title_kk == kept


# What it was before


def test_revision_page_shows_what_changed_and_restores(client):
    article = make_article(status="draft", publish_at=None, title_kk="Ескі тақырып")
    sign_in(client, *WRITER)
    revisions.save(
        article, revisions.latest(article).content | {"title_kk": "Жаңа тақырып"}, by=make_user("news.change_article")
    )

    page = client.get(f"{LIST}{article.pk}/revisions/2/")
    client.post(f"{LIST}{article.pk}/revisions/1/")

    article.refresh_from_db()
    assert "<del>Ескі</del><ins>Жаңа</ins> тақырып" in page.content.decode()
    assert (article.title_kk, revisions.latest(article).number) == ("Ескі тақырып", 3)


def test_article_with_500_revisions_opens_differs_and_restores_in_no_more_queries_than_with_3(client):
    article = make_article(status="draft", publish_at=None)
    user = sign_in(client, *WRITER)
    counts = []
    for numbers in (range(2, 4), range(5, 501)):
        content = revisions.latest(article).content | {"title_kk": f"Тақырып {numbers[-1]}"}
        Revision.objects.bulk_create(
            Revision(article=article, number=number, content=content, created_by=user) for number in numbers
        )
        with CaptureQueriesContext(connection) as queries:
            for page in ("history/", "change/", f"revisions/{numbers[-1]}/"):
                assert client.get(f"{LIST}{article.pk}/{page}").status_code == 200
            assert client.post(f"{LIST}{article.pk}/revisions/1/").status_code == 302
        counts.append(len(queries))

    assert counts[1] <= counts[0]  # the search knows the words of the first already
    assert revisions.latest(article).number == 501


def test_deleted_article_lies_in_the_bin(client):
    article = make_article(status="draft", publish_at=None)
    sign_in(client, *CHIEF, "news.delete_article")

    client.post(f"{LIST}{article.pk}/delete/", {"post": "yes"})
    in_the_bin = listed(client.get(f"{LIST}?status=bin"))
    client.post(f"{LIST}do/undelete/?ids={article.pk}")

    article.refresh_from_db()
    assert (in_the_bin, article.deleted_at) == ({article.pk}, None)


# The list


def test_list_asks_the_same_number_of_queries_for_one_article_and_for_a_hundred(client, monkeypatch):
    monkeypatch.setattr("news.admin.articles.ArticleAdmin.list_per_page", 200)
    sign_in(client, *CHIEF)
    topic, person, cover = make_topic(), make_person(), make_image()
    make_article(topics=[topic], people=[person], cover=cover)
    client.get(LIST)

    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(LIST)
    for _ in range(99):
        HitTotal.objects.create(article=make_article("kk ru en", cover=cover, topics=[topic]), counted=5)
    with CaptureQueriesContext(connection) as hundred:
        response = client.get(LIST)

    assert (len(listed(response)), len(hundred)) == (100, len(one))


def test_list_does_not_fetch_the_texts(client):
    make_article()
    sign_in(client, *CHIEF)

    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)

    assert [query["sql"] for query in queries if "body_kk" in query["sql"]] == []


def test_list_tells_a_scheduled_article_from_a_published_one(client):
    published = make_article()
    scheduled = make_article(publish_at=timezone.now() + timedelta(hours=1))
    draft = make_article(status="draft")
    withdrawn = make_article(status="withdrawn")
    sign_in(client, *CHIEF)

    found = {
        status: listed(client.get(f"{LIST}?status={status}"))
        for status in ("draft", "scheduled", "published", "withdrawn")
    }

    assert found == {
        "draft": {draft.pk},
        "scheduled": {scheduled.pk},
        "published": {published.pk},
        "withdrawn": {withdrawn.pk},
    }


def test_list_leads_to_the_public_page_in_each_language_once_there_is_one(client):
    make_article("kk ru", title_kk="Тақырып", slug_kk="a", slug_ru="b", pk=41)
    make_article("kk en", publish_at=timezone.now() + timedelta(hours=1))
    sign_in(client, *CHIEF)

    html = client.get(LIST).content.decode()

    assert html.count("hreflang=") == 2
    assert '<a href="/news/41-a/" hreflang="kk">kk</a>' in html
    assert '<a href="/ru/news/41-b/" hreflang="ru">ru</a>' in html


def test_list_offers_the_years_of_its_articles_and_then_the_months(client):
    make_article(publish_at=datetime(2022, 12, 31, 20, tzinfo=UTC))  # already 2023 in Kazakhstan
    last = make_article(publish_at=datetime(2025, 5, 1, tzinfo=UTC))
    sign_in(client, *CHIEF)

    years = client.get(LIST).context["cl"].years()
    of_2025 = client.get(f"{LIST}{years[-1]['link']}")

    assert [year["title"] for year in years] == ["2023", "2024", "2025"]
    assert (listed(of_2025), of_2025.context["cl"].years()) == ({last.pk}, [])
    assert "publish_at__month=5" in of_2025.content.decode()


def test_list_finds_articles_without_a_language(client):
    make_article("kk ru")
    only_kazakh = make_article("kk")
    sign_in(client, *CHIEF)

    assert listed(client.get(f"{LIST}?missing=ru")) == {only_kazakh.pk}


@pytest.mark.parametrize("words", ["бюджет", "расходы", "spending"])
def test_list_is_searched_in_every_language(client, words):
    found = make_article("kk ru en", title_kk="туралы бюджет", lead_ru="новые расходы", title_en="on spending")
    draft = make_article(status="draft", publish_at=None, title_kk="Бюджеттің жобасы")
    index_articles([found.pk, draft.pk, make_article("kk ru en").pk])
    sign_in(client, *CHIEF)

    expected = {found.pk, draft.pk} if words == "бюджет" else {found.pk}
    assert listed(client.get(LIST, {"q": words})) == expected


def test_list_shows_the_readings_of_an_article(client):
    article = make_article()
    HitTotal.objects.create(article=article, counted=65, brought=1000)
    sign_in(client, *CHIEF)

    assert '<td class="field-hits">1,065</td>' in client.get(LIST).content.decode()


# Actions


def choose(client, action, *articles):
    return client.post(LIST, {"action": action, "_selected_action": [article.pk for article in articles]})


def test_action_publishes_what_it_can_and_names_what_it_cannot(client):
    whole = make_article(status="draft", title_kk="Бүтін")
    broken = make_article(status="draft", title_kk="Мәтінсіз", body_kk="")
    sign_in(client, *CHIEF)

    response = client.post(choose(client, "publish", whole, broken)["Location"])

    assert list(Article.objects.published()) == [whole]
    assert sorted(said(response)) == ["Published: “Бүтін”.", "Мәтінсіз: Kazakh: there is a title, but no text."]


def test_actions_are_those_of_the_role(client):
    make_article(status="draft")
    sign_in(client, *WRITER)

    choices = client.get(LIST).context["action_form"].fields["action"].choices

    assert [name for name, _label in choices] == ["", "submit", "add_topic", "change_source"]


# Sources, topics and people


def test_topic_has_its_address_made_from_its_kazakh_name(client):
    sign_in(client, "news.add_topic", "news.view_topic")

    client.post("/admin/news/topic/add/", {"name_kk": "Заң шығару", "name_ru": "Законы", "name_en": "Laws", "slug": ""})

    assert Topic.objects.get().slug == "zan-shygaru"


def test_address_that_another_has_is_refused_in_a_sentence(client):
    make_topic(slug="zandar")
    sign_in(client, "news.add_topic", "news.view_topic")

    response = client.post("/admin/news/topic/add/", {"name_kk": "Заңдар", "name_ru": "Законы", "name_en": "Laws"})

    assert errors(response) == {"slug": ["Topic with this Address already exists."]}


def test_long_name_makes_an_address_that_fits(client):
    sign_in(client, "news.add_person", "news.view_person")

    client.post("/admin/news/person/add/", {"name_kk": "Әбдіғаппар " * 8, "name_ru": "А", "name_en": "A"})

    assert Person.objects.get().slug == "abdigappar-abdigappar-abdigappar-abdigappar-abdiga"


def test_source_may_not_follow_itself(client):
    source = make_source(slug="senat")
    names = {f"{field}_{code}": "Сенат" for field in ("name", "short_name") for code in ("kk", "ru", "en")}
    sign_in(client, "news.change_source", "news.view_source")

    response = client.post(
        f"/admin/news/source/{source.pk}/change/", {**names, "slug": "senat", "position": "0", "successor": source.pk}
    )

    assert errors(response) == {"successor": ["A source cannot be its own successor."]}


# Pictures


def test_picture_is_added_with_its_texts_and_its_uploader(client):
    user = sign_in(client, "news.add_image", "news.view_image")

    client.post(
        "/admin/news/image/add/",
        {"upload": SimpleUploadedFile("hall.png", make_picture(640, 400)), "alt_kk": "Отырыс залы"},
    )

    image = Image.objects.get()
    assert (image.alt_kk, image.width, image.height, image.uploaded_by) == ("Отырыс залы", 640, 400, user)


def test_file_that_is_no_picture_is_refused_and_the_texts_stay(client):
    sign_in(client, "news.add_image", "news.view_image")

    response = client.post(
        "/admin/news/image/add/", {"upload": SimpleUploadedFile("hall.png", b"<svg/>"), "alt_kk": "Отырыс залы"}
    )

    form = response.context["adminform"].form
    assert (list(form.errors), form["alt_kk"].value(), Image.objects.count()) == (["upload"], "Отырыс залы", 0)


def test_picture_says_where_it_is_used(client):
    image = make_image()
    article = make_article(cover=image, title_kk="Тақырып")
    person = make_person(photograph=image)
    sign_in(client, "news.view_image")

    html = client.get(f"/admin/news/image/{image.pk}/change/").content.decode()

    assert f'<a href="/admin/news/article/{article.pk}/change/">Тақырып</a> – cover<' in html
    assert f'<a href="/admin/news/person/{person.pk}/change/">{person}</a> – photograph<' in html


def test_deleting_a_picture_deletes_its_file(client, django_capture_on_commit_callbacks):
    image = make_image()
    sign_in(client, "news.delete_image", "news.view_image")

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/admin/news/image/{image.pk}/delete/", {"post": "yes"})

    assert (Image.objects.count(), image.file.storage.exists(image.file.name)) == (0, False)


def test_picture_of_an_article_cannot_be_deleted(client):
    image = make_image()
    make_article(cover=image)
    sign_in(client, "news.delete_image", "news.view_image")

    client.post(f"/admin/news/image/{image.pk}/delete/", {"post": "yes"})

    assert (Image.objects.count(), image.file.storage.exists(image.file.name)) == (1, True)


def test_list_of_pictures_asks_the_same_number_of_queries_for_one_and_for_many(client):
    sign_in(client, "news.view_image")
    make_article(cover=make_image())
    client.get("/admin/news/image/")

    with CaptureQueriesContext(connection) as one:
        client.get("/admin/news/image/")
    for _ in range(20):
        make_article(cover=make_image())
    with CaptureQueriesContext(connection) as many:
        client.get("/admin/news/image/")

    assert len(many) == len(one)


# Several at once


def test_topic_is_added_to_all_the_chosen_beside_what_readers_have(client):
    topic, old = make_topic(), make_topic()
    draft, public = make_article(status="draft", publish_at=None, topics=[old]), make_article()
    has_it = make_article(topics=[topic])
    user = sign_in(client, *WRITER)

    asked = choose(client, "add_topic", draft, public, has_it)["Location"]
    client.post(asked, {"topic": topic.pk})

    assert [revisions.latest(each).content["topics"] for each in (draft, public, has_it)] == [
        sorted([old.pk, topic.pk]),
        [topic.pk],
        [topic.pk],
    ]
    public.refresh_from_db()
    has_it.refresh_from_db()
    assert (public.pending, list(public.topics.all()), has_it.pending) == ("draft", [], "")
    assert revisions.latest(public).created_by == user


def test_source_of_all_the_chosen_is_changed(client):
    source = make_source()
    first, second = make_article(status="draft", publish_at=None), make_article(status="draft", publish_at=None)
    sign_in(client, *WRITER)

    asked = choose(client, "change_source", first, second)["Location"]
    response = client.post(asked, {"source": source.pk})

    assert set(Article.objects.filter(source=source)) == {first, second}
    assert sorted(said(response)) == sorted(f"Source changed: “{article}”." for article in (first, second))


def test_topic_has_to_be_named(client):
    article = make_article(status="draft", publish_at=None)
    sign_in(client, *WRITER)

    response = client.post(choose(client, "add_topic", article)["Location"], {"topic": ""})

    assert (list(response.context["form"].errors), article.revisions.count()) == (["topic"], 0)


def test_what_is_done_to_several_has_no_button_on_one(client):
    article = make_article(status="draft", publish_at=None)
    sign_in(client, *WRITER)

    assert [verb.name for verb in client.get(change(article)).context["verbs"]] == ["submit"]


# One from another


def test_duplicate_is_a_new_draft_with_the_newest_text_and_no_readings(client):
    topic, person, image = make_topic(), make_person(), make_image()
    article = make_article("kk ru", topics=[topic], people=[person], cover=image, pinned=True, dateline_kk="Астана")
    HitTotal.objects.create(article=article, counted=65)
    sign_in(client, *WRITER)
    form = article_form(**typed(article, title_ru=article.title_ru, body_ru=article.body_ru, dateline_kk="Алматы"))
    form |= {"topics": [topic.pk], "people": [person.pk], "cover": image.pk, "pinned": "on", "_duplicate": "Duplicate"}

    response = client.post(change(article), form)

    copy = Article.objects.exclude(pk=article.pk).get()
    assert response["Location"] == change(copy)
    assert (copy.status, copy.publish_at, copy.pinned, copy.hits) == ("draft", None, False, 0)
    assert (copy.title_kk, copy.title_ru, copy.dateline_kk) == (article.title_kk, article.title_ru, "Алматы")
    assert (list(copy.topics.all()), list(copy.people.all()), copy.cover) == ([topic], [person], image)
    assert copy.origin_id != article.origin_id
    assert revisions.latest(copy).number == 1


def test_duplicate_is_for_those_who_may_write_new_articles(client):
    article = make_article(status="draft", publish_at=None)
    sign_in(client, "news.change_article", "news.view_article")

    shown = client.get(change(article)).context["may_duplicate"]
    response = client.post(change(article), article_form(**typed(article, _duplicate="Duplicate")))

    assert (shown, response.status_code, Article.objects.count()) == (False, 403, 1)


@pytest.mark.parametrize(("sources", "chosen"), [(1, True), (2, False)])
def test_new_article_is_of_the_only_source_at_work(client, sources, chosen):
    make_source(active_until="2020-01-01")
    made = [make_source() for _ in range(sources)]
    client.force_login(make_user(is_superuser=True))

    page = client.get("/admin/news/article/add/")

    assert page.context["adminform"].form["source"].value() == (made[0].pk if chosen else None)
