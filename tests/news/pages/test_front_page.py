"""The front page: what leads, what stands in its sections, and that it has no holes."""

from datetime import datetime, timedelta

import pytest
import time_machine
from lxml.html import HtmlElement, document_fromstring

from news.models import DailyHits, FrontSection
from news.pages import expiry
from portal.models import SiteSettings
from tests.support.factories import make_article, make_attachment, make_image, make_rate, make_topic

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
Kind = FrontSection.Kind


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def arrange(*kinds: str, **fields) -> None:
    for position, kind in enumerate(kinds):
        FrontSection.objects.create(kind=kind, position=position, is_public=True, **fields)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def load(client, path: str = "/") -> HtmlElement:
    return document_fromstring(client.get(path).text).get_element_by_id("begin")


def titles(page: HtmlElement, kind: str) -> list[str]:
    """The headlines in a section of the page."""
    (section,) = page.xpath(f'.//section[@aria-labelledby="{kind}"]')
    return [each.text_content().strip() for each in section.xpath(".//h3 | .//li[not(.//h3)]//a")]


def headings(page: HtmlElement) -> list[str]:
    return [each.text_content().strip() for each in page.find_class("section-title")]


def leading(page: HtmlElement) -> str:
    (article,) = page.find_class("leading")
    return article.xpath(".//h2")[0].text_content()


def test_newest_article_leads_then_a_pinned_one_then_the_chosen_one_until_its_end(client):
    chosen = make_article(title_kk="Таңдалған", publish_at=ago(50))
    make_article(title_kk="Ең жаңа", publish_at=ago(1))
    seen = [leading(load(client))]
    make_article(title_kk="Бекітілген", publish_at=ago(30), pinned=True)
    seen.append(leading(load(client)))
    FrontSection.objects.create(kind=Kind.LEAD, article=chosen, until=NOW + timedelta(hours=1), is_public=True)
    seen.append(leading(load(client)))
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        seen.append(leading(load(client)))

    assert seen == ["Ең жаңа", "Бекітілген", "Таңдалған", "Бекітілген"]


def test_cached_pages_end_with_the_chosen_leading_story():
    article = make_article()
    end = NOW + timedelta(hours=3)
    for is_public, until in ((True, end), (True, NOW - timedelta(hours=1)), (False, NOW + timedelta(hours=1))):
        FrontSection.objects.create(kind=Kind.LEAD, article=article, until=until, is_public=is_public)

    assert expiry.next_end_of_lead() == end


@pytest.mark.parametrize("state", [{"status": "draft"}, {"publish_at": NOW + timedelta(days=1)}])
def test_chosen_article_that_readers_do_not_have_does_not_lead(client, state):
    make_article(title_kk="Бар мақала", publish_at=ago(1))
    hidden = make_article(title_kk="Жасырын", **state)
    FrontSection.objects.create(kind=Kind.LEAD, article=hidden, until=NOW + timedelta(days=2), is_public=True)

    page = load(client)

    assert leading(page) == "Бар мақала"
    assert "Жасырын" not in page.text_content()


def test_sections_stand_in_the_order_of_the_editors_under_their_headings(client):
    topic = make_topic(name_kk="Бюджет")
    make_article(publish_at=ago(1))
    for hours in range(2, 12):
        make_article(publish_at=ago(hours), topics=[topic])
    for position, (kind, fields) in enumerate(
        (
            (Kind.TOPIC, {"topic": topic}),
            (Kind.LATEST, {"title_kk": "Тағы не бар"}),
            (Kind.TOPIC, {"topic": make_topic()}),
        )
    ):
        FrontSection.objects.create(kind=kind, position=position, is_public=True, **fields)
    FrontSection.objects.create(kind=Kind.NEWSLETTER, position=9, title_kk="Жоспарда ғана")

    assert headings(load(client)) == ["Бюджет", "Тағы не бар"]


