import re
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.utils import timezone

from news.hits import counting
from portal.page_cache import door as door_module
from portal.page_cache.door import Door
from portal.page_cache.generation import Fresh, Watch, invalidate_pages
from portal.page_cache.policy import Key
from tests.support.doors import Answered, Asked, make_door, wait_for
from tests.support.factories import make_article, make_rate, make_topic
from tests.support.worlds import make_warm_door

ANEW = {"ETag", "Last-Modified", "Content-Length", "Vary", "Content-Encoding"}


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/kk-arab", "/ru"])
def test_kept_page_is_what_django_answers_headers_and_all(client, prefix):
    topic = make_topic()
    article = make_article("kk ru", topics=[topic], slug_kk="a", slug_ru="a")
    make_rate("USD", timezone.localdate())
    site = Asked()
    door = make_door(site)
    pages = [
        "/",
        "/news/",
        f"/news/{article.pk}-a/",
        f"/topics/{topic.slug}/",
        "/archive/",
        "/about/",
        "/rates/",
        "/rates/usd/",
    ]

    for path in [prefix + page for page in pages]:
        plain = client.get(path)
        first, again = Answered(door, path), Answered(door, path, accept_encoding="gzip, br")

        assert first.status == again.status == plain.status_code == 200
        assert first.text == again.text == plain.content.decode()
        assert {name: value for name, value in again.headers.items() if name not in ANEW} == {
            name: value for name, value in plain.headers.items() if name not in ANEW
        }
        assert again.headers["Vary"] == "Accept-Encoding"
        assert again.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert site.paths == [prefix + page for page in pages]  # each once


@pytest.mark.django_db
def test_compression_is_what_the_reader_takes():
    article = make_article()
    door = make_door()

    def encoding(path: str, accepted: str) -> str | None:
        answered = Answered(door, path, accept_encoding=accepted)
        assert int(answered.headers["Content-Length"]) == len(answered.raw)
        return answered.headers.get("Content-Encoding")

    said = ["gzip, deflate, br, zstd", "gzip", "br;q=0, gzip;q=0.5", "", "gzip;q=0"]
    assert [encoding("/", accepted) for accepted in said] == ["br", "gzip", "gzip", None, None]
    # What is counted changes all the time, and only gzip can be put together from finished pieces.
    assert encoding(article.get_absolute_url(), "gzip, br") == "gzip"


@pytest.mark.django_db
def test_reader_who_has_the_page_gets_304():
    door = make_door()
    first = Answered(door, "/")

    by_etag = Answered(door, "/", if_none_match=f'"x", {first.headers["ETag"]}')

    assert by_etag.status == 304
    assert by_etag.raw == b""
    assert "Content-Type" not in by_etag.headers
    assert by_etag.headers["ETag"] == first.headers["ETag"]


@pytest.mark.django_db
def test_head_is_answered_without_a_body():
    door = make_door()

    with time_machine.travel(datetime.now(UTC), tick=False):
        missing, kept, none = (Answered(door, path, "HEAD") for path in ("/", "/", "/news/?before=x"))

    assert missing.status == 200
    assert missing.raw == b""
    assert kept.raw == b""
    assert none.status == 404
    assert none.raw == b""
    assert missing.headers == kept.headers
    assert int(kept.headers["Content-Length"]) == len(Answered(door, "/").raw)


@pytest.mark.django_db
def test_number_on_a_kept_page_is_that_of_now_and_its_readings_count():
    article = make_article("ru", title_ru="Заголовок", slug_ru="a")
    address, site = f"/ru/news/{article.pk}-a/", Asked()
    door = make_door(site)

    texts = []
    for _ in range(3):
        answered = Answered(door, address, accept_encoding="gzip")
        texts.append(answered.text)
        counting.fold_journals()
    has_it = Answered(door, address, if_none_match=Answered(door, address, "HEAD").headers["ETag"])
    Answered(door, address, "HEAD")
    Answered(door, address, purpose="prefetch")
    Answered(door, address, user_agent="TelegramBot (like TwitterBot)")
    counting.fold_journals()

    assert [re.findall(r'<p class="hits">(.+?)</p>', text) for text in texts] == [
        ["Прочитано 0 раз"], ["Прочитано 1 раз"], ["Прочитано 2 раза"],
    ]  # fmt: skip
    assert has_it.status == 304
    article.hit_total.refresh_from_db()
    assert article.hit_total.counted == 4
    assert len(site.paths) == 1


