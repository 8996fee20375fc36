"""/metrics: what is counted equals what was asked, whoever answers and whoever dies; and only for those who may."""

import http.client
import shutil
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from bench.own_portal import Portal, Server, own_portal
from news.hits import counting
from news.models import Channel, ChannelPost, Letter, Subscription
from portal import metrics
from portal.models import Job, JobRun
from portal.settings import parse_networks
from tests.support.database import own_database_url
from tests.support.doors import READER, Answered, make_door
from tests.support.factories import make_article, make_rate

TOKEN = "a token of the monitoring"


def read(text: str) -> dict[tuple, float]:
    """The numbers of a scrape by their names and labels."""
    families = text_string_to_metric_families(text)
    return {(each.name, *sorted(each.labels.items())): each.value for family in families for each in family.samples}


def requests_in(text: str) -> Counter[tuple[str, str]]:
    """By kind and status; the scrapes themselves are left out."""
    found: Counter[tuple[str, str]] = Counter()
    for name, *labels in read(text):
        if name == "portal_requests_total" and (of := dict(labels))["kind"] != "metrics":
            found[of["kind"], of["status"]] += int(read(text)[name, *labels])
    return found


def ask(port: int, paths: list[str], headers: dict[str, str] | None = None) -> list[tuple[int, str]]:
    """Over one connection, as a load tool does."""
    answers = []
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for path in paths:
        asked.request("GET", path, headers={"User-Agent": READER} | (headers or {}))
        answer = asked.getresponse()
        answers.append((answer.status, answer.read().decode()))
    asked.close()
    return answers


def scrape(port: int) -> str:
    time.sleep(2 * metrics.INTERVAL)
    ((status, text),) = ask(port, ["/metrics"], {"Authorization": f"Bearer {TOKEN}"})
    assert status == 200
    return text


@pytest.fixture
def portal(migrated_database):
    with own_portal(own_database_url("metrics"), migrated_database) as portal:
        portal.settings |= {"METRICS_TOKEN": TOKEN, "ALLOWED_HOSTS": "127.0.0.1"}
        yield portal


def put_load_on(port: int, paths: dict[str, str], rounds: int) -> Counter[tuple[str, str]]:
    """What a load tool counts: answers by kind and status, from eight clients at once."""
    counted: Counter[tuple[str, str]] = Counter()
    with ThreadPoolExecutor(8) as clients:
        for answers in clients.map(lambda _number: ask(port, list(paths)), range(rounds)):
            counted.update((kind, str(status)) for kind, (status, _) in zip(paths.values(), answers, strict=True))
    return counted


@pytest.mark.once
@pytest.mark.own_portal
def test_scrape_equals_what_the_load_tool_counted_though_a_worker_is_killed(portal: Portal):
    (address,) = portal.add_articles(1)
    paths = {address: "article", "/": "front", "/search/?q=x": "search", "/nothing/": "other", "/api/v1/": "api"}
    with Server(portal, workers=2, threads=4) as server:
        counted = put_load_on(server.port, paths, 40)
        before = requests_in(scrape(server.port))
        server.kill_worker()
        time.sleep(1)
        counted_after = counted + put_load_on(server.port, paths, 40)
        after = requests_in(scrape(server.port))
    with Server(portal, workers=2, threads=4) as server:
        started_again = requests_in(scrape(server.port))

    assert counted == {(kind, "404" if kind == "other" else "200"): 40 for kind in paths.values()}
    assert before == counted
    assert after == counted_after
    assert started_again == counted_after
    files = {path.name.partition("_")[0]: path for path in (portal.folder / "data" / "metrics").glob("*_dead.db")}
    assert set(files) == {"counter", "histogram"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 404),
        ({"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200),
        ({"HTTP_AUTHORIZATION": "Bearer another"}, 404),
        ({"HTTP_AUTHORIZATION": "Bearer "}, 404),
        ({"HTTP_AUTHORIZATION": "Bearer әріп"}, 404),
        ({"REMOTE_ADDR": "10.20.0.9"}, 200),
        ({"REMOTE_ADDR": "10.21.0.9"}, 404),
        ({"REMOTE_ADDR": "10.21.0.9", "HTTP_X_FORWARDED_FOR": "10.20.0.9"}, 404),  # invented
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}, 404),
    ],
)
def test_only_the_monitoring_may_read_metrics(client, settings, headers, status):
    settings.METRICS_TOKEN, settings.METRICS_ADDRESSES = TOKEN, parse_networks("10.20.0.0/16")

    response = client.get("/metrics", **headers)

    assert response.status_code == status
    assert b"portal_" in response.content if status == 200 else b"portal_" not in response.content


@pytest.mark.django_db
def test_without_a_setting_nobody_may_read_metrics(client):
    assert [client.get("/metrics", **sent).status_code for sent in ({}, {"HTTP_AUTHORIZATION": "Bearer "})] == [
        404,
        404,
    ]


