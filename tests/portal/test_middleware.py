"""The language of the address, the script of the edition, and the page for when something is down."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils.translation import get_language

from portal.middleware import EditionMiddleware, OutageMiddleware, ReadableRequestMiddleware, ScriptMiddleware


def answer_through(answer, path, **cookies):
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    return EditionMiddleware(ScriptMiddleware(lambda request: answer()))(request)


@pytest.mark.parametrize(
    ("path", "cookie", "language"),
    [
        ("/ru/", "en", "ru"),
        ("/", "en", "kk"),
        ("/admin/", "en", "en"),
        ("/admin/", "kk-arab", "kk"),
        ("/admin/", "xx", "kk"),
        ("/language/", "ru", "ru"),
    ],
)
def test_only_the_admin_follows_the_language_its_user_chose(path, cookie, language):
    response = answer_through(lambda: HttpResponse(get_language()), path, django_language=cookie)

    assert response.text == language


def test_page_of_a_derived_script_is_transliterated_and_not_for_search_engines():
    response = answer_through(lambda: HttpResponse("<p>қазақ</p>"), "/kk-latn/")

    assert response.text == "<p>qazaq</p>"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Content-Language"] == "kk-Latn"


def test_page_in_cyrillic_is_left_as_it_is():
    response = answer_through(lambda: HttpResponse("<p>қазақ</p>"), "/")

    assert response.text == "<p>қазақ</p>"
    assert "X-Robots-Tag" not in response.headers


def test_what_is_no_page_is_not_transliterated():
    text = answer_through(lambda: HttpResponse("қазақ", content_type="text/plain"), "/kk-latn/")
    file = answer_through(lambda: StreamingHttpResponse(["қазақ".encode()]), "/kk-latn/")

    assert text.text == "қазақ"
    assert b"".join(file).decode() == "қазақ"


@pytest.mark.parametrize("error", [OperationalError(), InterfaceError(), OSError()])
def test_outage_is_a_short_page_that_asks_to_come_back(error):
    response = OutageMiddleware(lambda request: None).process_exception(RequestFactory().get("/"), error)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "The portal cannot answer just now." in response.text


def test_other_errors_are_not_hidden():
    assert OutageMiddleware(lambda request: None).process_exception(RequestFactory().get("/"), ValueError()) is None


# What cannot be read


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/ru/news/?before=%00", "Ваш браузер прислал запрос, который мы не можем прочитать"),
        ("/en/news/?x%00=1", "Your browser sent a request we cannot read"),
        ("/en/embed/headlines/?source=a%00", "Your browser sent a request we cannot read"),
        ("/en/" + "x" * 2000, "Your browser sent a request we cannot read"),
    ],
)
def test_what_no_text_can_hold_is_refused_in_the_readers_language(client, path, heading):
    response = client.get(path)

    assert response.status_code == 400
    assert f"<h1>{heading}</h1>" in response.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/media/%00/x",
        "/files/%00/x",
        "/archive/2024/0/",
        "/archive/2024/3/00/",
        "/archive/2024/2147483648/07/",
        "/archive/2024/99/",
        f"/news/{10**30}-x/",
        "/sitemap-99999999999.xml",
    ],
)
def test_number_that_no_column_can_hold_leads_nowhere(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_program_is_told_of_an_unreadable_query_in_its_own_format(client):
    response = client.get("/api/v1/articles/?q=%00")

    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["status"] == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/admin/login/", {"username": "a\0", "password": "right"}),
        ("/admin/login/", {"username": "a", "pass\0word": "right"}),
        ("/subscribe/", {"email": "a\0@example.org"}),
        ("/admin/news/topic/add/", {"name_kk": "Тақырып\0"}),
        ("/language/", {"language": "kk\0", "next": "/"}),
        ("/subscribe/", {"email": SimpleUploadedFile("a.txt", b"")}),
    ],
)
def test_form_with_a_character_that_no_text_can_hold_is_refused(admin_client, path, form):
    response = admin_client.post(path, form)

    expected = 200 if any(isinstance(value, SimpleUploadedFile) for value in form.values()) else 400
    assert response.status_code == expected


@pytest.mark.django_db
def test_cookie_that_no_text_can_hold_is_as_good_as_none(client):
    response = client.get("/admin/", headers={"cookie": r'sessionid="\000\000\000\000\000\000\000\000\000"'})

    assert response.status_code == 302
    assert response["Location"] == "/admin/login/?next=/admin/"


@pytest.mark.django_db
@pytest.mark.parametrize("error", [DataError(), OverflowError(), UnicodeEncodeError("utf-8", "x", 0, 1, "surrogates")])
@pytest.mark.parametrize(("method", "status"), [("get", 404), ("post", 400)])
def test_value_that_the_database_refused_is_no_error_of_ours(error, method, status):
    request = getattr(RequestFactory(), method)("/en/news/")

    response = ReadableRequestMiddleware(lambda request: None).process_exception(request, error)

    assert response.status_code == status


def test_mistakes_of_ours_are_not_taken_for_unreadable_requests():
    request = RequestFactory().get("/")

    assert ReadableRequestMiddleware(lambda request: None).process_exception(request, ValueError()) is None
