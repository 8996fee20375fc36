"""Nothing that is pasted acts: 150 fragments by every way into a text."""

from itertools import batched
from pathlib import Path

import pytest

from news.markup.sanitizer import find_forbidden, sanitise
from news.models import Article
from tests.support.browser import needs_chromium, watched_page
from tests.support.factories import make_article, make_source, make_user

WRITER = ["news.add_article", "news.change_article", "news.view_article"]
SAMPLES = Path(__file__).parents[2] / "samples"
LINES = [line for line in (SAMPLES / "hostile.txt").read_text().splitlines() if line and not line.startswith("#")]
LEFT = [line.strip().removeprefix("(nothing)") for line in LINES[1::2]]
FRAGMENTS = list(zip(LINES[::2], LEFT, strict=True))
"""Each with what is to be left of it."""

WORD = (SAMPLES / "clipboard" / "word.html").read_text()

LISTEN = """
  window.ran = [];
  window.alert = (what) => window.ran.push(what);
"""
PASTE = """async ([fragments, code]) => {
  const { fetch } = window;
  const text = document.querySelector(`#language-${code} .ProseMirror`);
  const answers = [];
  window.fetch = (...asked) => {
    const answer = fetch(...asked);
    answers.push(answer.then((each) => each.clone().json()));
    return answer;
  };
  for (const html of fragments) {
    const data = new DataTransfer();
    data.setData("text/html", html);
    text.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }
  window.fetch = fetch;
  const left = (await Promise.all(answers)).map((each) => each.html);
  await new Promise((resolve) => setTimeout(resolve, 50));
  return left;
}"""
FILL = """async (fragments) => {
  const field = document.querySelector("[name=body_ru]");
  for (const html of fragments) {
    field.value = html;
    field.dispatchEvent(new Event("change"));
    await new Promise((resolve) => setTimeout(resolve));
  }
}"""
ACTING = """() => [...document.querySelectorAll(".ProseMirror *")].filter((each) =>
  each.matches("script, style, iframe, object, embed, svg, math, form, input")
  || /^(javascript|data|vbscript):/i.test(each.getAttribute("href") ?? "")
  || [...each.attributes].some(({ name }) => name.startsWith("on"))).map((each) => each.outerHTML)"""


def test_they_are_150():
    assert len(dict(FRAGMENTS)) == 150


def test_sanitiser_leaves_clean_text():
    assert [(html, sanitise(html)) for html, _clean in FRAGMENTS] == FRAGMENTS


@pytest.mark.django_db
def test_form_sent_without_a_browser_stores_clean_text(client):
    client.force_login(make_user(*WRITER))
    source = make_source()
    pasted = ["".join(html for html, _clean in part) for part in batched(FRAGMENTS, 25, strict=True)]

    for kk, ru, en in batched(pasted, 3, strict=True):
        texts = {"body_kk": kk, "body_ru": ru, "body_en": en}
        client.post("/admin/news/article/add/", {"kind": "news", "source": source.pk, **texts})

    stored = [
        body
        for article in Article.objects.order_by("pk")
        for body in (article.body_kk, article.body_ru, article.body_en)
    ]
    assert stored == [sanitise(html) for html in pasted]
    assert [find_forbidden(body) for body in stored] == [[]] * 6


@needs_chromium
@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_paste_runs_no_script_in_a_browser_without_a_content_policy(browser, live_server, client):
    article = make_article(status="draft", publish_at=None, body_kk="")
    client.force_login(make_user(*WRITER))
    cookies = {"sessionid": client.cookies["sessionid"].value}
    with watched_page(browser, live_server.url, bypass_csp=True) as (page, _trouble):
        page.context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )
        page.add_init_script(LISTEN)
        page.goto(f"/admin/news/article/{article.pk}/change/")
        page.locator(".ProseMirror").last.wait_for(state="attached")

        left = page.evaluate(PASTE, [[html for html, _clean in FRAGMENTS], "kk"])
        page.evaluate(PASTE, [[WORD], "en"])
        page.evaluate(FILL, [html for html, _clean in FRAGMENTS])
        acting = page.evaluate(ACTING)
        written = page.locator("#id_body_kk").input_value()
        page.locator("[name=_continue]").first.click()
        page.locator(".ProseMirror").last.wait_for(state="attached")
        page.goto(f"/admin/news/article/{article.pk}/preview/kk/")
        page.locator(".prose").wait_for()
        ran = page.evaluate("ran")
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
        page.wait_for_function("ran.length")  # so it would have run

    article.refresh_from_db()
    assert left == [clean for _html, clean in FRAGMENTS]
    assert acting == []
    assert ran == []
    assert article.body_kk == sanitise(written)
    assert article.body_kk.startswith("<p>abaaipt&gt;alert(1)a")
    assert article.body_en == sanitise(WORD)
