"""What the doctor says of jobs, backups, rates, readings and dictionaries."""

import os
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from news.editorial.health import check_dictionaries
from news.hits import counting, journals
from news.hits.health import check_readings
from portal.doctor import work
from portal.models import Job, JobRun
from rates.health import check_rates
from rates.models import Rate
from tests.support.factories import make_article, make_rate
from tests.support.places import needs_database_tools

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)  # 17:00 in Almaty


def said(check) -> str:
    return " ".join(f"{level}: {sentence}" for level, sentence in check())


@pytest.fixture
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def job(settings, noon) -> Job:
    """One that is due at 09:00 and 16:30."""
    settings.JOBS = [("rates", "update_rates", ["09:00", "16:30"])]
    return Job.objects.create(name="rates")


def make_run(job: Job, *, hour: int, minute: int = 0, outcome: str = "done", message: str = "") -> None:
    due = datetime(2026, 11, 30, hour, minute, tzinfo=timezone.get_default_timezone())
    JobRun.objects.create(job=job, due_at=due, started_at=due, outcome=outcome, message=message, holder="test")


def test_jobs_that_never_ran(job):
    assert "manage.py run_jobs" in said(work.check_jobs)


def test_job_that_ran_in_time_is_well(job):
    make_run(job, hour=16, minute=30)

    assert said(work.check_jobs) == ""


def test_job_that_is_due_for_half_an_hour_only_is_well(job):
    make_run(job, hour=9)

    assert said(work.check_jobs) == ""


def test_job_that_is_late(job):
    make_run(job, hour=9)
    with time_machine.travel(NOW + timedelta(minutes=45), tick=False):
        assert "manage.py run_jobs" in said(work.check_jobs)


def test_job_that_runs_for_an_hour(job):
    make_run(job, hour=9, outcome="")

    assert "manage.py run_jobs" in said(work.check_jobs)


@pytest.mark.parametrize("outcome", ["failed", "lost"])
def test_job_that_did_not_succeed(job, outcome):
    make_run(job, hour=16, minute=30, outcome=outcome, message="The bank does not answer.")

    assert "The bank does not answer." in said(work.check_jobs)


def test_job_that_succeeded_after_a_failure_is_well(job):
    make_run(job, hour=9, outcome="failed")
    make_run(job, hour=16, minute=30)

    assert said(work.check_jobs) == ""


def test_backups_are_not_asked_for_without_a_folder(settings):
    settings.BACKUP_DIR = ""

    assert said(work.check_backups) == ""


@needs_database_tools
@pytest.mark.django_db(transaction=True)
def test_backups(settings, tmp_path):
    settings.BACKUP_DIR = str(tmp_path / "backups")
    missing = said(work.check_backups)
    with time_machine.travel(NOW):
        call_command("backup", stdout=StringIO())
        well = said(work.check_backups)
    with time_machine.travel(NOW + timedelta(days=3)):
        old = said(work.check_backups)

    assert "manage.py backup" in missing
    assert well == ""
    assert "2026-11-30 17:00" in old


def test_rates(noon):
    missing = said(check_rates)
    make_rate("USD", (NOW - timedelta(days=5)).date(), "450")
    old = said(check_rates)
    make_rate("USD", NOW.date(), "450")
    well = said(check_rates)
    make_rate("EUR", NOW.date(), "900", state=Rate.State.HELD_BACK)
    held_back = said(check_rates)

    assert "manage.py update_rates" in missing
    assert "2026-11-25" in old
    assert well == ""
    assert held_back.startswith("hint: ")


@pytest.mark.django_db(transaction=True)
def test_readings_that_wait(settings):
    nothing = said(check_readings)
    counting.record_hit(make_article().pk, "kk")
    waiting = said(check_readings)
    counting.fold_journals()
    os.utime(settings.HITS_DIR / journals.LOCK, (0, 0))
    counted = said(check_readings)
    counting.record_hit(make_article().pk, "kk")
    waiting_again = said(check_readings)
    os.utime(settings.HITS_DIR / journals.LOCK)
    portal_runs = said(check_readings)

    assert nothing == ""
    assert "manage.py fold_hits" in waiting
    assert counted == ""
    assert "manage.py fold_hits" in waiting_again
    assert portal_runs == ""


def test_dictionaries(settings, tmp_path):
    settings.HUNSPELL_FOLDER = str(tmp_path)
    missing = said(check_dictionaries)
    for name in ("kk_KZ", "ru_RU", "en_GB"):
        (tmp_path / f"{name}.aff").write_text("")
        (tmp_path / f"{name}.dic").write_text("")

    assert missing.startswith("hint: ")
    assert "hunspell-kk, hunspell-ru, hunspell-en-gb" in missing
    assert said(check_dictionaries) == ""
