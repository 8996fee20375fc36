"""What is kept on a reader's device: the last feed and what was read, and nothing that is nobody else's business."""

import pytest

from news.editorial import workflow
from news.hits import counting
from news.models import HitTotal
from tests.support.browser import faults, needs_chromium, wait_until, watched_page
from tests.support.doors import READER
from tests.support.factories import make_article, make_user

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
  return found.filter((path) => !path.startsWith("/static/")).sort();
}"""
IN_CHARGE = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"


def nowhere(words: str) -> str:
    """A question to the browser: does no page that is kept hold these words?"""
    return f"""async () => {{
      const pages = await caches.open("pages-1");
      for (const key of await pages.keys())
        if ((await (await pages.match(key))?.text())?.includes({words!r})) return false;
      return true;
    }}"""


@needs_chromium
@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_reader_without_a_connection_gets_what_he_read_and_never_what_was_withdrawn(browser, live_server, settings):
    chief = make_user("news.publish_article")
    article, gone = (make_article("kk", title_kk=title) for title in ("Оқылған", "Қайтарылған"))
    read, withdrawn = article.get_absolute_url(), gone.get_absolute_url()

    with watched_page(browser, live_server.url, service_workers="allow", user_agent=READER) as (page, _trouble):
        page.goto("/robots.txt")
        page.evaluate("caches.open('pages-0')")  # of an older release
        page.goto("/")
        wait_until(page, IN_CHARGE)
        assert "pages-0" not in page.evaluate("caches.keys()")
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": "x", "url": live_server.url}])
        page.goto(make_article("kk", title_kk="Жеке").get_absolute_url())
        page.context.clear_cookies()
        for path in ("/admin/login/", "/search/?q=заң", withdrawn, read, "/news/", "/"):
            page.goto(path)
        wait_until(page, "async () => (await (await caches.open('pages-1')).keys()).length >= 6")
        assert page.evaluate(KEPT) == sorted(["/", "/looked", "/news/", "/offline/", read, withdrawn])

        for path in ("/offline/", "/embed/headlines/", "/kk-arab/embed/headlines/"):
            page.goto(path)
            assert faults(page, (360, "light"), (360, "dark")) == []

        page.context.set_offline(True)
        for path in (read, "/news/"):
            page.goto(path)
            assert page.locator("h1").text_content() in ("Оқылған", "Барлық жаңалық")
        page.goto("/archive/")
        assert page.locator("h1").text_content() == "Байланыс жоқ"
        page.locator("[data-kept] a").first.wait_for()
        assert page.locator("[data-kept] a").all_text_contents() == ["Оқылған", "Қайтарылған"]

        page.context.set_offline(False)
        workflow.withdraw(gone, by=chief, reasons={"kk": "Қате"})
        assert page.goto(withdrawn).status == 410
        wait_until(page, f"async () => !(await caches.match('{withdrawn}'))")
        wait_until(page, nowhere("Қайтарылған"))
        wait_until(page, "async () => !!(await caches.match('/')) && !!(await caches.match('/news/'))")
        page.context.set_offline(True)
        for path in ("/", "/news/"):
            page.goto(path)
            assert page.get_by_text("Оқылған").count() > 0
            assert page.get_by_text("Қайтарылған").count() == 0

    counting.fold_journals()
    assert dict(HitTotal.objects.values_list("article__title_kk", "counted")) == {
        "Оқылған": 1,
        "Қайтарылған": 1,
        "Жеке": 1,
    }


@needs_chromium
@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_once_a_day_what_was_withdrawn_disappears_from_the_lists_that_are_kept_too(browser, live_server):
    chief = make_user("news.publish_article")
    gone, other = (make_article("kk", title_kk=title) for title in ("Қайтарылған", "Басқа"))
    with watched_page(browser, live_server.url, service_workers="allow", user_agent=READER) as (page, _trouble):
        page.goto("/robots.txt")
        page.evaluate("async () => (await caches.open('pages-1')).put('/looked', new Response(String(Date.now())))")
        page.goto("/")
        wait_until(page, IN_CHARGE)
        for path in (gone.get_absolute_url(), "/news/", "/"):
            page.goto(path)
        wait_until(page, "async () => (await (await caches.open('pages-1')).keys()).length >= 5")

        workflow.withdraw(gone, by=chief, reasons={"kk": "Қате"})
        page.goto(other.get_absolute_url())
        wait_until(page, f"async () => !!(await caches.match('{other.get_absolute_url()}'))")
        assert page.evaluate(nowhere("Қайтарылған")) is False

        page.evaluate("async () => (await caches.open('pages-1')).put('/looked', new Response('0'))")
        page.goto(other.get_absolute_url())
        wait_until(page, nowhere("Қайтарылған"))
        wait_until(page, "async () => !!(await caches.match('/')) && !!(await caches.match('/news/'))")
