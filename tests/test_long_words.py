"""A word that is longer than the screen is wide breaks; no page scrolls sideways."""

import pytest

from tests.support.browser import needs_chromium, watched_page
from tests.support.factories import make_article, make_attachment, make_image, make_person, make_source, make_topic

pytestmark = [pytest.mark.once, needs_chromium, pytest.mark.django_db(transaction=True)]

WORD = "Қанағаттандырылмағандықтарыңыздан" * 2
WIDTHS = (320, 360, 1280)
WIDE_SPACING = "* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important; line-height: 1.5 !important }"
ADD_STYLE = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""
TOO_WIDE = """() => {
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most) return "";
  const wide = [...document.querySelectorAll("body *")].filter((each) => {
    const box = each.getBoundingClientRect();
    return box.width && (box.right > most + 1 || box.left < -1);
  });
  return wide.slice(-3).map((each) => `${each.tagName}.${each.className}`).join(" ") || "body";
}"""


def make_world() -> list[str]:
    """Each text that readers see as one word of 66 letters; returns the addresses of the pages."""
    names = {f"{field}_{code}": WORD for field in ("name", "short_name") for code in ("kk", "ru", "en")}
    source = make_source(slug="long", **{key: value[:60] if "short" in key else value for key, value in names.items()})
    topic = make_topic(slug="long", **{f"name_{code}": WORD for code in ("kk", "ru", "en")})
    person = make_person(
        slug="long", **{f"{field}_{code}": WORD for field in ("name", "office") for code in ("kk", "ru")}
    )
    image = make_image(**{f"{field}_kk": WORD for field in ("alt", "caption", "credit")})
    article = make_article(
        "kk ru en",
        source=source,
        topics=[topic],
        people=[person],
        cover=image,
        attachments=[make_attachment(title_kk=WORD, filename=f"{WORD}.pdf")],
        dateline_kk=WORD,
        byline_kk=WORD,
        lead_kk=WORD,
        title_kk=WORD,
        title_ru=WORD,
        body_kk=f"<h2>{WORD}</h2><p>{WORD} <a href='https://example.org/{WORD}'>{WORD}</a></p><ul><li>{WORD}</li></ul>"
        f"<table><tr><th>{WORD}</th><td>{WORD}</td></tr></table><blockquote><p>{WORD}</p></blockquote>",
    )
    article.corrections.create(note_kk=WORD)
    for _number in range(4):
        make_article("kk ru", source=source, topics=[topic], title_kk=WORD, title_ru=WORD, cover=image)
    pages = [
        "/",
        "/news/",
        f"/news/{article.pk}-{article.slug_kk}/",
        "/sources/long/",
        "/topics/long/",
        "/people/long/",
    ]
    return [*pages, "/sources/", "/topics/", "/people/", "/archive/", f"/search/?q={WORD}", "/subscribe/", "/rates/"]


def test_no_page_scrolls_sideways(browser, live_server):
    pages = make_world()
    paths = pages + [f"/kk-arab{path}" for path in pages[:3]] + [f"/ru{pages[0]}"]
    wide = {}
    with watched_page(browser, live_server.url) as (page, _trouble):
        for path in paths:
            page.goto(path, wait_until="domcontentloaded")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                if found := page.evaluate(TOO_WIDE):
                    wide[f"{path} {width}"] = found
            page.set_viewport_size({"width": 320, "height": 800})
            page.evaluate(ADD_STYLE, WIDE_SPACING)
            if found := page.evaluate(TOO_WIDE):
                wide[f"{path} wide spacing"] = found

    assert wide == {}
