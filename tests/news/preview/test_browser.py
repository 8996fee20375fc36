"""The first page of the admin, previews and statistics in a real browser: seen by axe, and as wide as they say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news.editorial import revisions, workflow
from news.models import DailyHits
from news.preview import links
from tests.support.browser import faults, needs_chromium, watched_page
from tests.support.factories import make_article, make_image, make_person, make_rate, make_topic, make_user

pytestmark = [pytest.mark.once, needs_chromium, pytest.mark.django_db(transaction=True)]

EVERYTHING = [
    *(f"news.{action}_{model}" for action in ("add", "change", "delete", "view") for model in ("article", "image")),
    "news.publish_article",
    "rates.view_rate",
    "rates.view_heldrate",
]


@pytest.fixture
def editor():
    return make_user(*EVERYTHING)


@pytest.fixture
def article(editor):
    """A draft with everything, beside others at every stage."""
    article = make_article(
        "kk ru en",
        status="draft",
        cover=make_image(),
        topics=[make_topic()],
        people=[make_person()],
        lead_kk="Кіріспе сөз",
        title_kk="Сенат отырысы туралы ұзақ тақырып " * 5,
    )
    revisions.begin(article, by=editor)
    returned = make_article("kk", status="draft")
    revisions.begin(returned, by=editor)
    workflow.submit(returned, by=editor)
    workflow.return_to_writer(returned, by=editor, note="Заң жобасының атауын жазыңыз")
    waiting = make_article("kk ru", status="draft")
    revisions.begin(waiting, by=editor)
    workflow.submit(waiting, by=editor)
    make_article("kk", publish_at=timezone.now() + timedelta(hours=2))
    make_article("kk")
    rate = make_rate("USD", timezone.localdate(), "450.10")
    rate.currency.in_widget = True
    rate.currency.save()
    for days_ago in range(20):
        for edition in ("kk", "ru"):
            DailyHits.objects.create(
                article=article,
                edition=edition,
                day=timezone.localdate() - timedelta(days=days_ago),
                count=900 + days_ago * 37,
            )
    return article


def sign_in(page, live_server, client, user):
    client.force_login(user)
    cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": "en"}
    page.context.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
    )


def test_pages_have_no_axe_violation_and_no_fault(browser, live_server, client, article, editor):
    form = f"/admin/news/article/{article.pk}"
    token = links.create_link(article, by=editor)
    paths = [
        "/admin/",
        f"{form}/preview/kk/",
        f"{form}/preview/ru/?revision=1&width=360",
        f"{form}/links/",
        f"{form}/statistics/",
        f"{form}/statistics/?days=365",
        f"/preview/{token}/en/",
        f"/preview/{token}/kk/?width=768",
    ]

    found = {}
    with watched_page(browser, live_server.url) as (page, trouble):
        sign_in(page, live_server, client, editor)
        for path in paths:
            page.goto(path)
            found[path] = faults(page, (1280, "light"), (768, "dark"))

    assert {path: each for path, each in found.items() if each} == {}
    assert trouble == []


def test_frame_shows_a_telephones_width_with_pictures_to_a_stranger(browser, live_server, article, editor):
    token = links.create_link(article, by=editor)

    with watched_page(browser, live_server.url, viewport={"width": 1280, "height": 900}) as (page, trouble):
        page.goto(f"/preview/{token}/kk/?width=360")
        frame = page.frames[1]
        frame.locator(".cover img").evaluate("picture => picture.decode()")
        seen = frame.evaluate("[innerWidth, matchMedia('(max-width: 360px)').matches]")
        picture = frame.evaluate("document.querySelector('.cover img').naturalWidth")

    assert seen == [360, True]
    assert picture > 0
    assert trouble == []
