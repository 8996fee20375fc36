"""Nothing typed is lost: the form of an article in a real browser, with everything that may go wrong around it."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from news.editorial import autosave, revisions
from news.models import Article, Autosave
from portal.models import Session
from tests.support.browser import needs_chromium, violations, wait_for_the_editor, watched_page
from tests.support.factories import make_article, make_image, make_topic, make_user

pytestmark = [pytest.mark.once, needs_chromium, pytest.mark.django_db(transaction=True)]

WRITER = ["news.add_article", "news.change_article", "news.view_article"]
ADD = "/admin/news/article/add/"
FOUND = "You typed text here and did not save it:"


@pytest.fixture
def open_desk(browser, live_server, client):
    """Opens a page of the admin in English in a browser of its own; `trouble` is what should not have happened."""
    with ExitStack() as contexts:

        def open_page(path, user, editor=True, **options):
            client.cookies.clear()  # or the next person would end the session of the one before
            client.force_login(user)
            page, page.trouble = contexts.enter_context(watched_page(browser, live_server.url, **options))
            cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": "en"}
            page.context.add_cookies(
                [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
            )
            if editor:
                open_form(page, path)
            else:
                page.goto(path)
            return page

        yield open_page


@pytest.fixture
def article():
    return make_article(status="draft", publish_at=None, title_kk="Тақырып", body_kk="<p>Мәтін</p>")


@pytest.fixture
def writer():
    return make_user(*WRITER, username="aigul", password="right")


def change(article):
    return f"/admin/news/article/{article.pk}/change/"


def open_form(page, path):
    page.goto(path)
    wait_for_the_editor(page)
    wait_for_the_page_to_ask(page)


def wait_for_the_page_to_ask(page):
    """It has asked the server what was kept, offered that, and told that it is open."""
    asked = "performance.getEntriesByType('resource').filter((each) => each.name.endsWith('/autosave/'))"
    page.wait_for_function(f"() => {asked}.length >= 2")


def write(page, title, text):
    """As a person does; the text goes into the rich text editor."""
    page.locator("#id_title_kk").fill(title)
    page.get_by_role("textbox", name="Text:").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def wait_for_the_browser_to_keep(page, title):
    page.wait_for_function("title => Object.values(localStorage).some((kept) => kept.includes(title))", arg=title)


def wait_for_the_server_to_keep(page, title):
    for _ in range(100):
        if Autosave.objects.filter(content__title_kk=title).exists():
            return
        page.wait_for_timeout(100)
    raise AssertionError("The server has not been told.")


def take_back(page):
    expect(page.get_by_text(FOUND)).to_be_visible()
    page.get_by_role("button", name="Take it back").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your text is back in the form. It is not saved yet.")).to_be_focused()


def sign_in(page):
    page.locator("#id_username").fill("aigul")
    page.locator("#id_password").fill("right")
    page.locator("#login-form [type=submit]").click()


def save(page):
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    wait_for_the_page_to_ask(page)


def saved(article):
    content = revisions.latest(article).content
    return content["title_kk"], content["body_kk"]


def test_reload_keeps_what_was_typed_and_saving_it_ends_the_offer(open_desk, article, writer):
    page = open_desk(change(article), writer)
    write(page, "Жаңа тақырып", " жалғасы")

    page.reload()  # at once: the page keeps it while it is being left
    take_back(page)
    expect(page.locator(".ProseMirror").first).to_have_text("Мәтін жалғасы")
    save(page)
    open_form(page, change(article))

    expect(page.get_by_text(FOUND)).to_have_count(0)
    assert saved(article) == ("Жаңа тақырып", "<p>Мәтін жалғасы</p>")
    assert page.evaluate("Object.keys(localStorage).filter((slot) => slot.startsWith('autosaves/'))") == []
    assert page.trouble == []


def test_choices_ticks_and_dates_come_back_as_well(open_desk, article):
    topic = make_topic(name_kk="Бюджет", name_ru="Бюджет", name_en="Budget")
    page = open_desk(change(article), make_user(*WRITER, "news.view_topic"))

    page.locator("#id_kind").select_option("speech")
    page.locator("#id_pinned").check()
    page.locator("#id_publish_at_0").fill("2026-12-16")
    page.locator("#id_publish_at_1").fill("09:00:00")
    page.get_by_role("searchbox", name="Topics:").click()
    page.keyboard.type("Budg")
    page.get_by_role("option", name="Budget").click()
    page.reload()
    take_back(page)
    save(page)

    content = revisions.latest(article).content
    assert {name: content[name] for name in ("kind", "pinned", "publish_at", "topics")} == {
        "kind": "speech",
        "pinned": True,
        "publish_at": "2026-12-16T09:00:00+05:00",
        "topics": [topic.pk],
    }


def test_what_is_typed_while_a_save_is_on_its_way_is_offered_after_it(open_desk, article, writer):
    page = open_desk(change(article), writer)
    page.route(f"**{change(article)}", lambda route: None)  # the server takes its time

    page.locator("#id_title_kk").fill("Сақталған")
    page.evaluate("document.querySelector('#article_form').requestSubmit(document.querySelector('[name=_continue]'))")
    page.keyboard.press("Control+A")
    page.keyboard.type("Кейін терілген")
    page.unroute(f"**{change(article)}")  # and answers
    expect(page.get_by_text(FOUND)).to_be_visible(timeout=10_000)
    take_back(page)

    assert saved(article)[0] == "Сақталған"
    assert page.locator("#id_title_kk").input_value() == "Кейін терілген"


def test_new_article_is_offered_in_another_browser(open_desk, writer):
    page = open_desk(ADD, writer)
    write(page, "Жаңа мақала", "Мәтіні")
    wait_for_the_server_to_keep(page, "Жаңа мақала")

    other = open_desk(ADD, writer)
    take_back(other)
    expect(other.locator(".ProseMirror").first).to_have_text("Мәтіні")

    assert other.locator("#id_title_kk").input_value() == "Жаңа мақала"
    assert page.trouble == []
    assert other.trouble == []


def test_text_thrown_away_is_not_offered_again(open_desk, article, writer):
    page = open_desk(change(article), writer)
    page.locator("#id_title_kk").fill("Керексіз")
    page.reload()

    assert violations(page) == []
    with page.expect_response(lambda response: response.request.method == "DELETE"):
        page.get_by_role("button", name="Throw it away").click()
    open_form(page, change(article))

    expect(page.get_by_text(FOUND)).to_have_count(0)
    assert (page.locator("#id_title_kk").input_value(), list(autosave.unsaved_texts(writer))) == ("Тақырып", [])


@pytest.mark.parametrize("fault", ["abort", "error"])
def test_save_that_fails_loses_nothing(open_desk, article, writer, fault):
    page = open_desk(change(article), writer)

    def answer(route):
        route.abort() if fault == "abort" else route.fulfill(status=500, body="Server error")

    page.route("**/*", answer)
    write(page, "Жаңа тақырып", " жалғасы")
    page.get_by_role("button", name="Save and continue editing").first.click(no_wait_after=True)
    page.wait_for_timeout(300)
    page.unroute("**/*")
    assert saved(article) == ("Тақырып", "<p>Мәтін</p>")
    open_form(page, change(article))
    take_back(page)
    save(page)

    assert saved(article) == ("Жаңа тақырып", "<p>Мәтін жалғасы</p>")


def test_editor_is_told_when_the_server_does_not_answer_and_when_it_does_again(open_desk, article, writer):
    page = open_desk(change(article), writer)
    page.route("**/autosave/", lambda route: route.abort())

    page.locator("#id_title_kk").fill("Жаңа тақырып")
    told = page.get_by_text("The server does not answer; your text is kept on this computer.")
    expect(told).to_be_visible()
    page.unroute("**/autosave/")

    expect(told).to_have_count(0, timeout=10_000)
    wait_for_the_server_to_keep(page, "Жаңа тақырып")


def test_expired_session_loses_nothing(open_desk, article, writer):
    page = open_desk(change(article), writer)

    Session.objects.all().delete()
    write(page, "Жаңа тақырып", " жалғасы")
    expect(page.get_by_text("You have been signed out; your text is kept on this computer.")).to_be_visible()
    assert page.get_by_role("link", name="Sign in again in another tab").get_attribute("target") == "_blank"
    page.get_by_role("button", name="Save and continue editing").first.click()
    sign_in(page)
    take_back(page)
    save(page)

    assert saved(article) == ("Жаңа тақырып", "<p>Мәтін жалғасы</p>")
    assert page.trouble == []


def test_signing_in_again_in_another_tab_lets_the_first_one_save(open_desk, article, writer):
    page = open_desk(change(article), writer)
    Session.objects.all().delete()
    write(page, "Жаңа тақырып", " жалғасы")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again in another tab").click()
    sign_in(opened.value)
    opened.value.wait_for_url("**/admin/")
    page.bring_to_front()
    save(page)

    assert saved(article) == ("Жаңа тақырып", "<p>Мәтін жалғасы</p>")


def test_text_taken_back_is_merged_with_what_others_saved_since(open_desk, article, writer):
    page = open_desk(change(article), writer)
    page.locator("#id_title_kk").fill("Жаңа тақырып")
    wait_for_the_browser_to_keep(page, "Жаңа тақырып")
    revisions.save(
        article,
        revisions.latest(article).content | {"title_kk": "Әріптес жазды", "lead_kk": "Әріптестің түйіні"},
        by=make_user(*WRITER),
    )

    open_form(page, change(article))
    take_back(page)
    page.get_by_role("button", name="Save and continue editing").first.click()
    page.get_by_role("radio", name="Mine").check()  # both changed the title
    save(page)

    content = revisions.latest(article).content
    assert content["title_kk"] == "Жаңа тақырып"
    assert content["lead_kk"] == "Әріптестің түйіні"


def test_form_that_came_back_with_an_error_is_kept_and_offered_no_more_once_saved(open_desk, writer):
    article = make_article(status="draft", publish_at=None, title_kk="Тақырып")
    page = open_desk(change(article), writer)
    page.locator("#id_title_kk").evaluate("field => { field.value = 'а'.repeat(301) }")
    page.get_by_role("button", name="Save and continue editing").first.click()
    page.locator(".errornote").wait_for()
    page.reload()  # the browser sends the form once more
    page.locator(".errornote").wait_for()

    page.locator("#id_title_kk").fill("Қысқа")
    save(page)
    open_form(page, change(article))

    expect(page.get_by_text(FOUND)).to_have_count(0)
    assert Article.objects.get().title_kk == "Қысқа"


def test_two_people_see_each_others_names(open_desk, article):
    one = open_desk(change(article), make_user(*WRITER, first_name="Айгүл", last_name="Сәрсенова"))
    other = open_desk(change(article), make_user(*WRITER, first_name="Болат", last_name="Оспанов"))

    expect(other.get_by_text("Also here: Айгүл Сәрсенова")).to_be_visible()
    expect(one.get_by_text("Also here: Болат Оспанов")).to_be_visible(timeout=10_000)
    assert (violations(other), one.trouble, other.trouble) == ([], [], [])


def test_page_closed_six_tenths_of_a_second_after_the_last_key_has_its_text_on_the_server(open_desk, article, writer):
    page = open_desk(change(article), writer)
    write(page, "Жаңа тақырып", " жалғасы")

    page.wait_for_timeout(600)
    page.close()

    assert kept_texts(writer) == [{"title_kk": "Жаңа тақырып", "body_kk": "<p>Мәтін жалғасы</p>"}]


def test_page_closed_at_once_has_its_text_on_the_server(open_desk, article, writer):
    page = open_desk(change(article), writer)
    other = page.context.new_page()  # or the browser would close with the page
    page.locator("#id_title_kk").fill("Жаңа тақырып")

    page.close(run_before_unload=True)

    wait_for_the_server_to_keep(other, "Жаңа тақырып")
    assert kept_texts(writer) == [{"title_kk": "Жаңа тақырып"}]


def test_two_tabs_keep_a_text_each_and_both_can_be_looked_at(open_desk, article, writer):
    first = open_desk(change(article), writer)
    second = first.context.new_page()
    open_form(second, change(article))
    first.locator("#id_title_kk").fill("Бірінші")
    wait_for_the_server_to_keep(first, "Бірінші")
    second.locator("#id_title_kk").fill("Екінші")
    wait_for_the_server_to_keep(second, "Екінші")
    first.close()
    second.close()

    page = open_desk(change(article), writer)
    offer = page.locator('[data-place="offer"]')
    expect(offer.locator(".excerpt")).to_have_text("Екінші")
    offer.get_by_role("button", name="Look at another one (1)").click()
    expect(offer.locator(".excerpt")).to_have_text("Бірінші")
    take_back(page)

    assert page.locator("#id_title_kk").input_value() == "Бірінші"
    expect(offer.locator(".excerpt")).to_have_text("Екінші")
    assert (violations(page), page.trouble) == ([], [])


def test_text_thrown_away_in_another_tab_stays_with_the_tab_that_types_it(open_desk, article, writer):
    first = open_desk(change(article), writer)
    first.locator("#id_title_kk").fill("Бірінші")
    wait_for_the_server_to_keep(first, "Бірінші")
    second = first.context.new_page()
    open_form(second, change(article))
    with second.expect_response(lambda response: response.request.method == "DELETE"):
        second.get_by_role("button", name="Throw it away").click()

    first.locator("#id_title_kk").fill("Бірінші, жалғасы")

    wait_for_the_server_to_keep(first, "Бірінші, жалғасы")


def test_alternative_text_of_a_picture_is_kept_and_taken_back(open_desk):
    image = make_image()
    address = f"/admin/news/image/{image.pk}/change/"
    user = make_user("news.view_image", "news.change_image")
    page = open_desk("/admin/", user, editor=False)
    page.goto(address)
    wait_for_the_page_to_ask(page)
    page.locator("#id_alt_kk").fill("Мәжіліс залы")
    page.wait_for_timeout(600)
    page.goto(address)
    take_back(page)
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()

    image.refresh_from_db()
    assert image.alt_kk == "Мәжіліс залы"
    assert kept_texts(user) == []
    assert page.trouble == []


def test_desk_offers_a_new_article_and_brings_it_back_or_throws_it_away(open_desk, writer):
    page = open_desk(ADD, writer)
    write(page, "Бірінші мақала", "Мәтіні")
    wait_for_the_server_to_keep(page, "Бірінші мақала")
    open_form(page, ADD)
    page.locator("#id_title_kk").fill("Екінші мақала")
    wait_for_the_server_to_keep(page, "Екінші мақала")

    page.goto("/admin/")
    piece = page.get_by_role("region", name="Continue writing")
    expect(piece.get_by_role("link")).to_have_text(["Екінші мақала", "Бірінші мақала"])
    assert violations(page) == []
    piece.get_by_role("link", name="Бірінші мақала").click()
    expect(page.get_by_text("Your text is back in the form. It is not saved yet.")).to_be_visible()
    assert page.locator("#id_title_kk").input_value() == "Бірінші мақала"
    expect(page.locator(".ProseMirror").first).to_have_text("Мәтіні")

    page.goto("/admin/")
    piece.get_by_role("button", name="Throw it away: Екінші мақала").click()
    expect(page.get_by_text("The unsaved text has been thrown away.")).to_be_visible()
    expect(piece.get_by_role("link")).to_have_text(["Бірінші мақала"])
    assert page.trouble == []


def kept_texts(user):
    return [text.content for text in autosave.unsaved_texts(user)]
