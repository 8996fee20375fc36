"""Runs the portal's jobs (settings.JOBS), each of them once for each time it is due.

Any number of nodes may run `manage.py run_jobs`. A job has one row in the database. The runner that holds the row's
lease increases a number in it every few seconds, as a heartbeat. A runner that sees the same number for long enough
takes the job over and runs again what was not finished. Each runner measures that by its own monotonic clock; the time
of day only decides which times are due.
"""

import logging
import os
import shlex
import socket
import time as clock
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from io import StringIO
from threading import Event, Thread
from uuid import uuid4

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from portal.models import Job, JobRun

logger = logging.getLogger(__name__)

BEAT = 10.0
"""Seconds between two heartbeats of a running job."""
DEAD_AFTER = 60.0
"""Seconds without a heartbeat after which a job's holder is taken for dead."""
WRONG_CLOCK = timedelta(hours=12)
"""A run for a time so far ahead was made by a clock that was wrong."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""As settings.JOBS writes them."""
MAX_ATTEMPTS = 5
"""How often a run is started again if its runners die."""
DELETE_RUNS_AFTER = timedelta(days=90)


@dataclass(frozen=True)
class Plan:
    """One line of settings.JOBS."""

    name: str
    command: str
    times: tuple[time, ...]
    """Of every day."""
    weekly: tuple[tuple[int, time], ...] = ()
    """Each with its day of the week, Monday being 0."""

    def due(self, now: datetime) -> datetime:
        """The latest time that has come."""
        return max(each for each in self._around(now) if each <= now)

    def next(self, now: datetime) -> datetime:
        """The next time to come."""
        return min(each for each in self._around(now) if each > now)

    def _around(self, now: datetime) -> list[datetime]:
        today = timezone.localdate(now)
        zone = timezone.get_default_timezone()
        moments = [(today + timedelta(days=number), at) for number in (-1, 0, 1) for at in self.times]
        for weekday, at in self.weekly:
            last = today - timedelta(days=(today.weekday() - weekday) % 7)
            moments += [(last + timedelta(days=number), at) for number in (-7, 0, 7)]
        return [datetime.combine(day, at, zone) for day, at in moments]


def load_plans() -> list[Plan]:
    """The jobs of the settings."""
    return [parse_plan(*line) for line in settings.JOBS]


def parse_plan(name: str, command: str, times: list[str]) -> Plan:
    """A line of settings.JOBS: each time is `09:00` (every day) or `Mon 09:00` (every week). Raises ValueError."""
    daily, weekly = [], []
    for written in times:
        day, _space, at = written.rpartition(" ")
        if day:
            weekly.append((WEEKDAYS.index(day), time.fromisoformat(at)))
        else:
            daily.append(time.fromisoformat(at))
    return Plan(name, command, tuple(daily), tuple(weekly))


def create_missing_jobs() -> None:
    """Create the missing rows of the jobs of the settings, so that the admin lists them before they have run."""
    existing = set(Job.objects.values_list("name", flat=True))
    missing = [Job(name=plan.name) for plan in load_plans() if plan.name not in existing]
    if missing:
        Job.objects.bulk_create(missing, ignore_conflicts=True)


def run_plan(plan: Plan) -> tuple[str, str]:
    """Run the command of a job. Returns its outcome and its output."""
    output = StringIO()
    name, *options = shlex.split(plan.command)
    try:
        call_command(name, *options, stdout=output, stderr=output)
    except CommandError as error:
        logger.error("The job “%s” failed: %s", plan.name, error)
        return JobRun.Outcome.FAILED, str(error)
    except Exception as error:  # whatever happens in one job, the others go on
        logger.exception("The job “%s” broke.", plan.name)
        return JobRun.Outcome.FAILED, f"{type(error).__name__}: {error}"
    return JobRun.Outcome.DONE, output.getvalue().strip()


