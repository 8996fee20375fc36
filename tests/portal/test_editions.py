"""One address, one body: the language comes from the address and from nothing else."""

import re

import pytest
from django.conf import settings
from django.utils.translation import override

from news.hits import counting
from news.models import DailyHits
from portal import editions
from tests.support.doors import READER
from tests.support.factories import make_article

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
        ("/kk-latn/news/", "kk-latn"),
        ("/kk-arab/", "kk-arab"),
    ],
)
def test_edition_of_an_address(path, code):
    assert editions.edition_of_path(path).code == code


@pytest.mark.parametrize(
    ("path", "lang", "direction"),
    [
        ("/", "kk", "ltr"),
        ("/kk-latn/", "kk-Latn", "ltr"),
        ("/kk-arab/", "kk-Arab", "rtl"),
        ("/ru/", "ru", "ltr"),
        ("/en/", "en", "ltr"),
    ],
)
def test_page_is_in_the_language_of_its_address(client, path, lang, direction):
    response = client.get(path, headers={"accept-language": "de, ru;q=0.9, en;q=0.8"}, query_params={"language": "en"})

    assert response.status_code == 200
    assert response.headers["Content-Language"] == lang
    assert "Accept-Language" not in response.headers.get("Vary", "")
    assert f'<html lang="{lang}" dir="{direction}"' in response.content.decode()


def test_page_ignores_the_language_cookie_of_the_admin(client):
    client.cookies["django_language"] = "ru"

    assert client.get("/").headers["Content-Language"] == "kk"
    assert client.get("/admin/login/").headers["Content-Language"] == "ru"


def test_admin_has_no_derived_edition(client):
    client.cookies["django_language"] = "kk-arab"

    assert client.get("/admin/login/").headers["Content-Language"] == "kk"


def test_kazakh_has_no_prefix(client):
    answer = client.get("/kk/")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/")


def test_article_missing_in_a_language_does_not_exist_there(client):
    article = make_article("kk ru")
    addresses = {}
    for code in ("kk", "kk-latn", "kk-arab", "ru"):
        with override(code):
            addresses[code] = article.get_absolute_url()

    page = client.get(addresses["kk"])

    assert page.status_code == 200
    assert [(edition.code, url) for edition, url in page.context["alternates"]] == list(addresses.items())
    assert client.get(addresses["ru"]).status_code == 200
    assert client.get(f"/en/news/{article.pk}-{article.slug_kk}/").status_code == 404


@pytest.mark.parametrize(
    ("prefix", "title", "label"),
    [("/kk-latn", "Zañ jobasy", "Qazaqşa"), ("/kk-arab", "زاڭ جوباسى", "قازاقشا")],
)
def test_derived_edition_shows_the_kazakh_article_in_its_letters(client, prefix, title, label):
    article = make_article("kk ru", title_kk="Заң жобасы", slug_kk="zang")
    russian = make_article("ru")

    page = client.get(f"{prefix}/news/{article.pk}-zang/").text

    assert f"<h1>{title}</h1>" in page
    assert f'aria-current="true" lang="{editions.edition_of_path(f"{prefix}/").lang}">{label}</span>' in page
    assert '<a href="/" lang="kk"' not in page  # the switcher leads to the article, not to the front page
    assert client.get(f"{prefix}/news/{russian.pk}-{russian.slug_ru}/").status_code == 404


def test_links_of_a_derived_edition_stay_in_it(client):
    article = make_article("kk")

    for path in ("/kk-arab/", "/kk-arab/archive/", f"/kk-arab/news/{article.pk}-{article.slug_kk}/"):
        page = re.sub('<ul class="editions">.*?</ul>|<p class="derived">.*?</p>', "", client.get(path).text, flags=re.S)
        local = set(re.findall('<(?:a|form)[^>]* (?:href|action)="(/[^"]*)"', page))
        assert [url for url in local if not url.startswith(("/kk-arab/", "/api/"))] == []
        assert len(local) > 4


def test_derived_edition_is_not_for_search_engines_and_says_that_it_is_derived(client):
    article = make_article("kk ru")
    address = f"/news/{article.pk}-{article.slug_kk}/"

    kazakh, latin = client.get(address), client.get(f"/kk-latn{address}")

    assert "X-Robots-Tag" not in kazakh.headers
    assert re.findall('hreflang="([^"]+)" href="http', kazakh.text) == ["kk", "ru"]
    assert re.findall('rel="(canonical)"', kazakh.text) == ["canonical"]
    assert 'class="derived"' not in kazakh.text
    assert latin.headers["X-Robots-Tag"] == "noindex"
    assert re.findall('hreflang="[^"]+" href="http|rel="canonical"', latin.text) == []
    assert f'bağdarlama avtomatty türde köşırdı. <a href="{address}" hreflang="kk">' in " ".join(latin.text.split())


def test_reading_of_a_derived_edition_counts_as_kazakh(client):
    article = make_article("kk")

    client.get(f"/kk-arab/news/{article.pk}-{article.slug_kk}/", headers={"user-agent": READER})
    counting.fold_journals()

    assert list(DailyHits.objects.values_list("edition", "count")) == [("kk", 1)]


def test_latin_letters_of_2018_are_a_setting(client, settings):
    settings.LATIN_TABLE = "2018"

    assert ">Qazaqsha</span>" in client.get("/kk-latn/").text


def test_languages_of_the_settings_follow_from_the_list_of_editions():
    assert settings.LANGUAGE_CODE == "kk"
    assert [code for code, _name in settings.LANGUAGES] == ["kk", "kk-latn", "kk-arab", "ru", "en"]
    assert settings.MODELTRANSLATION_LANGUAGES == ("kk", "ru", "en")


def test_columns_of_a_translated_field():
    assert editions.localized_columns("name") == ["name_kk", "name_ru", "name_en"]
