"""One address, one body: the language comes from the address and from nothing else."""

import pytest
from django.utils.translation import override

from portal import editions
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/", "kk"),
        ("/news/", "kk"),
        ("/ru/", "ru"),
        ("/ru/news/", "ru"),
        ("/en/", "en"),
        ("/rural/", "kk"),
        ("/ru", "kk"),
    ],
)
def test_edition_of_an_address(path, code):
    assert editions.of_path(path).code == code


@pytest.mark.parametrize(("path", "lang"), [("/", "kk"), ("/ru/", "ru"), ("/en/", "en")])
def test_page_is_in_the_language_of_its_address(client, path, lang):
    response = client.get(path, headers={"accept-language": "de, ru;q=0.9, en;q=0.8"}, query_params={"language": "en"})

    assert response.status_code == 200
    assert response.headers["Content-Language"] == lang
    assert "Accept-Language" not in response.headers.get("Vary", "")
    assert f'<html lang="{lang}" dir="ltr"' in response.content.decode()


def test_page_ignores_the_language_cookie_of_the_admin(client):
    client.cookies["django_language"] = "ru"

    assert client.get("/").headers["Content-Language"] == "kk"
    assert client.get("/admin/login/").headers["Content-Language"] == "ru"


def test_kazakh_has_no_prefix(client):
    assert client.get("/kk/").status_code == 404


def test_article_missing_in_a_language_does_not_exist_there(client):
    article = make_article("kk ru")
    addresses = {}
    for code in ("kk", "ru"):
        with override(code):
            addresses[code] = article.get_absolute_url()

    page = client.get(addresses["kk"])

    assert page.status_code == 200
    assert [(edition.code, url) for edition, url in page.context["alternates"]] == list(addresses.items())
    assert client.get(addresses["ru"]).status_code == 200
    assert client.get(f"/en/news/{article.pk}-{article.slug_kk}/").status_code == 404