@pytest.mark.django_db
def test_page_goes_by_its_path_and_the_query_that_its_view_knows():
    article, site = make_article(), Asked()
    door = make_door(site)
    address = article.get_absolute_url()

    for query in ("", "?utm_source=x", "?x[]=1&before=5-6"):
        Answered(door, address + query)
    for query in ("?before=5-6", "?utm_source=x&before=5%2D6", "?before=5-6&before=7-8"):
        assert "?before=5-6" in Answered(door, f"/news/{query}").text
    Answered(door, f"/news/?before={'5' * 101}")
    Answered(door, "/news/?before=x")

    assert set(door.pages.once) | set(door.pages.often) == {Key(address, ""), Key("/news/", "before=5-6")}
    assert site.paths == [address, "/news/?before=5-6", f"/news/?before={'5' * 101}", "/news/?before=x"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {"cookie": "sessionid=x"}),
        (200, {"cookie": "a=b; csrftoken=x"}),
        (200, {"cookie": "messages=x"}),
        (400, {"host": "elsewhere.example"}),
    ],
)
def test_who_may_be_answered_otherwise_goes_by(status, headers):
    site = Asked()
    door = make_door(site)

    answers = [Answered(door, "/", **headers) for _ in range(2)]

    assert [answer.status for answer in answers] == [status, status]
    assert len(door.pages) == 0
    assert len(site.paths) == 2


@pytest.mark.django_db
def test_what_is_not_for_all_is_not_kept(client):
    door = make_door()

    for path in ("/admin/login/", "/health/live", "/news/999999-x/", "/preview/x/kk/", "/api/v1/rates/"):
        Answered(door, path)
    client.cookies["sessionid"] = "x"

    assert len(door.pages) == 0
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.django_db
def test_reader_without_tls_is_sent_to_it_though_the_page_is_kept(settings):
    settings.SECURE_SSL_REDIRECT = True
    address = make_article().get_absolute_url()
    warm = make_warm_door("/", address, scheme="https")

    for path in (address, "/"):
        plain = warm.ask(path)
        assert plain.status == 301
        assert plain.headers["Location"] == f"https://testserver{path}"
        assert warm.ask(path, scheme="https").status == 200
    assert warm.asked_of_django() == [address, "/"]


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "testserver.elsewhere.example", "", "testserver@elsewhere.example"]
)
def test_page_is_answered_under_no_other_host_though_it_is_kept(warm_door, host):
    for path in warm_door.paths:
        assert warm_door.ask(path).status == 200
        assert warm_door.ask(path, host=host).status == 400
    assert warm_door.asked_of_django() == list(warm_door.paths)


@pytest.mark.parametrize(
    "headers", [{"cookie": "sessionid=x"}, {"cookie": "a=b; csrftoken=x"}, {"cookie": "messages=x"}]
)
def test_who_may_be_answered_otherwise_goes_by_though_the_page_is_kept(warm_door, headers):
    for path in warm_door.paths:
        warm_door.ask(path, **headers)

    assert warm_door.asked_of_django() == list(warm_door.paths)


@pytest.mark.django_db
def test_page_ends_with_its_generation():
    article = make_article(title_kk="Ескі атау")
    door = make_door()
    Answered(door, "/")
    article.title_kk = "Басқа атау"
    article.save()

    before = Answered(door, "/").text
    invalidate_pages()
    after = Answered(door, "/").text

    assert ["Ескі атау" in before, "Басқа атау" in before, "Ескі атау" in after, "Басқа атау" in after] == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.django_db
