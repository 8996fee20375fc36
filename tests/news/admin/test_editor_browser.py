"""Writing a text in a real browser: what the editor does with what is typed, chosen and pressed."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from news.content import internal_links
from news.editorial import revisions
from news.markup.sanitizer import sanitise
from tests.support.browser import needs_chromium, violations, watched_page
from tests.support.factories import make_article, make_person, make_user

pytestmark = [pytest.mark.once, needs_chromium, pytest.mark.django_db(transaction=True)]

WRITER = ["news.add_article", "news.change_article", "news.view_article"]
CHIEF = [*WRITER, "news.publish_article"]


@contextmanager
def opened(browser, live_server, client, article, *permissions, language="en", **options):
    """The form of an article; at the end nothing must have been reported."""
    client.force_login(make_user(*(permissions or WRITER)))
    with watched_page(browser, live_server.url, **options) as (page, trouble):
        cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": language}
        page.context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )
        page.goto(f"/admin/news/article/{article.pk}/change/")
        page.locator(".ProseMirror").last.wait_for(state="attached")
        yield page
        assert trouble == []


def draft(codes="kk", **fields):
    return make_article(codes, status="draft", publish_at=None, **fields)


def read_body(page, code="kk"):
    return page.locator(f"#id_body_{code}").input_value()


def until(page, act, condition):
    """Does it again until the editor has heard of it: it keeps a selection of its own for a moment after a dialog."""
    for _ in range(60):
        act()
        page.wait_for_timeout(60)
        if page.evaluate(
            f"(() => {{ const {{ editor }} = document.querySelector('.ProseMirror'); return {condition}; }})()"
        ):
            return
    raise AssertionError(condition)


def test_links_and_speakers_are_chosen_by_keyboard(browser, live_server, client):
    target = draft(title_kk="Бюджет туралы заң")
    make_person(name_kk="Айгүл Серік", office_kk="депутат")
    article = draft(body_kk="<p>Мынау заң</p><blockquote><p>Иә.</p></blockquote>")
    with opened(browser, live_server, client, article) as page:
        text = page.get_by_role("textbox", name="Text:")
        selected = "editor.state.selection.to - editor.state.selection.from === 3"
        text.locator("p").first.click()
        until(page, lambda: (page.keyboard.press("End"), page.keyboard.press("Shift+Control+ArrowLeft")), selected)
        page.keyboard.press("Control+k")
        dialog = page.get_by_role("dialog", name="Link")
        page.keyboard.type("бюджет")
        expect(dialog.get_by_role("status")).to_have_text("Found: 1")
        faults = violations(page)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(dialog).to_be_hidden()
        expect(text).to_be_focused()

        until(page, text.locator("blockquote p").click, "editor.isActive('blockquote')")
        page.keyboard.press("Control+Shift+y")
        dialog = page.get_by_role("dialog", name="Who is quoted")
        page.keyboard.type("Айгүл")
        expect(dialog.get_by_role("status")).to_have_text("Found: 1")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(text).to_be_focused()

        until(page, lambda: page.keyboard.press("Control+Home"), "editor.state.selection.head === 1")
        page.keyboard.press("Control+k")
        page.keyboard.type("тек сөз")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text="This is no address")).to_be_visible()
        page.get_by_role("dialog").get_by_role("textbox").fill("senate.parlam.kz/kk")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_hidden()
        page.get_by_role("button", name="Save and continue editing").first.click()
        expect(page.locator(".messagelist .success")).to_be_visible()

    assert faults == []
    assert revisions.latest(article).content["body_kk"] == (
        '<p><a href="https://senate.parlam.kz/kk" rel="noopener">https://senate.parlam.kz/kk</a>'
        f'Мынау <a href="{internal_links.address_of(target)}">заң</a></p>'
        "<blockquote><p>Иә.</p><p><cite>Айгүл Серік, депутат</cite></p></blockquote>"
    )


SET = """async (cases) => {
  const { set } = await import("/static/js/editor/typography.js");
  return cases.map(([language, text]) => set(text, language));
}"""
N = "\N{NO-BREAK SPACE}"
AS_TYPESET = [
    ("kk", '"Сенат" отырысы', "«Сенат» отырысы"),
    ("kk", 'Ол: "Мынау "Нұр" алаңы", – деді', f"Ол: «Мынау „Нұр“ алаңы»,{N}– деді"),
    ("ru", '("Да")', "(«Да»)"),
    ("ru", "“Да” и „нет“", "«Да» и „нет“"),
    ("ru", 'Экран 5"', 'Экран 5"'),
    ("ru", "Сенат - палата", f"Сенат{N}– палата"),
    ("ru", "Сенат – палата", f"Сенат{N}– палата"),
    ("ru", "кто-то 8-727-1", "кто-то 8-727-1"),
    ("ru", "- Да", "- Да"),
    ("kk", "47 депутат, 2024 жыл, 1 500 000 теңге", f"47{N}депутат, 2024 жыл, 1{N}500{N}000{N}теңге"),
    ("kk", "№ 5, А. Б. Серік", f"№{N}5, А.{N}Б.{N}Серік"),
    ("en", "\"It's 'new'\" - he said", f"“It’s ‘new’”{N}– he said"),
    ("en", "«Oui»", "«Oui»"),
]


def test_typography_counts_and_tables_while_one_writes(browser, live_server, client):
    table = "<table><tbody><tr><td>а</td><td>ә</td></tr></tbody></table>"
    article = draft("kk ru en", body_kk="", body_ru=table)
    with opened(browser, live_server, client, article) as page:
        assert page.evaluate(SET, [[language, text] for language, text, _set in AS_TYPESET]) == [
            expected for _language, _text, expected in AS_TYPESET
        ]

        page.get_by_role("textbox", name="Text:").click()
        page.keyboard.type('"Сенат" - ')
        set_for_them = read_body(page)
        page.keyboard.press("Control+z")
        undone = read_body(page)
        page.keyboard.type("иә")
        counted = page.locator(".editor-counts").first.inner_text()

        page.get_by_role("tab", name="Русский").click()
        text = page.get_by_role("textbox", name="Text:")
        text.locator("td").first.click(delay=60)
        page.wait_for_timeout(60)
        page.keyboard.press("Control+Alt+r")
        page.keyboard.press("Control+Alt+c")
        grown = text.locator("td").count()
        page.keyboard.press("Control+Alt+Shift+R")
        page.keyboard.press("Control+Alt+Shift+C")
        shrunk = text.locator("td").count()
        page.keyboard.press("Alt+F10")
        expect(page.get_by_role("toolbar").filter(visible=True).get_by_role("button").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(text).to_be_focused()

    assert set_for_them == "<p>«Сенат»&nbsp;– </p>"
    assert undone == "<p>«Сенат» - </p>"
    assert counted == "Words: 2 · Characters: 12"
    assert grown == 6
    assert shrunk == 2


def test_keys_save_ask_what_next_and_tell_themselves(browser, live_server, client):
    article = draft("kk", title_kk="Тақырып")
    with opened(browser, live_server, client, article, *CHIEF, language="kk") as page:
        page.locator("#id_title_kk").fill("Жаңа тақырып")
        page.keyboard.press("Control+s")
        expect(page.locator(".messagelist .success")).to_be_visible()
        page.locator(".ProseMirror").last.wait_for(state="attached")
        saved = revisions.latest(article).content["title_kk"]

        page.locator("#id_title_kk").focus()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.get_by_role("button", name="Пернелер ?").click()
        expect(page.get_by_role("dialog", name="Пернелер")).to_be_visible()
        faults = violations(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Пернелер")).to_be_visible()
        page.keyboard.press("Escape")

        page.get_by_role("textbox", name="Мәтін:").click()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("dialog", name="Сақтау, содан кейін?")).to_be_visible()
        article.refresh_from_db()
        before = article.status
        page.keyboard.press("Enter")
        page.locator(".messagelist .success").first.wait_for()

    article.refresh_from_db()
    assert faults == []
    assert saved == "Жаңа тақырып"
    assert before == "draft"
    assert article.status == "review"


def test_spelling_is_checked_beneath_the_text_while_it_is_written(browser, live_server, client, tmp_path, settings):
    settings.HUNSPELL_FOLDER = str(tmp_path)
    (tmp_path / "kk_KZ.aff").write_text("SET UTF-8\n", encoding="utf-8")
    (tmp_path / "kk_KZ.dic").write_text("1\nзаң\n", encoding="utf-8")
    article = draft(title_kk="Заң", lead_kk="", body_kk="<p>заңдар</p>")
    with opened(browser, live_server, client, article, *WRITER, "news.add_knownword") as page:
        place = page.locator("#language-kk .spelling")
        button = place.get_by_role("button", name="Check the spelling")
        button.click()
        expect(place.get_by_role("status")).to_have_text("No unknown words.")
        page.get_by_role("textbox", name="Text:").click()
        page.keyboard.press("Control+End")
        page.keyboard.type(" жобба")
        button.click()
        expect(place.get_by_role("listitem")).to_have_text("жобба Add to the list")
        faults = violations(page)
        with page.expect_popup() as adding:
            place.get_by_role("link", name="Add to the list: жобба").click()
        word = adding.value.locator("#id_word").input_value()
        stayed = page.url.endswith(f"/{article.pk}/change/")

    assert word == "жобба"
    assert stayed is True
    assert faults == []


def test_editor_keeps_raised_struck_and_lettered_text(browser, live_server, client):
    body = '<p>10<sup>1</sup> CO<sub>2</sub> <s>a</s><ins>b</ins></p><ol type="a"><li value="3">c</li></ol>'
    with opened(browser, live_server, client, draft(body_kk=body)) as page:
        page.get_by_role("textbox", name="Text:").click()
        page.keyboard.press("Control+End")
        page.keyboard.type("d")
        page.wait_for_function("document.querySelector('#id_body_kk').value.includes('cd')")
        written = sanitise(read_body(page))

    assert written == body.replace("c</li>", "cd</li>")
