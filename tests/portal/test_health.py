from datetime import date, datetime

import pytest
import time_machine
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from portal import health
from portal.jobs import load_plans
from portal.models import Job, JobRun
from portal.settings import cache_of
from rates.models import Rate
from tests.support.factories import make_rate
from tests.support.pauses import end_pauses


def test_live_asks_no_database(client):
    response = client.get("/health/live")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


def jobs_run(moment: str, *names: str, outcome: str = "done") -> None:
    """All jobs, or those named, ran for the last time that they were due."""
    now = datetime.fromisoformat(moment)
    for plan in load_plans():
        if not names or plan.name in names:
            job, _ = Job.objects.get_or_create(name=plan.name)
            values = {"outcome": outcome, "started_at": now}
            JobRun.objects.update_or_create(job=job, due_at=plan.due(now), defaults=values)


@pytest.mark.django_db
@pytest.mark.parametrize(("today", "old"), [("2026-11-27", False), ("2026-11-28", True)])
def test_ready_tells_how_old_the_rates_are_and_stays_ready(client, today, old):
    make_rate("USD", date(2026, 11, 23))
    make_rate("EUR", date(2026, 11, 23), state=Rate.State.HELD_BACK)
    jobs_run(f"{today} 12:00+05:00")

    with time_machine.travel(f"{today} 12:00+05:00", tick=False):
        response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "cache": "ok",
        "disk": "ok",
        "jobs": {"late": [], "failed": []},
        "details": {"rates": {"day": "2026-11-23", "old": old, "held_back": 1}},
        "warnings": ["The rates are old."] if old else [],
    }


@pytest.mark.django_db
def test_ready_stands_without_rates(client):
    assert client.get("/health/ready").json()["details"] == {"rates": {"day": None, "old": True, "held_back": 0}}


@pytest.mark.django_db
def test_ready_says_no_while_the_database_does_not_answer(client):
    def broken(execute, sql, params, many, context):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(broken):
        ready, live = client.get("/health/ready"), client.get("/health/live")

    assert ready.status_code == 503
    assert live.status_code == 200
    assert ready.json() == {"status": "unavailable", "database": "does not answer"}


@pytest.mark.django_db
def test_ready_tells_of_jobs_that_are_late_or_failed_and_stays_ready(client):
    jobs_run("2026-11-27 11:55+05:00", "announcements")
    jobs_run("2026-11-27 12:00+05:00")
    jobs_run("2026-11-27 12:00+05:00", "announcements", outcome="failed")
    with time_machine.travel("2026-11-27 12:14+05:00", tick=False):
        soon = client.get("/health/ready").json()["jobs"]
    with time_machine.travel("2026-11-27 12:25+05:00", tick=False):
        response = client.get("/health/ready")

    assert soon == {"late": [], "failed": ["announcements"]}
    assert response.status_code == 200
    late = ["pictures for sharing", "open data after a withdrawal", "posts in channels", "letters to subscribers"]
    late.append("order of articles by readings")
    assert response.json()["jobs"] == {"late": [*late[:2], "announcements", *late[2:]], "failed": ["announcements"]}
    assert "The job “posts in channels” is late: is run_jobs running?" in response.json()["warnings"]
    assert "The job “announcements” failed; the admin shows why under Jobs." in response.json()["warnings"]


@pytest.mark.django_db
def test_ready_says_no_until_the_database_has_the_migrations_of_this_code(client, monkeypatch):
    monkeypatch.setattr(health, "migrations", health.Migrations())
    applied = MigrationRecorder.Migration.objects.filter(app="rates", name="0001_initial")
    values = applied.values("app", "name", "applied").get()
    applied.delete()

    missing = client.get("/health/ready")
    MigrationRecorder.Migration.objects.create(**values)
    there = client.get("/health/ready")

    assert missing.status_code == 503
    assert missing.json() == {"status": "unavailable", "database": "ok", "migrations": "missing"}
    assert there.status_code == 200


@pytest.mark.django_db
def test_ready_tells_of_a_dead_cache_and_stays_ready(client, settings):
    settings.CACHES = {"default": cache_of("redis://127.0.0.1:9/0")}

    response = client.get("/health/ready")
    end_pauses()

    assert response.status_code == 200
    assert response.json()["cache"] == "does not answer"
    assert response.json()["warnings"][0].startswith("The shared cache does not answer")


@pytest.mark.django_db
def test_ready_tells_of_a_full_disk_and_stays_ready(client, monkeypatch):
    monkeypatch.setattr(health, "LITTLE", 10**18)

    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json()["disk"] == "full"
    assert "A disk of this node is nearly full or cannot be written to." in response.json()["warnings"]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_answers_a_balancer_without_tls(client, settings, path, db):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(path).status_code == 200