def test_page_made_while_something_changed_is_not_kept_under_the_new_generation():
    site = Asked(then=invalidate_pages)
    door = make_door(site)

    Answered(door, "/")
    Answered(door, "/")

    assert site.paths == ["/", "/"]


@pytest.mark.django_db
def test_article_appears_at_its_moment_and_the_day_changes_at_midnight():
    moment = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)  # 13:30 in Kazakhstan
    make_article(title_kk="Кейінгі", publish_at=moment)
    door = make_door()

    def at(time: datetime) -> tuple[bool, float]:
        with time_machine.travel(time, tick=False):
            shows = "Кейінгі" in Answered(door, "/").text
            return shows, door.watch.fresh().until - moment.timestamp()

    found = [at(moment - timedelta(minutes=1)), at(moment - timedelta(milliseconds=1)), at(moment)]

    assert found == [(False, 0), (False, 0), (True, 10.5 * 3600)]


class Still(Watch):
    def fresh(self):
        return Fresh("a", time.time() // 1000 * 1000 + 2000)


def cacheable_answer(body: bytes, status: int = 200) -> HttpResponse:
    response = HttpResponse(body, status=status, headers={"Cache-Control": "public"})
    response.is_cacheable = status == 200
    return response


class Slow:
    """A site that answers when it is told to."""

    def __init__(self) -> None:
        self.go, self.calls, self.status = threading.Event(), 0, 200

    def __call__(self, environ, start_response):
        self.calls += 1
        assert self.go.wait(10)
        response = cacheable_answer(b"page %d" % self.calls, self.status)
        start_response(f"{self.status} Status", list(response.items()))
        return response


def ask_all(door: Door, number: int) -> tuple[list[threading.Thread], list[tuple[int, str]]]:
    answers: list[tuple[int, str]] = []

    def ask() -> None:
        answered = Answered(door, "/")
        answers.append((answered.status, answered.text))

    threads = [threading.Thread(target=ask) for _ in range(number)]
    for thread in threads:
        thread.start()
    return threads, answers


@pytest.fixture
def alone(settings) -> None:
    """No shared cache has a page already."""
    settings.CACHE_URL = ""


def test_cold_page_is_made_once_for_all_who_wait(alone):
    site = Slow()
    door = Door(site, watch=Still(), counter=None, capacity=10**6)

    threads, answers = ask_all(door, 8)
    time.sleep(0.1)
    site.go.set()
    for thread in threads:
        thread.join()

    assert site.calls == 1
    assert answers == [(200, "page 1")] * 8


def test_page_before_is_answered_where_the_new_one_takes_long_or_fails(monkeypatch, alone):
    monkeypatch.setattr(door_module, "WAIT", 0.05)
    site = Slow()
    site.go.set()
    door = Door(site, watch=Still(), counter=None, capacity=10**6)
    Answered(door, "/")
    door.pages.once[Key("/", "")].made_at = 0

    site.go.clear()
    [maker], made = ask_all(door, 1)
    assert wait_for(lambda: site.calls == 2)
    waited = Answered(door, "/").text
    site.status = 503
    site.go.set()
    maker.join()
    failed = Answered(door, "/")
    site.status = 404
    gone = Answered(door, "/")
    site.status = 503
    away = Answered(door, "/")

    assert waited == "page 1"
    assert made == [(200, "page 1")]
    assert failed.status == 200
    assert failed.text == "page 1"
    assert gone.status == 404
    assert away.status == 503  # what is gone does not come back


def test_page_before_goes_on_while_the_database_is_away(alone):
    site = Slow()
    site.go.set()
    door = Door(site, watch=Still(), counter=None, capacity=10**6)
    Answered(door, "/")
    door.pages.once[Key("/", "")].made_at = 0
    door.watch.is_well = False

    assert Answered(door, "/").text == "page 1"
    assert site.calls == 1