@pytest.fixture
def monitoring(client, settings):
    """Who may read: a function that returns the numbers as they are now."""
    settings.METRICS_TOKEN = TOKEN
    return lambda: read(client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").content.decode())


def of_requests(numbers: dict[tuple, float], **labels: str) -> float:
    return numbers.get(("portal_requests_total", *sorted(labels.items())), 0)


@pytest.mark.django_db
def test_page_counts_as_a_miss_once_and_then_as_a_hit(monitoring):
    door = metrics.counted(make_door())
    address = make_article().get_absolute_url()
    before = monitoring()

    answers = [Answered(door, address).status for _ in range(3)]
    unchanged = Answered(door, "/", if_none_match="*").status
    others = [Answered(door, path).status for path in ("/health/live", "/nothing/", "/subscribe/")]
    numbers = monitoring()

    assert (answers, unchanged, others) == ([200, 200, 200], 304, [200, 404, 200])
    told = {
        labels: of_requests(numbers, **dict(zip(("kind", "status", "cache"), labels, strict=True)))
        - of_requests(before, **dict(zip(("kind", "status", "cache"), labels, strict=True)))
        for labels in (
            ("article", "200", "miss"), ("article", "200", "hit"), ("front", "304", "miss"),
            ("health_live", "200", "none"), ("other", "404", "none"), ("subscribe", "200", "none"),
        )
    }  # fmt: skip
    assert list(told.values()) == [1, 2, 1, 1, 1, 1]
    rendered = ("portal_render_seconds_count", ("kind", "article"))
    assert numbers[rendered] - before.get(rendered, 0) == 1
    queries = ("portal_sql_queries_total", ("kind", "article"))
    assert numbers[queries] - before.get(queries, 0) > 0


@pytest.mark.django_db
def test_what_waits_is_told(monitoring, settings):
    article = make_article()
    for number in range(3):
        subscription = Subscription.objects.create(email=f"reader{number}@example.org", edition="kk")
        Letter.objects.create(subscription=subscription, state=Letter.State.UNKNOWN if number else Letter.State.DUE)
    channel = Channel.objects.create(name="Сенат", chat_id="@senat")
    ChannelPost.objects.create(channel=channel, article=article, state=ChannelPost.State.REFUSED)
    for _ in range(5):
        counting.record_hit(article.pk, "kk")
    make_rate("USD", date(2026, 11, 20))
    job = Job.objects.create(name="rates")
    now = timezone.make_aware(timezone.datetime(2026, 11, 27, 12))
    run = {"job": job, "started_at": now}
    JobRun.objects.create(due_at=now - timedelta(hours=3), outcome=JobRun.Outcome.DONE, **run)
    JobRun.objects.create(due_at=now - timedelta(hours=2), outcome=JobRun.Outcome.FAILED, **run)

    with time_machine.travel(now, tick=False):
        numbers = monitoring()

    assert numbers["portal_letters", ("state", "due")] == 1
    assert numbers["portal_letters", ("state", "unknown")] == 2
    assert numbers["portal_posts", ("state", "refused")] == 1
    assert numbers["portal_posts", ("state", "due")] == 0
    assert numbers["portal_readings_waiting",] == 5
    assert numbers["portal_rates_age_days",] == 7
    assert numbers["portal_rates_old",] == 1
    assert numbers["portal_job_age_seconds", ("name", "rates")] == 3 * 3600
    assert numbers["portal_job_failed", ("name", "rates")] == 1
    assert numbers["portal_job_late", ("name", "rates")] == 0
    assert numbers["portal_job_late", ("name", "open data")] == 1
    assert numbers["portal_cache_up",] == 1
    assert numbers["portal_migrations_missing",] == 0
    assert numbers["portal_disk_free_bytes", ("folder", "hits")] > 0
    counting.fold_journals()
    assert monitoring()["portal_readings_waiting",] == 0


@pytest.mark.django_db
def test_database_that_is_away_hides_its_own_numbers_only(monitoring, settings):
    def fail(*_args):
        raise OperationalError("gone")

    metrics.count_request("front", "200 OK", metrics.HIT)
    with connection.execute_wrapper(fail):
        numbers = monitoring()

    reports = {labels[0][1]: value for (name, *labels), value in numbers.items() if name == "portal_report"}
    assert reports == dict.fromkeys(
        ("portal.health.report_metrics", "news.metrics.report_metrics", "rates.health.report_metrics"), 0
    )
    assert any(name == "portal_requests_total" for name, *_labels in numbers)


@pytest.mark.django_db
def test_page_is_answered_where_nothing_can_be_counted_yet(settings, tmp_path, monkeypatch):
    settings.METRICS_DIR = tmp_path / "nowhere"
    monkeypatch.setattr(metrics, "_files", metrics.Files())

    assert Answered(metrics.counted(make_door()), "/").status == 200
    assert not metrics._files.prepare(tries_again=True)
    settings.METRICS_DIR.mkdir()
    assert metrics._files.prepare(tries_again=True)


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
@pytest.mark.django_db
def test_promtool_has_no_objection(client, settings):
    settings.METRICS_TOKEN = TOKEN
    client.get("/")
    text = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").content

    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
