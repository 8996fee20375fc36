"""The editors' side in a real browser: what only a browser can tell."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from news import revisions
from news.models import Article, TranslatorLanguage
from tests.browsing import chromium, needs_chromium, violations, watched_page
from tests.factories import make_article, make_image, make_person, make_source, make_topic, make_user

pytestmark = [needs_chromium, pytest.mark.django_db(transaction=True)]

EVERYTHING = [
    *(
        f"news.{action}_{model}"
        for model in ("article", "image", "topic", "person", "source")
        for action in ("add", "change", "delete", "view")
    ),
    "news.publish_article",
]


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


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
            page.wait_for_load_state("networkidle")
            return page

        yield open_page


def change(article):
    return f"/admin/news/article/{article.pk}/change/"


def test_text_is_written_and_formatted_without_a_content_policy_report(open_desk):
    article = make_article(status="draft", body_kk="")
    page = open_desk(change(article))

    text = page.get_by_role("textbox", name="Text:")
    text.click()
    page.keyboard.type("Сенат отырысы")
    page.keyboard.press("Control+A")
    page.get_by_role("toolbar", name="Formatting").get_by_role("button", name="Bold").click()
    page.get_by_role("button", name="Save and continue editing").first.click()
    page.wait_for_load_state("networkidle")

    article.refresh_from_db()
    assert (article.body_kk, page.trouble) == ("<p><strong>Сенат отырысы</strong></p>", [])


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

    page.get_by_role("textbox", name="Text:").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("!")
    page.keyboard.press("Backspace")
    page.get_by_role("button", name="Save and continue editing").first.click()
    page.wait_for_load_state("networkidle")

    article.refresh_from_db()
    assert (article.body_kk, page.trouble) == (body, [])


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
    assert (article.title_en, article.body_en, article.status) == ("The budget", "<p>Text</p>", Article.Status.APPROVED)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (768, "dark")])
def test_desk_has_no_axe_violation_and_no_fault(open_desk, width, scheme):
    cover = make_image()
    topics, people, source = [make_topic()], [make_person(photograph=cover)], make_source()
    article = make_article(
        "kk ru en", cover=cover, topics=topics, people=people, status="draft", title_kk="Әңгіме " * 40
    )
    make_article("kk", cover=cover)
    page = open_desk("/admin/", color_scheme=scheme, viewport={"width": width, "height": 900})
    paths = [
        "/admin/news/article/",
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

    found = {"/admin/": violations(page)}
    for path in paths:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found[path] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    assert {path: each for path, each in found.items() if each} == {}
    assert page.trouble == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sign_in_has_no_axe_violation(browser, live_server, scheme):
    with watched_page(browser, live_server.url, color_scheme=scheme) as (page, trouble):
        page.goto("/admin/login/")

        assert (violations(page), trouble) == ([], [])


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


@pytest.mark.parametrize("path", ["do/withdraw/?ids={pk}", "{pk}/revisions/2/", "{pk}/history/", "{pk}/delete/"])
@pytest.mark.parametrize("width", [1280, 768])
def test_pages_beside_the_form_pass_wcag(open_desk, path, width):
    article = make_article(status="approved" if "withdraw" in path else "draft")
    content = revisions.latest(article).content
    revisions.save(article, content | {"title_kk": "Жаңа тақырып", "body_kk": "<p>Жаңа мәтін</p>"}, by=None)

    page = open_desk(f"/admin/news/article/{path.format(pk=article.pk)}", viewport={"width": width, "height": 800})

    assert (violations(page), page.trouble) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
