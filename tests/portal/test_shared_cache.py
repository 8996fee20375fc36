"""Nobody notices a shared cache that is away: each reader is answered, and few of them wait a moment."""

import threading

import pytest
from django.core.cache import caches

from portal.page_cache.policy import Key
from portal.rate_limits import count_request
from portal.settings import cache_of
from portal.shared_cache import PAUSE, SharedCache, shared_cache
from tests.support.doors import Answered, Asked, make_door
from tests.support.factories import make_article
from tests.support.frozen import frozen_server


def use_redis(settings, port: int) -> None:
    settings.CACHE_URL = f"redis://127.0.0.1:{port}/0"
    settings.CACHES = {"default": cache_of(settings.CACHE_URL)}


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """The clock of the pauses; it stands still until the test moves it."""
    now = [1000.0]
    monkeypatch.setattr(shared_cache.circuit, "clock", lambda: now[0])
    return now


@pytest.mark.django_db
def test_frozen_redis_is_tried_once_in_a_pause_however_many_readers_there_are(client, settings, clock):
    door, counts = make_door(site := Asked()), []
    article = make_article("kk ru")
    with frozen_server() as redis:
        use_redis(settings, redis.port)
        for _pause in range(3):
            statuses = [client.get("/api/v1/").status_code for _ in range(20)]
            statuses += [Answered(door, path).status for path in ("/", "/news/", "/ru/", article.get_absolute_url())]
            statuses.append(client.post("/subscribe/", {"email": "a@example.org", "frequency": "daily"}).status_code)
            counts.append((redis.attempts, statuses))
            clock[0] += PAUSE

    assert counts == [(attempts, [200] * 24 + [302]) for attempts in (1, 2, 3)]
    assert site.paths == ["/", "/news/", "/ru/", article.get_absolute_url()]  # each process caches alone


@pytest.mark.django_db
def test_readers_of_one_moment_wait_for_a_frozen_redis_once_each_at_most(settings, clock):
    counted = []

    def request() -> None:
        for _ in range(10):
            counted.append(count_request("192.0.2.1").used)

    with frozen_server() as redis:
        use_redis(settings, redis.port)
        threads = [threading.Thread(target=request) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        first = redis.attempts
        clock[0] += PAUSE
        count_request("192.0.2.1")

    assert counted == [1] * 80
    assert first <= len(threads)
    assert redis.attempts == first + 1


@pytest.mark.django_db
def test_redis_that_nobody_runs_costs_no_page_and_no_answer(client, settings, clock):
    with frozen_server() as redis:
        port = redis.port
    use_redis(settings, port)
    door = make_door(site := Asked())

    statuses = [Answered(door, path).status for path in ("/", "/news/", "/")]
    statuses += [client.get("/api/v1/").status_code for _ in range(3)]

    assert (statuses, site.paths) == ([200] * 6, ["/", "/news/"])
    assert not shared_cache.circuit.is_well


def test_limits_fail_open_and_hold_again_with_the_cache(settings, clock):
    with frozen_server() as redis:
        use_redis(settings, redis.port)
        without = [count_request("192.0.2.1", 2).is_exceeded for _ in range(5)]
    settings.CACHES = {"default": cache_of("")}
    clock[0] += PAUSE
    with_it = [count_request("192.0.2.2", 2).is_exceeded for _ in range(5)]

    assert without == [False] * 5
    assert with_it == [False, False, True, True, True]


def test_failure_is_logged_once_until_the_cache_answers_again(settings, clock, caplog):
    caplog.set_level("INFO", "portal.shared_cache")
    with frozen_server() as redis:
        use_redis(settings, redis.port)
        for _ in range(5):
            shared_cache.set("key", "value", 60)
            clock[0] += PAUSE
    settings.CACHES = {"default": cache_of("")}
    found = []
    for _ in range(3):
        shared_cache.set("key", "value", 60)
        found.append(shared_cache.get("key"))

    assert found == ["value"] * 3
    assert [(record.levelname, record.getMessage()[:28]) for record in caplog.records] == [
        ("ERROR", "The shared cache does not an"),
        ("INFO", "The shared cache answers aga"),
    ]


@pytest.mark.parametrize("url", ["redis://cache.example/0", "rediss://:secret@cache.example:6380/3"])
def test_every_wait_for_redis_has_a_limit_of_a_quarter_of_a_second(settings, url):
    settings.CACHES = {"default": cache_of(url)}

    options = caches["default"]._cache.get_client().connection_pool.connection_kwargs

    assert (options["socket_connect_timeout"], options["socket_timeout"]) == (0.25, 0.25)
    assert options["retry"].get_retries() == 0


def test_counter_begins_at_one_and_each_key_has_its_own():
    cache = SharedCache()

    counts = [cache.increment(key, 60) for key in ("a", "a", "b", "a")]

    assert counts == [1, 2, 1, 3]


def test_what_is_not_stored_is_not_found():
    assert SharedCache().get("nothing") is None


@pytest.mark.django_db
def test_page_that_cannot_be_read_back_is_rendered_again(settings, monkeypatch):
    settings.CACHE_URL = "in this process"
    door = make_door(site := Asked())
    Answered(door, "/")
    monkeypatch.setattr("django.core.cache.backends.locmem.pickle.loads", lambda _bytes: int("no page"))

    door.pages.drop(Key("/", ""))
    status = Answered(door, "/").status

    assert (status, site.paths) == (200, ["/", "/"])
