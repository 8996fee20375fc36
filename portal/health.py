"""Says whether this process runs and whether it can serve readers, for balancers, process managers and monitoring."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from portal.jobs import load_plans
from portal.models import Job, JobRun
from portal.shared_cache import shared_cache

LITTLE = 256 * 1024 * 1024
"""Bytes of a disk below which it is told to be nearly full."""
GRACE = timedelta(minutes=15)
"""How long after its time a job may be done before it is told to be late: one that runs for long delays others."""


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 while the process runs. It queries nothing, so that a database that is down causes no useless restart."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 while this node can serve readers: the database answers and has the tables of this code. Otherwise 503.

    What else is wrong is told in `warnings` and takes no node out of service, because pages with old rates, or made
    without the shared cache, are better than none.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not migrations.are_applied():
            return JsonResponse({"status": "unavailable", "database": "ok", "migrations": "missing"}, status=503)
        details: dict[str, Any] = {name: import_string(path)() for name, path in settings.HEALTH_DETAILS.items()}
        states = find_job_states()
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "does not answer"}, status=503)
    full = [str(disk.folder) for disk in find_disks() if not disk.is_well]
    report: dict[str, Any] = {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "cache": "ok" if shared_cache.answers() else "does not answer",
        "disk": "full" if full else "ok",
        "jobs": {
            "late": [state.name for state in states if state.is_late],
            "failed": [state.name for state in states if state.has_failed],
        },
        "details": details,
    }
    return JsonResponse(report | {"warnings": list(describe_warnings(report))})


def describe_warnings(report: dict[str, Any]) -> Iterator[str]:
    """What of a report somebody should look at, a sentence each."""
    if report["cache"] != "ok":
        yield "The shared cache does not answer: each process caches pages alone, and requests are not limited."
    if report["disk"] != "ok":
        yield "A disk of this node is nearly full or cannot be written to."
    for name in report["jobs"]["late"]:
        yield f"The job “{name}” is late: is run_jobs running?"
    for name in report["jobs"]["failed"]:
        yield f"The job “{name}” failed; the admin shows why under Jobs."
    for name, detail in report["details"].items():
        if detail.get("old"):
            yield f"The {name} are old."


class Migrations:
    """Whether the database has all tables and columns of this code; once it has them they stay."""

    def __init__(self) -> None:
        self.were_applied = False

    def are_applied(self) -> bool:
        """Raises DatabaseError. A database that is further on than this code is no obstacle."""
        if not self.were_applied:
            executor = MigrationExecutor(connection)
            self.were_applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self.were_applied


migrations = Migrations()


@dataclass(frozen=True)
class JobState:
    """How a job of the settings stands."""

    name: str
    done: datetime | None
    """The time for which it was last done."""
    is_late: bool
    has_failed: bool
    """Its newest run that ended was not done."""


def find_job_states() -> list[JobState]:
    """Each job of the settings. Raises DatabaseError."""
    now = timezone.now()
    ended = JobRun.objects.filter(job=OuterRef("pk")).exclude(outcome="").order_by("-due_at")
    done = ended.filter(outcome=JobRun.Outcome.DONE)
    rows = Job.objects.annotate(done=Subquery(done.values("due_at")[:1]), last=Subquery(ended.values("outcome")[:1]))
    jobs = {name: (done, last) for name, done, last in rows.values_list("name", "done", "last")}
    states = []
    for plan in load_plans():
        done_for, last = jobs.get(plan.name, (None, None))
        is_late = done_for is None or done_for < plan.due(now - GRACE)
        states.append(JobState(plan.name, done_for, is_late, last in (JobRun.Outcome.FAILED, JobRun.Outcome.LOST)))
    return states


@dataclass(frozen=True)
class Disk:
    """The disk of a folder that the portal writes to."""

    folder: Path
    free: int
    """Bytes."""
    is_writable: bool

    @property
    def is_well(self) -> bool:
        return self.is_writable and self.free >= LITTLE


def find_disks() -> list[Disk]:
    """Of the journals of readings, and of the uploads if they are files."""
    folders = [Path(settings.HITS_DIR)]
    if "FileSystem" in settings.STORAGES["default"]["BACKEND"]:
        folders.append(Path(settings.MEDIA_ROOT))
    return [look_at_disk(folder) for folder in folders]


def look_at_disk(folder: Path) -> Disk:
    there = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        return Disk(folder, shutil.disk_usage(there).free, os.access(there, os.W_OK))
    except OSError:
        return Disk(folder, 0, is_writable=False)


def report_metrics() -> Iterator[Metric]:
    """The same for /metrics (settings.METRICS). Raises DatabaseError."""
    cache = GaugeMetricFamily("portal_cache_up", "Whether the shared cache answers.")
    cache.add_metric([], shared_cache.answers())
    yield cache
    free = GaugeMetricFamily("portal_disk_free_bytes", "Room on the disk of a folder.", labels=["folder"])
    writable = GaugeMetricFamily("portal_disk_writable", "Whether a folder may be written to.", labels=["folder"])
    for disk in find_disks():
        free.add_metric([disk.folder.name], disk.free)
        writable.add_metric([disk.folder.name], disk.is_writable)
    yield from (free, writable)
    missing = GaugeMetricFamily("portal_migrations_missing", "Whether the database lacks migrations of this code.")
    missing.add_metric([], not migrations.are_applied())
    yield missing
    now = timezone.now()
    age = GaugeMetricFamily("portal_job_age_seconds", "Since the time a job was last done for.", labels=["name"])
    late = GaugeMetricFamily("portal_job_late", "Whether a job is later than it may be.", labels=["name"])
    failed = GaugeMetricFamily("portal_job_failed", "Whether the last run of a job failed.", labels=["name"])
    for state in find_job_states():
        if state.done:
            age.add_metric([state.name], (now - state.done).total_seconds())
        late.add_metric([state.name], state.is_late)
        failed.add_metric([state.name], state.has_failed)
    yield from (age, late, failed)
