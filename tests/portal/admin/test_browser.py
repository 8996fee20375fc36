"""The editors' side in a real browser: what only a browser can tell."""

from contextlib import ExitStack

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from news.editorial import revisions
from news.models import Article, Image, TranslatorLanguage
from tests.support.browser import faults, needs_chromium, violations, wait_for_the_editor, watched_page
from tests.support.factories import (
    make_article,
    make_image,
    make_person,
    make_picture,
    make_rate,
    make_source,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.once, needs_chromium, pytest.mark.django_db(transaction=True)]

EVERYTHING = [
    *(
        f"news.{action}_{model}"
        for model in ("article", "image", "topic", "person", "source")
        for action in ("add", "change", "delete", "view")
    ),
    "news.publish_article",
]


@pytest.fixture
def open_desk(browser, live_server, client):
    """Opens a page of the admin in English, as a chief editor if nobody is given; `trouble` should stay empty."""
    with ExitStack() as contexts:

        def open_page(path, user=None, **options):
            client.force_login(user or make_user(*EVERYTHING))
            page, page.trouble = contexts.enter_context(watched_page(browser, live_server.url, **options))
            cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": "en"}
            page.context.add_cookies(
                [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
            )
            page.goto(path)
            return page

        yield open_page


def change(article):
    return f"/admin/news/article/{article.pk}/change/"


def save(page):
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.wait_for_load_state()


def test_text_is_written_and_formatted_without_a_content_policy_report(open_desk):
    article = make_article(status="draft", body_kk="")
    page = open_desk(change(article))

    wait_for_the_editor(page)
    text = page.get_by_role("textbox", name="Text:")
    text.click()
    page.keyboard.type("Сенат отырысы")
    page.keyboard.press("Control+A")
    page.get_by_role("toolbar", name="Formatting").get_by_role("button", name="Bold").click()
    save(page)

    article.refresh_from_db()
    assert article.body_kk == "<p><strong>Сенат отырысы</strong></p>"
    assert page.trouble == []


def test_content_policy_would_report_a_style_element(open_desk):
    """Without this the test above could not fail."""
    page = open_desk(change(make_article()))

    page.evaluate("document.head.append(Object.assign(document.createElement('style'), {textContent: 'a {}'}))")

    assert len(page.trouble) == 1


def test_text_opened_and_saved_again_is_the_same(open_desk):
    body = (
        '<h2>Тақырыпша</h2><p>Мәтін <em>мен</em> <a href="/news/">сілтеме</a></p>'
        "<blockquote><p>Дәйексөз</p><p><cite>Депутат</cite></p></blockquote><hr>"
        "<table><tbody><tr><th>А</th><td>1</td></tr></tbody></table>"
    )
    article = make_article(body_kk=body)
    page = open_desk(change(article))

    wait_for_the_editor(page)
    page.get_by_role("textbox", name="Text:").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("!")
    page.keyboard.press("Backspace")
    save(page)

    article.refresh_from_db()
    assert article.body_kk == body
    assert page.trouble == []


def test_toolbar_is_one_stop_of_the_tab_key_and_walked_by_arrows(open_desk):
    page = open_desk(change(make_article()))

    buttons = page.get_by_role("toolbar", name="Formatting").first.get_by_role("button")
    buttons.first.focus()
    page.keyboard.press("ArrowRight")

    expect(buttons.nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Text:")).to_be_focused()


def test_language_tabs_show_one_language_and_what_is_written_in_each(open_desk):
    page = open_desk(change(make_article("kk ru", body_ru="")))

    tabs = page.get_by_role("tab")

    assert tabs.all_inner_texts() == ["Қазақша\nwritten", "Русский\nbegun", "English\nempty"]
    expect(page.get_by_role("tabpanel")).to_have_count(1)


def test_language_tabs_are_walked_by_arrows_and_follow_what_is_typed(open_desk):
    page = open_desk(change(make_article()))

    page.get_by_role("tab").first.focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("textbox", name="Title:").fill("The budget")

    expect(page.get_by_role("tab", selected=True)).to_have_text("Englishbegun")


def test_language_tabs_open_where_something_is_to_be_corrected(open_desk):
    page = open_desk(change(make_article("kk ru", status="draft")))

    page.get_by_role("tab").nth(1).click()
    page.locator("#id_title_ru").evaluate("field => { field.value = 'а'.repeat(301) }")
    page.get_by_role("tab").first.click()
    page.get_by_role("button", name="Save and continue editing").first.click()

    expect(page.get_by_role("tab", selected=True)).to_have_text("Русскийto be corrected")


def test_form_is_whole_without_javascript(open_desk):
    article = make_article(status="draft")
    page = open_desk(change(article), java_script_enabled=False)

    page.locator("#id_title_en").fill("The budget")
    page.locator("#id_body_en").fill("<p>Text</p>")
    page.get_by_role("button", name="Publish").first.click()

    article.refresh_from_db()
    assert article.title_en == "The budget"
    assert article.body_en == "<p>Text</p>"
    assert article.status == Article.Status.APPROVED


def test_desk_has_no_axe_violation_and_no_fault(open_desk):
    cover = make_image()
    topics, people, source = [make_topic()], [make_person(photograph=cover)], make_source()
    article = make_article(
        "kk ru en", cover=cover, topics=topics, people=people, status="draft", title_kk="Әңгіме " * 40
    )
    make_article("kk", cover=cover)
    page = open_desk("/admin/")
    paths = [
        "/admin/",
        "/admin/news/article/",
        "/admin/news/article/?kind__exact=news",
        "/admin/news/article/broken-links/",
        change(article),
        "/admin/news/article/add/",
        "/admin/news/image/",
        f"/admin/news/image/{cover.pk}/change/",
        f"/admin/news/source/{source.pk}/change/",
        f"/admin/news/person/{people[0].pk}/change/",
        "/admin/news/topic/",
        f"/admin/news/article/{article.pk}/history/",
        f"/admin/news/article/{article.pk}/delete/",
        "/admin/password_change/",
    ]

    found = {}
    for path in paths:
        page.goto(path)
        found[path] = faults(page, (1280, "light"), (768, "dark"))

    assert {path: each for path, each in found.items() if each} == {}
    assert page.trouble == []


def test_pages_for_administrators_have_no_axe_violation(open_desk):
    boss, rate = make_user(is_superuser=True), make_rate("USD", timezone.localdate())
    page = open_desk("/admin/portal/job/", user=boss)

    found = {}
    for path in (f"auth/user/{boss.pk}/change/", "auth/group/add/", "portal/job/", "rates/currency/"):
        page.goto(f"/admin/{path}")
        found[path] = faults(page, (768, "dark"))

    assert {path: each for path, each in found.items() if each} == {}
    assert page.get_by_role("link", name=rate.currency.code, exact=True).count() == 1
    assert page.trouble == []


def test_sign_in_has_no_axe_violation(browser, live_server):
    with watched_page(browser, live_server.url) as (page, trouble):
        page.goto("/admin/login/")

        assert faults(page, (1280, "light"), (360, "dark")) == []
        assert trouble == []


def test_form_of_an_article_is_whole_by_keyboard(open_desk):
    """Each thing that can be pressed or filled in gets the focus, in sight, and lets it go again."""
    page = open_desk(change(make_article("kk ru", cover=make_image(), topics=[make_topic()])))
    page.set_viewport_size({"width": 768, "height": 900})
    wait_for_the_editor(page)
    page.evaluate("() => document.fonts.ready")  # what scrolls gets the focus too

    stops = page.evaluate(STOPS)
    walked = []
    for _stop in stops:
        page.keyboard.press("Tab")
        walked.append(page.evaluate(STOP))

    assert len(stops) > 50
    assert sorted(walked, key=str) == sorted(([number, True] for number in range(len(stops))), key=str)


STOPS = """() => {
  const wanted = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]";
  const isSeen = (each) => each.tabIndex >= 0 && each.checkVisibility({ visibilityProperty: true });
  window.stops = [...document.querySelectorAll(wanted)].filter((each) => isSeen(each) && !each.matches(":disabled"));
  return window.stops.map((each) => each.outerHTML);
}"""
STOP = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const isInSight = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return [window.stops.includes(at) ? window.stops.indexOf(at) : at.outerHTML.slice(0, 300), isInSight];
}"""


# Roles


@pytest.mark.parametrize("languages", [[], ["ru"], ["kk", "ru", "en"]])
def test_translators_form_shows_what_they_read_and_what_they_write(open_desk, languages):
    article = make_article("kk ru", status="draft", body_kk="<p>Мәтін</p>" * 60)
    translator = make_user("news.translate_article", "news.view_article")
    for code in languages:
        TranslatorLanguage.objects.create(user=translator, language=code)

    page = open_desk(change(article), user=translator)

    tabs = [tab.split()[0] for tab in page.get_by_role("tab").all_inner_texts()]
    names = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
    assert tabs == [names[code] for code in languages]
    assert page.locator(".original-text").count() == 3 - len(languages)
    assert violations(page) == []
    assert page.trouble == []


def test_log_of_what_was_done_can_be_read_by_everyone_who_may(open_desk):
    page = open_desk("/admin/admin/logentry/", user=make_user("admin.view_logentry"))

    address = page.get_by_role("link", name="Download as CSV").get_attribute("href")

    assert address == "/admin/admin/logentry/csv/?"
    assert violations(page) == []
    assert page.trouble == []


def test_pages_beside_the_form_pass_wcag(open_desk):
    draft, approved = make_article(status="draft"), make_article(status="approved")
    content = revisions.latest(draft).content
    revisions.save(draft, content | {"title_kk": "Жаңа тақырып", "body_kk": "<p>Жаңа мәтін</p>"}, by=None)
    page = open_desk("/admin/")

    found = {}
    for path in (f"do/withdraw/?ids={approved.pk}", *(f"{draft.pk}/{each}/" for each in ("revisions/2", "history"))):
        page.goto(f"/admin/news/article/{path}")
        found[path] = faults(page, (1280, "light"), (768, "dark"))

    assert {path: each for path, each in found.items() if each} == {}
    assert page.trouble == []


def test_pictures_are_uploaded_pointed_at_and_placed(open_desk, tmp_path):
    (tmp_path / "hall.jpg").write_bytes(make_picture(600, 400, "JPEG"))
    (tmp_path / "notes.txt").write_text("text")
    article = make_article(status="draft", body_kk="")
    page = open_desk("/admin/news/image/")

    page.get_by_label("Upload pictures").set_input_files([tmp_path / "hall.jpg", tmp_path / "notes.txt"])
    expect(page.locator(".upload li").nth(0)).to_contain_text("is in the library")
    expect(page.locator(".upload li").nth(1)).to_contain_text("The file is not a picture")
    faulty = violations(page)
    page.get_by_role("link", name="hall.jpg").click()
    page.locator("[data-focal] img").click(position={"x": 60, "y": 40})
    page.keyboard.press("ArrowRight")
    faulty += violations(page)
    page.get_by_role("button", name="Save", exact=True).click()
    image = Image.objects.get()
    assert image.focus_x == 11
    assert image.focus_y == 10

    page.goto(change(article))
    page.get_by_role("button", name="Add pictures").click()
    page.locator(".chooser > ul button").click()
    wait_for_the_editor(page)
    page.get_by_role("textbox", name="Text:").click()
    page.get_by_role("button", name="Picture of the library").click()
    page.locator(".chooser > ul button").click()
    expect(page.locator(".ProseMirror figure img")).to_be_visible()
    save(page)

    article.refresh_from_db()
    placed = f'<figure data-image="{image.pk}"></figure>'
    assert article.gallery == [image.pk]
    assert article.body_kk == placed
    assert faulty == []
    assert page.trouble == []