def test_each_usual_section_shows_its_own_and_no_article_twice(client):
    SiteSettings.objects.create(pk=1, email="press@example.org")
    make_rate("USD", NOW.date(), "472.31").currency.__class__.objects.update(in_widget=True)
    for hours in range(1, 15):
        make_article(title_kk=f"Жаңалық {hours}", publish_at=ago(hours))
    make_article(title_kk="Сөз", kind="speech", publish_at=ago(1.5))
    make_article(
        title_kk="Сұхбат", kind="interview", publish_at=ago(100), attachments=[make_attachment(title_kk="Жоба")]
    )
    make_article(title_kk="Фото", kind="photo_report", publish_at=ago(7.5), cover=make_image())
    make_article(title_kk="Суретсіз", kind="photo_report", publish_at=ago(300))
    read = make_article(title_kk="Хабарландыру", kind="announcement", publish_at=ago(6.5))
    DailyHits.objects.create(article=read, edition="kk", day=NOW.date(), count=5)

    page = load(client)

    assert leading(page) == "Жаңалық 1"
    assert [each.text_content().strip() for each in page.find_class("seconds")[0].xpath(".//h2")] == [
        "Сөз", "Жаңалық 2", "Жаңалық 3", "Жаңалық 4",
    ]  # fmt: skip
    assert titles(page, "latest") == [f"Жаңалық {number}" for number in (5, 6, 7, 8, 9, 10)]
    assert titles(page, "speeches") == ["Сұхбат"]
    assert titles(page, "documents") == ["Жоба"]
    assert titles(page, "photos") == ["Фото"]
    assert titles(page, "announcements") == titles(page, "most_read") == ["Хабарландыру"]
    assert headings(page) == [
        "Соңғы жаңалықтар", "Сөздер мен сұхбаттар", "Құжаттар", "Фоторепортаждар", "Хабарландырулар", "Ең көп оқылған",
        "Апталық валюта бағамдары", "Жаңалықтар поштаға", "Баспасөз қызметі",
    ]  # fmt: skip


def test_section_that_has_nothing_leaves_no_heading(client):
    make_article(publish_at=ago(1))
    arrange(*(kind for kind in Kind if kind not in (Kind.TOPIC, Kind.NEWSLETTER)))

    assert headings(load(client)) == []


def test_document_of_another_language_or_of_a_draft_is_no_document_here(client):
    make_article("kk", publish_at=ago(1), attachments=[make_attachment(title_kk="Қазақша", title_ru="")])
    make_article(
        "ru", publish_at=ago(1), attachments=[make_attachment(title_kk="Только в русской", title_ru="Русский")]
    )
    make_article("kk ru", status="draft", attachments=[make_attachment(title_kk="Жасырын", title_ru="Скрытый")])
    arrange(Kind.DOCUMENTS)

    assert titles(load(client), "documents") == ["Қазақша"]
    assert titles(load(client, "/ru/"), "documents") == ["Русский"]


def test_what_other_languages_have_today_is_named_in_its_own_language(client):
    make_article("kk ru en", publish_at=ago(0.5))
    make_article("en", title_en="Only English", slug_en="only", publish_at=ago(1))
    make_article("ru", title_ru="Вчера", publish_at=ago(30))
    make_article("ru", title_ru="Позже", publish_at=NOW + timedelta(hours=1))
    arrange(Kind.LANGUAGES)

    page = load(client)
    (entry,) = page.find_class("elsewhere")[0]

    assert titles(page, "languages") == ["Only English"]
    assert (entry.get("lang"), entry.xpath(".//a/@href")[0][:9]) == ("en", "/en/news/")
    assert headings(load(client, "/en/")) == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_no_list_on_the_page_is_empty(client, number):
    for hours in range(number):
        make_article(publish_at=ago(hours + 1), kind="speech")

    page = load(client)

    assert [each for each in page.xpath(".//ul | .//ol | .//section") if not each.text_content().strip()] == []
    assert page.find_class("empty") == []
