"""Two people in two windows at one article: what comes together by itself, and what the page of a conflict asks."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect

from news.editorial import revisions
from news.models import Article
from tests.support.browser import needs_chromium, violations, wait_for_the_editor, watched_page
from tests.support.factories import make_article, make_user

pytestmark = [needs_chromium, pytest.mark.django_db(transaction=True)]

WRITER = ["news.add_article", "news.change_article", "news.view_article"]
CHIEF = [*WRITER, "news.publish_article", "news.delete_article"]
BODY = "<p>Бірінші абзац.</p><p>Екінші абзац.</p><p>Үшінші абзац.</p>"
SHOTS = os.environ.get("CONFLICT_SHOTS", "")
"""A folder for pictures of the page of a conflict, to look at."""


@pytest.fixture
def article():
    return make_article(status="draft", publish_at=None, title_kk="Тақырып", lead_kk="Лид", body_kk=BODY)


@pytest.fixture
def open_window(browser, live_server, client):
    """Opens a form of the admin, in English, in a window of a person's own."""
    with ExitStack() as contexts:

        def open_page(path, user, **options):
            client.cookies.clear()
            client.force_login(user)
            page, page.trouble = contexts.enter_context(watched_page(browser, live_server.url, **options))
            cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": "en"}
            page.context.add_cookies(
                [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
            )
            page.goto(path)
            wait_for_the_editor(page)
            return page

        yield open_page


def form_of(article):
    return f"/admin/news/article/{article.pk}/change/"


def press(page, name="_continue"):
    with page.expect_navigation():
        page.locator(f'[name="{name}"]').first.click()


def write_after(page, paragraph, text):
    """Types at the end of one paragraph of the Kazakh text."""
    place = page.locator("#language-kk .ProseMirror p, .language-kk .ProseMirror p").nth(paragraph)
    place.click()
    page.keyboard.press("End")
    page.keyboard.type(text)


def newest(article):
    return revisions.latest(article).content


def test_different_fields_and_different_paragraphs_come_together(open_window, article):
    first = open_window(form_of(article), make_user(*WRITER))
    second = open_window(form_of(article), make_user(*WRITER))
    first.fill('[name="title_kk"]', "Жаңа тақырып")
    write_after(first, 0, " Біріншінің сөзі.")
    second.fill('[name="lead_kk"]', "Жаңа лид")
    write_after(second, 2, " Екіншінің сөзі.")

    press(first)
    press(second)

    text = newest(article)
    assert text["title_kk"] == "Жаңа тақырып"
    assert text["lead_kk"] == "Жаңа лид"
    assert text["body_kk"] == (
        "<p>Бірінші абзац. Біріншінің сөзі.</p><p>Екінші абзац.</p><p>Үшінші абзац. Екіншінің сөзі.</p>"
    )
    expect(second.locator(".messagelist")).to_contain_text("the text has their changes and yours")
    assert first.trouble == []
    assert second.trouble == []


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        ("theirs", "<p>Екінші абзац. Олай.</p>"),
        ("mine", "<p>Екінші абзац. Бұлай.</p>"),
        ("both", "<p>Екінші абзац. Олай.</p><p>Екінші абзац. Бұлай.</p>"),
    ],
)
def test_same_sentence_is_shown_from_both_sides_with_nothing_chosen(open_window, article, choice, kept):
    first = open_window(form_of(article), make_user(*WRITER, username="aigul"))
    second = open_window(form_of(article), make_user(*WRITER))
    write_after(first, 1, " Олай.")
    write_after(second, 1, " Бұлай.")
    press(first)
    press(second)

    conflict = second.locator("fieldset.conflict")
    expect(conflict).to_have_count(1)
    assert conflict.locator("input:checked").count() == 0
    assert conflict.locator("mark").all_inner_texts() == ["Олай.", "Бұлай."]
    expect(conflict).to_contain_text("aigul")
    assert violations(second) == []
    if SHOTS:
        for width in (360, 1280):
            second.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                second.emulate_media(color_scheme=scheme)
                second.screenshot(path=Path(SHOTS) / f"conflict-{width}-{scheme}.png", full_page=width == 360)
    conflict.locator(f'input[value="{choice}"]').check()
    press(second)

    assert newest(article)["body_kk"] == f"<p>Бірінші абзац.</p>{kept}<p>Үшінші абзац.</p>"
    assert second.trouble == []


def test_third_save_while_the_page_is_open_is_asked_about_again(open_window, article):
    colleague = make_user(*WRITER)
    page = open_window(form_of(article), make_user(*WRITER))
    page.fill('[name="title_kk"]', "Менікі")
    revisions.save(article, {"title_kk": "Бірінші"}, by=colleague)
    press(page)
    page.locator('fieldset.conflict input[value="mine"]').check()
    revisions.save(article, {"title_kk": "Екінші"}, by=colleague)

    press(page)

    expect(page.locator("fieldset.conflict")).to_contain_text("Екінші")
    assert page.locator("fieldset.conflict input:checked").count() == 0
    assert newest(article)["title_kk"] == "Екінші"
    page.locator('fieldset.conflict input[value="mine"]').check()
    press(page)
    assert newest(article)["title_kk"] == "Менікі"
    assert revisions.latest(article).overrides.content["title_kk"] == "Екінші"


def test_two_tabs_of_one_person_are_like_two_people(open_window, article):
    person = make_user(*WRITER)
    first = open_window(form_of(article), person)
    second = first.context.new_page()
    second.goto(form_of(article))
    wait_for_the_editor(second)
    first.fill('[name="title_kk"]', "Бірінші терезеде")
    second.fill('[name="title_kk"]', "Екінші терезеде")
    second.fill('[name="lead_kk"]', "Екінші терезенің лиді")
    press(first)

    press(second)

    expect(second.locator("fieldset.conflict")).to_have_count(1)
    assert newest(article)["title_kk"] == "Бірінші терезеде"
    aside = article.revisions.get(is_set_aside=True)
    assert aside.content["title_kk"] == "Екінші терезеде"
    assert aside.content["lead_kk"] == "Екінші терезенің лиді"


def test_publish_on_a_stale_form_shows_what_is_newer_first(open_window, article):
    chief = open_window(form_of(article), make_user(*CHIEF))
    revisions.save(article, {"title_kk": "Оқылмаған"}, by=make_user(*WRITER, username="aigul"))

    press(chief, "_publish")

    article = Article.objects.get(pk=article.pk)
    assert article.status == "draft"
    message = chief.locator(".messagelist .error")
    expect(message).to_contain_text("aigul saved a newer text at")
    message.locator("a").click()
    expect(chief.locator("dl.differences ins")).to_contain_text("Оқылмаған")
    chief.goto(form_of(article))
    press(chief, "_publish")
    assert Article.objects.get(pk=article.pk).title_kk == "Оқылмаған"
    assert Article.objects.get(pk=article.pk).status == "approved"
