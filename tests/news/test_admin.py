from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from news.models import Article, HitTotal, Image, Person, Source, Topic
from tests.factories import make_article, make_image, make_person, make_picture, make_source, make_topic, make_user

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
    assert said(response) == ["Approved: “Жаңа тақырып”."]


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


def test_withdraw_button_takes_the_article_from_readers(client):
    article = make_article()
    sign_in(client, *CHIEF)

    client.post(
        change(article),
        article_form(
            title_kk=article.title_kk,
            body_kk=article.body_kk,
            publish_at_0="2024-03-07",
            publish_at_1="10:00",
            _withdraw="Withdraw",
        ),
    )

    article.refresh_from_db()
    assert (article.status, Article.objects.published().count()) == ("withdrawn", 0)


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
        ("draft", CHIEF, ["publish"]),
        ("approved", CHIEF, ["withdraw"]),
        ("withdrawn", CHIEF, ["publish"]),
        ("draft", WRITER, []),
        ("withdrawn", WRITER, []),
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


def test_what_readers_see_is_not_changed_by_a_writer(client):
    article = make_article()
    title = article.title_kk
    sign_in(client, *WRITER)

    response = client.post(change(article), article_form(title_kk="Жаңа", body_kk="<p>Мәтін</p>"))

    article.refresh_from_db()
    assert (response.status_code, article.title_kk) == (403, title)


def test_what_readers_see_stays_whole_when_it_is_changed(client):
    article = make_article()
    sign_in(client, *CHIEF)

    response = client.post(change(article), article_form(title_kk="Жаңа", body_kk=""))

    assert errors(response) == {
        "publish_at": ["An approved article needs the moment of its publication."],
        "__all__": ["Kazakh: there is a title, but no text."],
    }
    article.refresh_from_db()
    assert article.title_kk != "Жаңа"


# The list


def test_list_asks_the_same_number_of_queries_for_one_article_and_for_a_hundred(client, monkeypatch):
    monkeypatch.setattr("news.admin.ArticleAdmin.list_per_page", 200)
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
        standing: listed(client.get(f"{LIST}?standing={standing}"))
        for standing in ("draft", "scheduled", "published", "withdrawn")
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
    make_article("kk ru en")
    sign_in(client, *CHIEF)

    assert listed(client.get(LIST, {"q": words})) == {found.pk}


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

    response = choose(client, "publish", whole, broken)

    assert list(Article.objects.published()) == [whole]
    assert sorted(said(response)) == ["Approved: “Бүтін”.", "Мәтінсіз: Kazakh: there is a title, but no text."]


def test_action_withdraws(client):
    article = make_article(title_kk="Тақырып")
    sign_in(client, *CHIEF)

    response = choose(client, "withdraw", article)

    article.refresh_from_db()
    assert (article.status, said(response)) == ("withdrawn", ["Withdrawn: “Тақырып”."])


def test_actions_are_hidden_from_a_writer_and_do_nothing_for_one(client):
    article = make_article(status="draft")
    sign_in(client, *WRITER)

    choices = client.get(LIST).context["action_form"]
    choose(client, "publish", article)

    article.refresh_from_db()
    assert (choices, article.status) == (None, "draft")


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

    assert f'<a class="use" href="/admin/news/article/{article.pk}/change/">Тақырып</a>' in html
    assert f'<a class="use" href="/admin/news/person/{person.pk}/change/">{person}</a>' in html


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
