import gzip
import random
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from news.hits.live_counts import make_sentence
from news.models import HitTotal
from portal.page_cache.generation import Fresh
from portal.page_cache.policy import Key
from portal.page_cache.store import Page, Pages, SharedPages
from tests.support.doors import Answered, Asked, make_door
from tests.support.factories import make_article

FRESH = Fresh("a", 4e9)


def make_page(size: int = 1000) -> Page:
    return Page.of(FRESH, [("Content-Type", "text/html")], (random.randbytes(size), b"", b""))


def test_pages_stay_within_their_bytes_and_those_asked_for_again_are_kept():
    pages = Pages(1_000_000)
    useful = [Key(f"/{number}", "") for number in range(20)]
    for key in useful:
        pages.put(key, make_page())
        pages.get(key)

    for number in range(2000):
        pages.put(Key("/news/", f"before={number}"), make_page())
        assert pages.bytes <= pages.capacity

    assert all(map(pages.get, useful))
    assert 100 < len(pages) < 120


def test_pages_know_their_bytes_whatever_is_done_with_them():
    pages, chance = Pages(60_000), random.Random(7)

    for _ in range(3000):
        key = Key(f"/{chance.randrange(12)}", "")
        match chance.choice(("get", "put", "drop")):
            case "get":
                pages.get(key)
            case "put":
                pages.put(key, make_page(chance.randrange(4000)))
            case "drop":
                pages.drop(key)
        kept = [*pages.once.values(), *pages.often.values()]
        assert pages.bytes == sum(page.size for page in kept) <= pages.capacity
        assert not set(pages.once) & set(pages.often)


def test_page_is_made_anew_after_a_while_for_what_it_shows_in_passing_but_not_for_its_readings():
    body = (b"<p>", b"5", b"</p>")
    made = {subject: Page.of(FRESH, [], body, subject) for subject in ("", "41 kk")}

    with time_machine.travel(datetime.now(UTC) + timedelta(hours=3)):
        good = {subject: page.is_good(FRESH) for subject, page in made.items()}
    changed = made["41 kk"].is_good(Fresh("b", 4e9))

    assert good == {"": False, "41 kk": True}
    assert changed is False


def test_answer_is_made_once_for_each_number():
    page = Page.of(FRESH, [], (b"<p>", b"5", b"</p>"), "41 kk")

    first, second, other = (page.answer(number, "gzip", is_dated=False) for number in (b"7", b"7", b"8"))

    assert [gzip.decompress(each.body) for each in (first, second, other)] == [b"<p>7</p>", b"<p>7</p>", b"<p>8</p>"]
    assert [first is second, second is other] == [True, False]


def test_answer_is_made_again_when_the_page_has_come_to_its_date():
    page = Page.of(FRESH, [], (b"<p>", b"5", b"</p>"), "41 kk")

    names = [{name for name, _ in page.answer(b"7", "gzip", is_dated=is_dated).headers} for is_dated in (False, True)]

    assert names[1] - names[0] == {"Last-Modified"}


def test_page_larger_than_all_the_room_is_not_kept():
    pages = Pages(20_000)

    pages.put(Key("/", ""), make_page(30_000))

    assert len(pages) == 0
    assert pages.bytes == 0


@pytest.mark.django_db
def test_processes_share_their_pages_where_there_is_a_shared_cache(settings):
    if not settings.CACHE_URL:
        pytest.skip("there is no shared cache")
    article = make_article()
    sites = [Asked(), Asked()]

    texts = [Answered(make_door(site), article.get_absolute_url(), accept_encoding="gzip").text for site in sites]

    assert texts[0] == texts[1]
    assert [len(site.paths) for site in sites] == [1, 0]


@pytest.mark.django_db
def test_shared_cache_gives_back_what_it_was_given(settings):
    settings.CACHE_URL = "in this process"
    shared, page = SharedPages(), make_page()

    shared.put(Key("/", ""), page)

    assert shared.get(Key("/", ""), FRESH) == page
    assert shared.get(Key("/", ""), FRESH._replace(generation="b")) is None
    assert shared.get(Key("/ru/", ""), FRESH) is None


@pytest.mark.parametrize("edition", ["kk", "kk-latn", "kk-arab", "ru", "en"])
def test_number_of_readings_is_said_as_the_template_says_it(client, db, edition):
    article = make_article("kk ru en", slug_ru="a", slug_en="a", slug_kk="a")
    address = f"{'' if edition == 'kk' else '/' + edition}/news/{article.pk}-a/"
    said = []

    totals = (0, 1, 2, 5, 11, 21, 99, 100, 101, 102, 111, 999, 1000, 1001, 21_022, 1_234_567)
    for brought in totals:
        HitTotal.objects.update_or_create(article=article, defaults={"brought": brought})
        [shown] = re.findall(rb'<p class="hits">(.*?)</p>', client.get(address).content)
        said.append((shown, make_sentence(brought, edition)))

    assert [ours for ours, _ in said] == [theirs for _, theirs in said]
    assert len(set(said)) == len(totals)
