"""Explanations of terms in a real Chromium: by pointer, by keyboard, in the dark, from right to left, on paper."""

import pytest

from news.models import Term
from tests.support.browser import faults, needs_chromium, watched_page
from tests.support.factories import make_article

pytestmark = [pytest.mark.once, needs_chromium, pytest.mark.django_db(transaction=True)]


def test_term_is_explained_by_pointer_and_keyboard_in_both_directions(browser, live_server):
    Term.objects.create(
        name_kk="мәслихат", name_ru="маслихат", name_en="maslikhat", explanation_kk="Жергілікті өкілді орган."
    )
    article = make_article(body_kk="<p>Бүгін мәслихаттың отырысы өтті.</p>" * 2)
    address = article.get_absolute_url()

    with watched_page(browser, live_server.url, viewport={"width": 360, "height": 800}) as (page, trouble):
        page.goto(address)
        page.get_by_role("button", name="мәслихаттың: бұл не?").click()
        opened = page.locator(".explanation")
        seen = [opened.inner_text().split("\n\n"), page.locator(".explanation:popover-open").count()]
        box = opened.bounding_box()
        found = faults(page, (360, "light"), (1280, "dark"))
        page.keyboard.press("Escape")
        seen.append(opened.is_visible())
        page.get_by_role("button", name="мәслихаттың: бұл не?").focus()
        page.keyboard.press("Enter")
        seen.append(opened.is_visible())
        page.emulate_media(media="print")
        underlined = page.locator(".term").evaluate("element => getComputedStyle(element).textDecorationLine")
        page.emulate_media(media="screen")
        page.goto(f"/kk-arab{address}")
        page.locator(".term button").click()
        seen.append(opened.evaluate("element => getComputedStyle(element).direction"))
        found += faults(page, (360, "dark"))

    assert seen == [["Мәслихат", "Жергілікті өкілді орган."], 1, False, True, "rtl"]
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 360
    assert underlined == "none"
    assert found == []
    assert trouble == []
