"""The language of the address, the script of the edition, and the page for when something is down."""

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils.translation import get_language

from portal.middleware import EditionMiddleware, OutageMiddleware, ScriptMiddleware


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
