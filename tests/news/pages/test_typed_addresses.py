"""Addresses as people type and paste them: one redirect to the right page, or a 404 that helps."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from news.models import OldAddress
from tests.support.cases import cases_of
from tests.support.factories import make_article, make_rate, make_source, make_user

pytestmark = pytest.mark.django_db

MISTYPED = {
    "/": ["/kk", "/kk/", "/KK/", "/index.html", "/index.php", "/)", "/kk/)."],
    "/ru/": ["/ru", "/RU/", "/Ru", "/ru/)", "/ru/.", "/ru/index.php", "/ru/»"],
    "/en/": ["/en", "/EN/", "/en//", "/en/”"],
    "/kk-latn/": ["/kk-latn", "/KK-Latn/", "/kk_latn/", "/kk-latn//"],
    "/kk-arab/": ["/kk-arab", "/KK-ARAB", "/kk_arab"],
    "/news/": [
        "/news",
        "/NEWS/",
        "/kk/news/",
        "/news//",
        "/news/)",
        "/news/,",
        "/News",
        "/news/\u200b",
        "/news.",
        "/news).",
    ],
    "/ru/news/": ["/ru/news", "/RU/NEWS/", "/ru//news/", "/ru/news/?", "/ru/news/)."],
    "/archive/2024/3/": ["/archive/2024/3", "/archive/2024/3/)", "/archive//2024/3/", "/Archive/2024/3"],
    "/archive/2024/3/7/": ["/archive/2024/3/7", "/archive/2024/3/7/.", "/kk/archive/2024/3/7/", "/archive/2024/3/7//"],
    "/ru/archive/2024/12/": ["/ru/archive/2024/12", "/RU/archive/2024/12/", "/ru/archive/2024/12/»."],
    "/rates/usd/": ["/rates/usd", "/rates/USD/", "/Rates/usd/", "/rates/USD", "/kk/rates/usd/", "/rates/usd/)"],
    "/ru/rates/": ["/ru/rates", "/RU/rates/", "/ru/rates/;"],
    "/en/search/": ["/en/search", "/EN/Search/", "/en//search/"],
    "/feed.rss": ["/feed.rss/", "/feed.rss.", "/FEED.RSS", "/feed.rss)", "/kk/feed.rss"],
    "/ru/about/": ["/ru/about", "/RU/ABOUT", "/ru/about/)", "/ru/about/!"],
}
ENDS = [")", ").", "]", ".", ",", "»", "”", "'", "/)", "/.", "/»,", "…", "\u200b", "%20", "/%20", "/)/", "//", "?", "!"]


@pytest.mark.parametrize("case", [case for case in cases_of("address") if "admin" not in case.id])
def test_case_has_one_of_its_answers(client, case):
    if case["input"].startswith("GET "):
        pytest.skip("the server itself; see test_server")
    assert client.get(case["input"]).status_code in case["expect"]


@pytest.mark.parametrize("case", [case for case in cases_of("address") if "admin" in case.id])
def test_case_of_the_admin_has_one_of_its_answers(client, case):
    client.force_login(make_user(is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(case["input"]).status_code in case["expect"]


def wrong_answers(client, right: str, typed: list[str]) -> dict[str, object]:
    """What the mistyped addresses led to that is not one redirect to the right page with the query kept."""
    wrong: dict[str, object] = {}
    for path in typed:
        answer = client.get(path + ("" if "?" in path else "?a=%D2%9B&b=1"))
        leads_to = answer.headers.get("Location")
        query = "" if "?" in path else "?a=%D2%9B&b=1"
        if path.endswith("?") and answer.status_code == 200:
            continue
        if (answer.status_code, leads_to) != (301, right + query):
            wrong[path] = (answer.status_code, leads_to)
    return wrong


def test_mistyped_address_of_a_page_redirects_once(client):
    wrong = {
        path: answer
        for right, typed in MISTYPED.items()
        for path, answer in wrong_answers(client, right, typed).items()
    }

    assert wrong == {}


@pytest.mark.parametrize("code", ["kk", "ru", "kk-latn"])
def test_mistyped_address_of_an_article_redirects_once(client, code):
    article = make_article("kk ru")
    language = code[:2]
    slug = getattr(article, f"slug_{language}")
    prefix = "" if code == "kk" else f"/{code}"
    right = f"{prefix}/news/{article.pk}-{slug}/"
    typed = [f"{prefix}/news/{article.pk}-{slug}{end}" for end in ENDS]
    typed += [
        f"{prefix}/news/{article.pk}", f"{prefix}/news/{article.pk}/", f"{prefix}/news/{article.pk}-", right[:-4],
        right.upper(), right.replace("/news/", "/news//"), f"{prefix}/news/{article.pk}/{slug}/",
        f"/kk{right}" if code == "kk" else right.replace(prefix, prefix.upper()), f"{prefix}/news/{article.pk}).",
    ]  # fmt: skip

    wrong = wrong_answers(client, right, [path for path in typed if path != right])

    assert wrong == {}


def test_article_that_lacks_a_language_names_those_it_has(client):
    make_source()
    article = make_article("kk ru")
    hidden = make_article("kk", status="draft")

    page = client.get(f"/en/news/{article.pk}-x/")
    other = client.get(f"/en/news/{hidden.pk}-x/")

    assert (page.status_code, other.status_code) == (404, 404)
    for address in (f"/news/{article.pk}-{article.slug_kk}/", f"/ru/news/{article.pk}-{article.slug_ru}/"):
        assert f'<a href="{address}"' in page.text
    assert hidden.title_kk not in other.text


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example/ru", "/\\evil.example/", "/ru//evil.example"])
def test_no_address_leads_to_another_host(client, path):
    answer = client.get(path)

    assert not answer.headers.get("Location", "/").startswith(("//", "/\\", "http"))


def test_old_address_comes_before_what_looks_mistyped(client):
    article = make_article()
    OldAddress.objects.create(path="/news", article=article, language="kk")

    assert client.get("/news").headers["Location"] == article.get_absolute_url()


@pytest.mark.parametrize("path", ["/no-such/", "/ru/no-such", "/news/999999", "/archive/2024/0/", "/archive/2024/13"])
def test_what_is_nowhere_stays_404(client, path):
    assert client.get(path, follow=True).status_code == 404


def test_article_that_is_nowhere_is_looked_for_once(client):
    client.get("/no-such/")  # what is read once

    with CaptureQueriesContext(connection) as captured:
        answer = client.get("/NEWS/999999-x/")

    assert answer.status_code == 404
    assert len([each for each in captured if 'FROM "news_article"' in each["sql"]]) == 1


@pytest.mark.parametrize("code", ["USD", "usd", "Usd"])
def test_code_that_the_api_gives_is_one_that_it_takes(client, code):
    make_rate("USD", date(2024, 3, 7), "477.03")

    assert client.get(f"/api/v1/rates/{code}/").json()["code"] == "USD"
