"""The jobs of the portal: which run when (settings.JOBS), and each once for each time it is due.

Any number of nodes may run `manage.py run_jobs`. A job has one row in the database. Who runs it holds that row's
lease and beats: he counts a number up every few seconds. Who sees the same number for long enough takes the job over
from a dead one, and runs again what was not finished. That is measured by each watcher's own clock that only goes
forward; the time of day decides nothing but which times are due.
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
"""Seconds between two signs of life of a running job."""
DEAD_AFTER = 60.0
"""Seconds without one after which a job's holder is taken for dead."""
WRONG_CLOCK = timedelta(hours=12)
"""A run for a time so far ahead was made by a clock that was wrong."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""As settings.JOBS writes them."""
ATTEMPTS = 5
"""So often a run is begun that its runners do not survive."""
KEPT_FOR = timedelta(days=90)


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
        """The newest time that has come."""
        return max(moment for moment in self._around(now) if moment <= now)

    def next(self, now: datetime) -> datetime:
        return min(moment for moment in self._around(now) if moment > now)

    def _around(self, now: datetime) -> list[datetime]:
        today = timezone.localdate(now)
        zone = timezone.get_default_timezone()
        moments = [(today + timedelta(days=number), at) for number in (-1, 0, 1) for at in self.times]
        for weekday, at in self.weekly:
            last = today - timedelta(days=(today.weekday() - weekday) % 7)
            moments += [(last + timedelta(days=number), at) for number in (-7, 0, 7)]
        return [datetime.combine(day, at, zone) for day, at in moments]


def plans() -> list[Plan]:
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


def write_down() -> None:
    """A row for each job of the settings, so that all can be seen before they have run."""
    known = set(Job.objects.values_list("name", flat=True))
    missing = [Job(name=plan.name) for plan in plans() if plan.name not in known]
    if missing:
        Job.objects.bulk_create(missing, ignore_conflicts=True)


def run(plan: Plan) -> tuple[str, str]:
    """How a job ended, and what it said last."""
    said = StringIO()
    name, *options = shlex.split(plan.command)
    try:
        call_command(name, *options, stdout=said, stderr=said)
    except CommandError as error:
        logger.error("The job “%s” failed: %s", plan.name, error)
        return JobRun.Outcome.FAILED, str(error)
    except Exception as error:  # whatever one job does, the others go on
        logger.exception("The job “%s” broke.", plan.name)
        return JobRun.Outcome.FAILED, f"{type(error).__name__}: {error}"
    return JobRun.Outcome.DONE, said.getvalue().strip()


class Runner:
    """One process that runs jobs, beside any others."""

    def __init__(
        self,
        jobs: list[Plan] | None = None,
        *,
        now: Callable[[], datetime] = timezone.now,
        steady: Callable[[], float] = clock.monotonic,
        run: Callable[[Plan], tuple[str, str]] = run,
        dead_after: float = DEAD_AFTER,
        beat: float = BEAT,
    ) -> None:
        self.plans = plans() if jobs is None else jobs
        self.now, self.steady, self.run = now, steady, run
        self.dead_after, self.beat = dead_after, beat
        self.name = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:8]}"
        self.seen: dict[str, tuple[tuple[str, int], float]] = {}
        """Of each job held by somebody: his last sign of life, and when we saw it first."""

    def run_due(self) -> int:
        """Runs what is due, one job after the other. Returns how many that were."""
        return sum(self.take_and_run(plan) for plan in self.plans)

    def take_and_run(self, plan: Plan) -> bool:
        taken = self.take(plan)
        if taken is None:
            return False
        stop = Event()
        beating = Thread(target=self.keep_beating, args=[plan, stop], daemon=True)
        beating.start()
        try:
            outcome, message = self.run(plan)
        finally:
            stop.set()
            beating.join()
        self.finish(plan, taken, outcome, message)
        return True

    @transaction.atomic
    def take(self, plan: Plan) -> JobRun | None:
        """The run to be made now, if there is one and nobody else makes it."""
        job = Job.objects.select_for_update().get(name=plan.name)
        if job.holder and not self.is_dead(job):
            return None
        now = self.now()
        runs = JobRun.objects.filter(job=job)
        runs.filter(due_at__gt=now + WRONG_CLOCK).delete()
        # What is without an outcome was broken off: it comes first, a few times, for it may be what kills its runners.
        runs.filter(outcome="", attempts__gte=ATTEMPTS).update(outcome=JobRun.Outcome.LOST)
        broken_off = runs.filter(outcome="").order_by("due_at").first()
        taken = broken_off or runs.filter(due_at=plan.due(now)).first() or JobRun(job=job, due_at=plan.due(now))
        if taken.outcome:
            if job.holder:
                self.release(job)
            return None
        taken.started_at, taken.holder, taken.attempts = now, self.name, taken.attempts + 1
        taken.save()
        job.holder, job.beats = self.name, job.beats + 1
        job.save()
        return taken

    def is_dead(self, job: Job) -> bool:
        """Whether the holder has given no sign of life since long, by our own steady clock."""
        sign = (job.holder, job.beats)
        known, since = self.seen.get(job.name, (None, 0.0))
        if known != sign:
            self.seen[job.name] = (sign, self.steady())
            return False
        return self.steady() - since >= self.dead_after

    def keep_beating(self, plan: Plan, stop: Event) -> None:
        try:
            while not stop.wait(self.beat):
                with suppress(DatabaseError):  # the next beat may get through
                    Job.objects.filter(name=plan.name, holder=self.name).update(beats=F("beats") + 1)
        finally:
            connection.close()

    @transaction.atomic
    def finish(self, plan: Plan, taken: JobRun, outcome: str, message: str) -> None:
        """Writes the outcome down, unless somebody has taken us for dead and the job over."""
        job = Job.objects.select_for_update().get(name=plan.name)
        if job.holder != self.name:
            logger.warning("The job “%s” was taken over by %s in the meantime.", plan.name, job.holder or "nobody")
            return
        JobRun.objects.filter(pk=taken.pk).update(outcome=outcome, message=message[-1000:], finished_at=self.now())
        JobRun.objects.filter(job=job, due_at__lt=self.now() - KEPT_FOR).delete()
        self.release(job)

    def release(self, job: Job) -> None:
        job.holder = ""
        job.save()
