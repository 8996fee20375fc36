"""The library in the admin: many uploads at once, each picture's form, and who may do what with it."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from news.models import Image, TranslatorLanguage
from tests.support.article_admin import (
    sign_in,
)
from tests.support.factories import (
    make_article,
    make_image,
    make_person,
    make_picture,
    make_user,
)

pytestmark = pytest.mark.django_db

LIBRARY = "/admin/news/image/"
UPLOAD = "/admin/news/image/upload/"
CHOOSE = "/admin/news/image/choose/"
TEXTS = [f"{text}_{code}" for text in ("alt", "caption", "credit") for code in ("kk", "ru", "en")]


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"


def member(client, role: str, *languages: str) -> User:
    user = make_user()
    user.groups.add(Group.objects.get(name=role))
    for language in languages:
        TranslatorLanguage.objects.create(user=user, language=language)
    client.force_login(user)
    return user


def change(image: Image) -> str:
    return f"{LIBRARY}{image.pk}/change/"


def writable(client, image: Image) -> set[str]:
    page = client.get(change(image)).content.decode()
    return set(re.findall('name="((?:alt|caption|credit|focus|upload)[^"]*)"', page))


def files(*pairs: tuple[str, bytes]) -> dict:
    return {"pictures": [ContentFile(content, name) for name, content in pairs]}


# Many at once


def test_each_file_is_taken_or_refused_by_itself(client):
    writer = member(client, "Тілші")

    answer = client.post(
        UPLOAD,
        files(("one.jpg", make_picture(40, 30, "JPEG")), ("notes.txt", b"text"), ("two.png", make_picture())),
        follow=True,
    )

    assert [(each.width, each.uploaded_by) for each in Image.objects.order_by("pk")] == [(40, writer), (64, writer)]
    assert [str(each) for each in answer.context["messages"]] == [
        "notes.txt: The file is not a picture in JPEG, PNG, WebP, AVIF or GIF.",
        "2 pictures are in the library.",
    ]


def test_script_is_told_of_each_file(client):
    member(client, "Тілші")

    answer = client.post(
        UPLOAD, files(("a.png", make_picture()), ("b.svg", b"<svg/>")), headers={"Accept": "application/json"}
    )

    image = Image.objects.get()
    assert answer.json() == {
        "pictures": [
            {
                "id": image.pk,
                "label": f"№ {image.pk}",
                "thumbnail": image.thumbnail,
                "focus": "",
                "change": change(image),
            }
        ],
        "refused": ["b.svg: The file is not a picture in JPEG, PNG, WebP, AVIF or GIF."],
    }


@pytest.mark.parametrize("role", ["Аудармашы", "Бағам маманы"])
def test_who_may_not_add_uploads_nothing(client, role):
    member(client, role)

    answer = client.post(UPLOAD, files(("a.png", make_picture())))

    assert answer.status_code == 403
    assert Image.objects.count() == 0


def test_uploaded_picture_is_seen_by_editors_only(client):
    member(client, "Тілші")
    client.post(UPLOAD, files(("a.png", make_picture())))
    address = Image.objects.get().thumbnail

    editor = client.get(address).status_code
    client.logout()

    assert editor == 200
    assert client.get(address).status_code == 404


# To look through and to choose from


def test_library_tells_what_lacks_and_where_used(client):
    used, silent = make_image(), make_image(alt_ru="", alt_en="")
    make_article(cover=used, gallery=[used.pk])
    member(client, "Тілші")

    def numbers_on_page(query: str) -> list[str]:
        return re.findall(r"<p>№ (\d+)", client.get(LIBRARY + query).content.decode())

    page = client.get(LIBRARY).content.decode()
    assert page.count("used in 2 places") == 1
    assert page.count("used nowhere</p>") == 1
    assert page.count('class="unsaid"') == 1
    assert numbers_on_page("?used=yes") == [str(used.pk)]
    assert numbers_on_page("?used=no") == numbers_on_page("?unsaid=ru") == [str(silent.pk)]
    assert numbers_on_page(f"?q=№ {used.pk}") == [str(used.pk)]


def test_library_asks_as_often_for_many_pictures(client):
    member(client, "Тілші")
    make_article(cover=make_image())
    client.get(LIBRARY)

    with CaptureQueriesContext(connection) as one:
        client.get(LIBRARY)
    for _ in range(8):
        make_article(gallery=[make_image().pk])
    with CaptureQueriesContext(connection) as many:
        client.get(LIBRARY)

    assert len(many) == len(one)


def test_pictures_are_offered_by_words_and_numbers_newest_first(client):
    hall, steppe = make_image(alt_kk="Отырыс залы"), make_image(alt_kk="Дала")
    member(client, "Аудармашы", "ru")

    def ids(query: str) -> list[int]:
        return [each["id"] for each in client.get(CHOOSE + query).json()["pictures"]]

    assert ids("") == [steppe.pk, hall.pk]
    assert ids("?q=залы") == ids(f"?numbers={hall.pk},999,x") == ids(f"?before={steppe.pk}") == [hall.pk]


def test_pictures_beyond_the_first_page_follow_one_by_one(client, monkeypatch):
    monkeypatch.setattr("news.admin.images.CHOICES", 2)
    images = [make_image().pk for _ in range(5)]
    member(client, "Тілші")

    pages, before = [], ""
    while before is not None:
        answer = client.get(f"{CHOOSE}?before={before}").json()
        pages.append([each["id"] for each in answer["pictures"]])
        before = answer["before"]

    newest = images[::-1]
    assert pages == [newest[:2], newest[2:4], newest[4:]]


# Each picture's own form


def test_writer_writes_all_of_a_picture_that_no_reader_has(client):
    image = make_image()
    make_article(cover=image, status="draft")
    member(client, "Тілші")

    assert writable(client, image) == {*TEXTS, "upload", "focus_x", "focus_y"}


def test_writer_does_not_change_what_readers_have(client):
    image = make_image(alt_ru="")
    make_article("kk", gallery=[image.pk])
    member(client, "Тілші")
    before = image.file.name

    upload = ContentFile(make_picture(9, 9), "x.png")
    client.post(change(image), {"alt_kk": "Басқа", "alt_ru": "Басқа", "focus_x": "1", "upload": upload})
    client.post(change(image), {"alt_ru": "Зал"})

    after = Image.objects.get()
    assert after.alt_kk == "Сурет"
    assert after.alt_ru == "Зал"
    assert after.focus_x == 50
    assert after.file.name == before
    assert writable(client, image) == {name for name in TEXTS if not name.endswith("_kk")}


def test_writer_does_not_replace_a_portrait(client):
    image, waiting = make_image(), make_image()
    make_person(photograph=image)
    make_person(photograph=waiting, is_waiting=True)
    member(client, "Тілші")

    assert writable(client, image) == set()
    assert writable(client, waiting) == {*TEXTS, "upload", "focus_x", "focus_y"}


def test_translator_writes_texts_of_their_languages_only(client):
    image = make_image()
    member(client, "Аудармашы", "ru")

    client.post(change(image), {"alt_ru": "Басқа", "alt_kk": "Басқа", "focus_x": "1"})
    client.post(change(image), {"alt_ru": "Зал"})

    after = Image.objects.get()
    assert after.alt_ru == "Зал"
    assert after.alt_kk == "Сурет"
    assert after.focus_x == 50
    assert writable(client, image) == {"alt_ru", "caption_ru", "credit_ru"}


def test_chief_editor_empties_no_alternative_text_that_readers_need(client):
    image = make_image()
    make_article("kk", cover=image)
    member(client, "Бас редактор")

    refused = client.post(change(image), {"alt_kk": "", "alt_ru": "", "alt_en": "x"})
    client.post(change(image), {"alt_kk": "Зал", "alt_ru": "", "alt_en": ""})

    with override("en"):
        errors = refused.context["adminform"].form.errors
        assert errors == {"alt_kk": ["Readers see this picture: describe what it shows."]}
    after = Image.objects.get()
    assert after.alt_kk == "Зал"
    assert (after.alt_ru or "") == ""
    assert (after.alt_en or "") == ""


def test_used_picture_is_not_deleted(client):
    used, free = make_image(), make_image()
    make_article(gallery=[used.pk], status="draft")
    member(client, "Бас редактор")

    answers = [client.post(f"{LIBRARY}{each.pk}/delete/", {"post": "yes"}).status_code for each in (used, free)]

    assert answers == [403, 302]
    assert list(Image.objects.all()) == [used]


# In the form of an article


def test_gallery_is_typed_as_numbers_and_kept_in_its_order(client):
    one, other = make_image(), make_image()
    article = make_article(status="draft")
    member(client, "Тілші")
    address = f"/admin/news/article/{article.pk}/change/"
    data = {"title_kk": "Тақырып", "kind": "news", "source": article.source_id, "body_kk": "<p>x</p>"}

    client.post(address, {**data, "gallery": f"№ {other.pk}, {one.pk} {other.pk}"})
    wrong = client.post(address, {**data, "gallery": "12345678"})

    article.refresh_from_db()
    assert article.gallery == [other.pk, one.pk]
    errors = wrong.context["adminform"].form.errors
    assert errors == {"gallery": ["The library has no picture with this number: 12345678."]}
    assert 'name="gallery" value="12345678"' in wrong.content.decode()


def test_picture_is_added_with_its_texts_and_its_uploader(client):
    user = sign_in(client, "news.add_image", "news.view_image")

    client.post(
        "/admin/news/image/add/",
        {"upload": SimpleUploadedFile("hall.png", make_picture(640, 400)), "alt_kk": "Отырыс залы"},
    )

    image = Image.objects.get()
    assert image.alt_kk == "Отырыс залы"
    assert image.width == 640
    assert image.height == 400
    assert image.uploaded_by == user


def test_file_that_is_no_picture_is_refused_and_the_texts_stay(client):
    sign_in(client, "news.add_image", "news.view_image")

    response = client.post(
        "/admin/news/image/add/", {"upload": SimpleUploadedFile("hall.png", b"<svg/>"), "alt_kk": "Отырыс залы"}
    )

    form = response.context["adminform"].form
    assert list(form.errors) == ["upload"]
    assert form["alt_kk"].value() == "Отырыс залы"
    assert Image.objects.count() == 0


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

    assert Image.objects.count() == 0
    assert not image.file.storage.exists(image.file.name)


def test_picture_of_an_article_cannot_be_deleted(client):
    image = make_image()
    make_article(cover=image)
    sign_in(client, "news.delete_image", "news.view_image")

    client.post(f"/admin/news/image/{image.pk}/delete/", {"post": "yes"})

    assert Image.objects.count() == 1
    assert image.file.storage.exists(image.file.name)


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
