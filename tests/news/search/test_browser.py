"""The search page in a real Chromium: suggestions by keyboard, and what axe says of each of its states."""

import pytest

from news.search.indexing import index_articles
from tests.support.browser import faults, needs_chromium, watched_page
from tests.support.factories import make_article, make_person

pytestmark = [pytest.mark.once, needs_chromium, pytest.mark.django_db(transaction=True)]


def test_search_is_quick_to_use_and_readable_by_all(browser, live_server):
    make_person(slug="person", name_kk="Мәсімов Кәрім")
    article = make_article(title_kk="Мәслихат сайлауы", lead_kk="Қала мәслихаты туралы")
    index_articles([article.pk])
    looks = ((360, "light"), (1280, "dark"))

    with watched_page(browser, live_server.url, viewport={"width": 1280, "height": 900}) as (page, trouble):
        page.goto("/about/")
        page.fill("#site-search", "mäs")
        options = page.locator(".site-search [role=option]")
        options.nth(1).wait_for()
        suggested = options.all_text_contents()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        found = {"suggestions": faults(page, (1280, "light"))}
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/news/{article.pk}-*/")
        for path in (
            "/search/",
            "/search/?q=мәслихат&kind=news",
            "/search/?q=маслехат&kind=x",
            "/kk-arab/search/?q=maslihat",
        ):
            page.goto(path)
            found[path] = faults(page, *looks)
        marked = page.locator("mark").count()

    assert suggested == ["Мәсімов Кәрім", "Мәслихат сайлауы"]
    assert {path: each for path, each in found.items() if each} == {}
    assert marked == 2
    assert trouble == []


def test_search_works_without_scripts(browser, live_server):
    make_person(slug="person", name_kk="Мәсімов Кәрім")
    article = make_article(title_kk="Мәслихат сайлауы")
    index_articles([article.pk])

    with watched_page(browser, live_server.url, java_script_enabled=False) as (page, _):
        page.goto("/")
        page.fill("#site-search", "мәслихаттың")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/**")
        titles = page.locator("h2 a mark").all_text_contents()
        offered = page.locator("datalist option").all_text_contents()

    assert titles == ["Мәслихат"]
    assert "Мәсімов Кәрім" in offered
