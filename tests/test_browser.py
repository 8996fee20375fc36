"""The public pages in a real Chromium: readable by all, whole without scripts, quiet on the network."""

import pytest
from django.utils import timezone
from django.utils.translation import override

from news.models import DailyHits
from rates.models import Currency
from tests.support.browser import faults, needs_chromium, watched_page
from tests.support.factories import make_article, make_image, make_person, make_rate, make_source, make_topic

pytestmark = [pytest.mark.once, needs_chromium, pytest.mark.django_db(transaction=True)]

BODY = (
    "<p>Отырыста заң жобасы қаралды.</p><h2>Күн тәртібі</h2><ul><li>бюджет</li><li>өңірлер</li></ul>"
    "<blockquote><p>«Қуатты өңірлер – елдің драйвері»</p><p><cite>Комитет хатшысы</cite></p></blockquote>"
    "<table><thead><tr><th>Жыл</th><th>Сома</th></tr></thead><tbody><tr><td>2026</td><td>12,5</td></tr></tbody></table>"
    '<p><a href="https://example.org/">Сілтеме</a></p>'
)
LONG = "Мемлекеттік-жекешелік әріптестіктің заңнамалық қамтамасыз етілуін жетілдіру мәселелері жөніндегі " * 2


@pytest.fixture
def paths() -> list[str]:
    """A site with something of everything; the address of each kind of page in each language."""
    ended = make_source(slug="senat", active_until="2026-06-30", site_url="https://senate.example/")
    ended.successor = make_source(slug="quryltai")
    ended.save()
    topic, person = make_topic(slug="budget"), make_person(slug="person", photograph=make_image())
    texts = {
        f"{field}_{code}": value for code in ("kk", "ru", "en") for field, value in (("body", BODY), ("lead", LONG))
    }
    whole = {"source": ended, "topics": [topic], "people": [person], **texts}
    article = make_article("kk ru en", cover=make_image(), dateline_kk="Астана", byline_kk="Баспасөз қызметі", **whole)
    make_article("kk ru en", title_kk=LONG, title_ru=LONG, title_en=LONG, **whole)
    make_article("kk", **whole)
    DailyHits.objects.create(article=article, edition="kk", day=timezone.localdate(), count=5)
    for code in ("USD", "EUR", "RUB"):
        make_rate(code, timezone.localdate(), "472.31", change="-1.90")
    Currency.objects.update(in_widget=True)
    now = timezone.localtime()
    plain = ["/", "/news/", "/sources/senat/", "/topics/budget/", "/people/person/", "/archive/", "/rates/", "/about/"]
    plain += [f"/archive/{now.year}/{now.month}/", "/privacy/", "/missing/"]
    addresses = list(plain)
    for code in ("kk", "ru", "en"):
        with override(code):
            addresses.append(article.get_absolute_url())
    return [*addresses, *(f"/ru{path}" for path in plain[:1]), *(f"/en{path}" for path in plain[:1])]


def test_pages_pass_wcag_and_stay_inside_the_screen(browser, live_server, paths):
    found = {}
    with watched_page(browser, live_server.url) as (page, trouble):
        for path in paths:
            page.goto(path)
            found[path] = faults(page, (360, "light"), (1280, "dark"))

    assert {path: each for path, each in found.items() if each} == {}
    assert [each for each in trouble if "404" not in each] == []


def test_arabic_letters_pass_wcag_stay_inside_the_screen_and_have_their_font(browser, live_server, paths):
    found = {}
    with watched_page(browser, live_server.url) as (page, trouble):
        for path in paths:
            if path.startswith(("/ru/", "/en/")):
                continue
            page.goto(f"/kk-arab{path}")
            found[path] = faults(page, (360, "light"), (1280, "dark"))
            if page.evaluate("document.body.getBoundingClientRect().left < 0"):
                found[path].append("begins outside of the screen")
        fonts = page.evaluate("[...document.fonts].filter(each => each.status == 'loaded').map(each => each.family)")

    assert {path: each for path, each in found.items() if each} == {}
    assert len(found) > 9
    assert "Noto Naskh" in {family.strip('"') for family in fonts}
    assert [each for each in trouble if "404" not in each] == []


def test_article_is_whole_without_scripts(browser, live_server, paths):
    path = next(path for path in paths if path.startswith("/news/") and len(path) > 6)

    with watched_page(browser, live_server.url, java_script_enabled=False) as (page, trouble):
        page.goto(path)
        parts = [
            page.locator(part).first.is_visible() for part in ("h1", ".prose", ".cover img", ".share a", ".menu a")
        ]
        hidden = page.locator("[data-copy], [data-print]").evaluate_all("all => all.map(one => one.checkVisibility())")

    assert parts == [True] * 5
    assert hidden == [False, False]
    assert trouble == []


def test_every_link_is_reached_by_keyboard_with_a_visible_focus(browser, live_server, paths):
    path = next(path for path in paths if path.startswith("/news/") and len(path) > 6)

    with watched_page(browser, live_server.url, viewport={"width": 360, "height": 800}) as (page, _):
        page.goto(path)
        wanted = page.locator("a[href]:visible, button:visible").count()
        reached = []
        for _step in range(wanted):
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate(
                    "[document.activeElement.outerHTML, getComputedStyle(document.activeElement).outlineStyle,"
                    " document.activeElement.checkVisibility()]"
                )
            )

    assert reached[0][0].startswith('<a class="skip"')
    assert len({html for html, _, _ in reached}) == len({html for html, _, _ in reached if html})
    assert [html for html, outline, visible in reached if outline == "none" or not visible] == []


def test_nothing_moves_while_a_page_loads(browser, live_server, paths):
    script = """() => new Promise(done => {
        let sum = 0;
        new PerformanceObserver(list => { for (const each of list.getEntries()) sum += each.value })
            .observe({type: "layout-shift", buffered: true});
        setTimeout(() => done(sum), 700);
    })"""
    article = next(path for path in paths if path.startswith("/news/") and len(path) > 6)
    shifts = {}
    with watched_page(browser, live_server.url, viewport={"width": 360, "height": 800}) as (page, _):
        for path in ("/", article):
            page.goto(path)
            shifts[path] = page.evaluate(script)

    assert {path: shift for path, shift in shifts.items() if shift > 0.01} == {}


def test_copy_button_copies_the_public_address(browser, live_server, paths, settings):
    path = next(path for path in paths if path.startswith("/news/") and len(path) > 6)

    with watched_page(browser, live_server.url, permissions=["clipboard-read", "clipboard-write"]) as (page, _):
        page.goto(path)
        page.locator("[data-copy]").click()
        page.wait_for_function(
            "document.querySelector('[data-copy]').textContent == document.querySelector('[data-copy]').dataset.done"
        )
        copied = page.evaluate("navigator.clipboard.readText()")

    assert copied == settings.SITE_URL + path


def test_article_on_paper_bears_its_address_and_nothing_to_click(browser, live_server, paths, settings):
    path = next(path for path in paths if path.startswith("/news/") and len(path) > 6)

    with watched_page(browser, live_server.url) as (page, _):
        page.goto(path)
        on_screen = page.locator(".print-address").is_visible()
        page.emulate_media(media="print")
        on_paper = page.locator(".print-address").filter(visible=True).all_inner_texts()
        controls = page.locator("nav, button, .share, .related, .topbar, .footer").evaluate_all(
            "all => all.filter(one => one.checkVisibility()).map(one => one.outerHTML)"
        )

    assert on_screen is False
    assert on_paper == [settings.SITE_URL + path]
    assert controls == []
