"""Behind a CDN that answers by itself: the page tells of its readings, and the asking for it counts nothing."""

import re

import pytest
from django.urls import reverse

from news.hits import counting
from news.models import HitTotal
from news.preview.links import create_link
from tests.support.doors import READER, Answered, make_door
from tests.support.factories import make_article, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def behind_cdn(settings) -> None:
    settings.CDN_SECONDS = 30


def counted() -> int:
    counting.fold_journals()
    return sum(HitTotal.objects.values_list("counted", flat=True))


def test_reading_counts_when_the_page_tells_of_it_and_not_when_it_is_fetched(client, behind_cdn):
    article = make_article("ru", slug_ru="a", title_ru="a")
    address, door = f"/ru/news/{article.pk}-a/", make_door()

    plain, kept = client.get(address, headers={"User-Agent": READER}), Answered(door, address)
    fetched = counted()
    told = f"/ru/news/{article.pk}/reading/"
    status = client.post(told, headers={"User-Agent": READER}).status_code
    client.post(told, headers={"User-Agent": "Googlebot/2.1"})
    client.post(told, headers={"User-Agent": READER, "Sec-Purpose": "prefetch"})
    client.post(f"/news/{article.pk + 1}/reading/", headers={"User-Agent": READER})

    assert re.findall('data-reading="(.*?)"', plain.text) == re.findall('data-reading="(.*?)"', kept.text) == [told]
    assert kept.headers["Cache-Control"] == "public, max-age=0, s-maxage=30, must-revalidate"
    assert status == 204
    assert fetched == 0
    assert counted() == 1
    assert "Прочитано 1 раз<" in Answered(door, address).text


def test_page_that_we_answer_ourselves_tells_nothing(client):
    article = make_article()

    page = client.get(article.get_absolute_url()).text

    assert "reading" not in page
    assert client.post(reverse("reading", args=[article.pk])).status_code == 404


def test_preview_tells_nothing(client, behind_cdn):
    token = create_link(make_article(), by=make_user(is_superuser=True))

    shown = client.get(reverse("preview", args=[token, "kk"]))

    assert shown.status_code == 200
    assert "reading" not in shown.text


@pytest.mark.django_db(transaction=True)
def test_page_in_a_browser_tells_once(live_server, browser, behind_cdn):
    article = make_article()
    page = browser.new_page(user_agent=READER)

    with page.expect_response(lambda response: response.request.method == "POST") as told:
        page.goto(live_server.url + article.get_absolute_url())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(200)
    page.close()

    assert told.value.status == 204
    assert counted() == 1