class Runner:
    """Runs jobs in one process, of which there may be several."""

    def __init__(
        self,
        jobs: list[Plan] | None = None,
        *,
        now: Callable[[], datetime] = timezone.now,
        steady: Callable[[], float] = clock.monotonic,
        run: Callable[[Plan], tuple[str, str]] = run_plan,
        dead_after: float = DEAD_AFTER,
        beat: float = BEAT,
    ) -> None:
        self.plans = load_plans() if jobs is None else jobs
        self.now, self.steady, self.run = now, steady, run
        self.dead_after, self.beat = dead_after, beat
        self.name = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:8]}"
        self.last_beats: dict[str, tuple[tuple[str, int], float]] = {}
        """The last heartbeat of each job that another runner holds, and when this one saw it first."""

    def run_due(self) -> int:
        """Run the jobs that are due, one after the other. Returns how many there were."""
        return sum(self.take_and_run(plan) for plan in self.plans)

    def take_and_run(self, plan: Plan) -> bool:
        """Run a job if it is due and nobody else runs it. Returns whether it did."""
        run = self.take(plan)
        if run is None:
            return False
        stop = Event()
        beating = Thread(target=self.send_heartbeats, args=[plan, stop], daemon=True)
        beating.start()
        try:
            outcome, message = self.run(plan)
        finally:
            stop.set()
            beating.join()
        self.finish(plan, run, outcome, message)
        return True

    @transaction.atomic
    def take(self, plan: Plan) -> JobRun | None:
        """The run that is due, now held by this runner; None if there is none or another runner holds it."""
        job = Job.objects.select_for_update().get(name=plan.name)
        if job.holder and not self.is_dead(job):
            return None
        now = self.now()
        runs = JobRun.objects.filter(job=job)
        runs.filter(due_at__gt=now + WRONG_CLOCK).delete()
        # A run without an outcome was broken off. It comes first, but not for ever: it may be what kills its runners.
        runs.filter(outcome="", attempts__gte=MAX_ATTEMPTS).update(outcome=JobRun.Outcome.LOST)
        broken_off = runs.filter(outcome="").order_by("due_at").first()
        run = broken_off or runs.filter(due_at=plan.due(now)).first() or JobRun(job=job, due_at=plan.due(now))
        if run.outcome:
            if job.holder:
                self.release(job)
            return None
        run.started_at, run.holder, run.attempts = now, self.name, run.attempts + 1
        run.save()
        job.holder, job.beats = self.name, job.beats + 1
        job.save()
        return run

    def is_dead(self, job: Job) -> bool:
        """Whether the holder has sent no heartbeat for `dead_after` seconds, by this runner's own clock."""
        beat = (job.holder, job.beats)
        last, since = self.last_beats.get(job.name, (None, 0.0))
        if last != beat:
            self.last_beats[job.name] = (beat, self.steady())
            return False
        return self.steady() - since >= self.dead_after

    def send_heartbeats(self, plan: Plan, stop: Event) -> None:
        try:
            while not stop.wait(self.beat):
                with suppress(DatabaseError):  # the next one may succeed
                    Job.objects.filter(name=plan.name, holder=self.name).update(beats=F("beats") + 1)
        finally:
            connection.close()

    @transaction.atomic
    def finish(self, plan: Plan, run: JobRun, outcome: str, message: str) -> None:
        """Record the outcome, unless another runner has taken this one for dead and the job over."""
        job = Job.objects.select_for_update().get(name=plan.name)
        if job.holder != self.name:
            logger.warning("The job “%s” was taken over by %s in the meantime.", plan.name, job.holder or "nobody")
            return
        JobRun.objects.filter(pk=run.pk).update(outcome=outcome, message=message[-1000:], finished_at=self.now())
        JobRun.objects.filter(job=job, due_at__lt=self.now() - DELETE_RUNS_AFTER).delete()
        self.release(job)

    def release(self, job: Job) -> None:
        """Let other runners take the job."""
        job.holder = ""
        job.save()
