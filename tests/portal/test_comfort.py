"""What readers choose for their eyes holds on every page of every edition, in their browser alone."""

import pytest

from portal.views import COMFORT
from tests.support.browser import needs_chromium, violations, watched_page
from tests.support.factories import make_article, make_image

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]

CHOSEN = {
    "scheme": "dark",
    "size": "huge",
    "spacing": "wide",
    "contrast": "strong",
    "pictures": "none",
    "motion": "none",
}


@needs_chromium
def test_choices_hold_over_pages_and_editions_until_they_are_taken_back(browser, live_server):
    make_article("kk ru en", cover=make_image())
    with watched_page(browser, live_server.url, viewport={"width": 360, "height": 800}) as (page, trouble):
        page.goto("/accessibility/")
        for name, value in CHOSEN.items():
            page.locator(f"[name={name}][value={value}]").check()
        seen = []
        for path in ("/", "/ru/accessibility/", "/kk-arab/"):
            page.goto(path)
            seen.append((page.evaluate("({...document.documentElement.dataset})"), violations(page)))
        looks = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, document.querySelector('picture').checkVisibility()]"
        )
        is_too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        cookies = page.context.cookies()
        page.goto("/accessibility/")
        page.locator("[type=reset]").click()
        page.goto("/")
        left = page.evaluate("({...document.documentElement.dataset})")

    assert seen == [(CHOSEN, [])] * 3
    assert looks == ["rgb(0, 0, 0)", False]
    assert not is_too_wide
    assert (left, cookies, trouble) == ({}, [], [])


def test_page_offers_what_the_style_sheet_knows(settings):
    sheet = (settings.BASE_DIR / "static/css/comfort.css").read_text()
    values = {f'[data-{name}="{value}"]' for name, _label, choices in COMFORT for value, _text in choices if value}

    assert {each for each in values if each not in sheet} == set()
