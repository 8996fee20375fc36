"""Readers who ask by date alone, as many feed readers do, never hear that what has changed has not."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.utils.http import http_date

from portal.page_cache.door import Door
from portal.page_cache.generation import Fresh, Watch, invalidate_pages
from tests.support.doors import Answered, make_door
from tests.support.factories import make_article

SECOND = datetime(2026, 11, 25, 7, 0, 0, tzinfo=UTC)


def at(seconds: float) -> time_machine.travel:
    return time_machine.travel(SECOND + timedelta(seconds=seconds), tick=False)


def date_at(seconds: float) -> str:
    return http_date((SECOND + timedelta(seconds=seconds)).timestamp())


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/feed.rss", "/feed.atom", "/feed.json", "/sitemap-news.xml", "/news/"])
def test_page_has_a_date_once_its_second_is_over_and_is_not_sent_again_to_who_has_it(path):
    with at(-3600):
        make_article()
    door = make_door()

    dates = []
    for seconds in (0.3, 0.9, 14.9, 15.0, 200):
        with at(seconds):
            dates.append(Answered(door, path).headers.get("Last-Modified"))
    with at(201):
        answers = [
            Answered(door, path, if_modified_since=date)
            for date in (date_at(15), date_at(14), date_at(16), "yesterday")
        ]
        both = Answered(door, path, if_none_match='"x"', if_modified_since=date_at(15))

    assert dates == [None, None, None, date_at(15), date_at(15)]
    assert [each.status for each in answers] == [304, 200, 200, 200]
    assert (answers[0].raw, answers[0].headers["Last-Modified"]) == (b"", date_at(15))
    assert both.status == 200


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["rss", "atom", "json"])
@pytest.mark.parametrize("edition", ["", "/ru"])
def test_second_of_two_articles_of_one_second_comes_whatever_date_is_given(form, edition):
    with at(-60):
        make_article("kk ru", title_kk="Бірінші", title_ru="Первая", publish_at=SECOND + timedelta(seconds=0.05))
        make_article("kk ru", title_kk="Екінші", title_ru="Вторая", publish_at=SECOND + timedelta(seconds=0.9))
    first, second = ("Бірінші", "Екінші") if not edition else ("Первая", "Вторая")
    door, path, given = make_door(), f"{edition}/feed.{form}", set()

    for seconds in (-5, -1, 0.05, 0.5, 0.89):
        with at(seconds):
            answered = Answered(door, path)
            assert (first in answered.text, second in answered.text) == (seconds > 0, False)
            given |= {date_at(seconds), answered.headers.get("Last-Modified", date_at(seconds))}
    for seconds in (0.9, 1.5, 2.5, 15, 16, 30):
        with at(seconds):
            texts = [Answered(door, path, if_modified_since=date).text for date in given]
        assert [second in text for text in texts] == [True] * len(given)


@pytest.mark.django_db
def test_article_that_comes_with_an_old_moment_reaches_who_asks_by_date():
    with at(-3600):
        make_article(title_kk="Жаңа", publish_at=SECOND)
    door = make_door()
    with at(0):
        Answered(door, "/feed.rss")
    with at(20):
        date = Answered(door, "/feed.rss").headers["Last-Modified"]
        make_article(title_kk="Мұрағаттан", publish_at=SECOND - timedelta(days=3))
        invalidate_pages()

    with at(40):
        assert "Мұрағаттан" in Answered(door, "/feed.rss", if_modified_since=date).text


@pytest.mark.django_db
def test_date_stays_where_a_page_is_rendered_again_and_says_the_same():
    with at(-3600):
        make_article()
    door, dates = make_door(), []

    for seconds in (0, 20, 400, 800):
        with at(seconds):
            dates.append(Answered(door, "/feed.rss").headers.get("Last-Modified"))
        with at(seconds + 1):
            invalidate_pages() if seconds else None

    assert dates == [None, date_at(15), date_at(15), date_at(15)]


@pytest.mark.django_db
def test_page_that_is_given_because_the_database_is_away_has_no_date():
    door = make_door()
    with at(0):
        Answered(door, "/about/")
    with at(20):
        door.watch.look_now = lambda: None
        door.watch.is_well = False
        answered = Answered(door, "/about/", if_modified_since=date_at(15))

    assert (answered.status, "Last-Modified" in answered.headers) == (200, False)


class World:
    """A portal of a few processes whose content changes, seen through a clock that the test moves."""

    def __init__(self, chance: random.Random, clock: time_machine.Traveller) -> None:
        self.chance, self.clock = chance, clock
        self.content, self.generation = b"a", 0
        self.changes = chance.choice([0.02, 0.1, 0.3])

    def wait(self, seconds: float) -> None:
        """Lets the time pass, in which the content changes now and then, also back to what it was."""
        self.clock.shift(seconds)
        if self.chance.random() < self.changes:
            self.content, self.generation = self.chance.choice([b"a", b"b", b"c"]), self.generation + 1

    def site(self, environ, start_response) -> HttpResponse:
        """Reads the content at some moment of a rendering that takes up to a second and a half."""
        self.wait(self.chance.choice([0, 0.05, 0.7]))
        content = self.content
        self.wait(self.chance.choice([0, 0.05, 0.8]))
        response = HttpResponse(content, headers={"Cache-Control": "public"})
        response.is_cacheable = True
        start_response("200 OK", list(response.items()))
        return response


class LateWatch(Watch):
    """Notices a change up to 0.9 seconds later, as each process does."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.looked_at = world, datetime.min.replace(tzinfo=UTC)

    def fresh(self) -> Fresh:
        if (datetime.now(UTC) - self.looked_at).total_seconds() > self.world.chance.choice([0, 0.3, 0.9]):
            self.looked_at = datetime.now(UTC)
            self.seen = Fresh(str(self.world.generation), 4e9)
        return self.seen


def readings(seed: int, steps: int) -> Iterator[tuple[bytes, int, bytes]]:
    """What readers had who gave a date, the status they got for it, and what was the content then."""
    chance = random.Random(seed)
    with time_machine.travel(SECOND, tick=False) as clock:
        world = World(chance, clock)
        doors = [Door(world.site, watch=LateWatch(world), counter=None, capacity=10**6) for _process in range(2)]
        had: list[tuple[str, bytes]] = []
        for _step in range(steps):
            world.wait(chance.choice([0, 0.1, 0.4, 0.7, 1.2, 2.5, 14, 16]))
            door = chance.choice(doors)
            date, text = chance.choice(had[-20:]) if had and chance.random() < 0.6 else ("", b"")
            answered = Answered(door, "/", **({"if_modified_since": date} if date else {}))
            if date:
                [page] = [*door.pages.once.values(), *door.pages.often.values()]
                yield text, answered.status, page.answer(b"", "", is_dated=False).body
            if answered.status == 200:
                dates = {http_date(clock_now()), answered.headers.get("Last-Modified", http_date(clock_now()))}
                had += [(each, answered.text.encode()) for each in dates]


def clock_now() -> float:
    return datetime.now(UTC).timestamp()


def test_nobody_is_told_of_another_page_that_it_has_not_changed(settings):
    settings.CACHE_URL = ""
    outcomes = [reading for seed in range(30) for reading in readings(seed, 300)]

    unchanged = [(had, now) for had, status, now in outcomes if status == 304]
    assert len(unchanged) > 500
    assert [(had, now) for had, now in unchanged if had != now] == []
