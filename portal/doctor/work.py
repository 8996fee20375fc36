"""Checks of what should have been done by now: jobs and backups."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.backups.backup import list_backups, parse_stamp
from portal.doctor.findings import Finding, wrong
from portal.jobs import load_plans
from portal.models import JobRun

LATE = timedelta(hours=1)
"""How late a job may be; jobs run one after the other."""
BACKUP_AGE = timedelta(days=2)


def check_jobs() -> Iterator[Finding]:
    now = timezone.now()
    last: dict[str, JobRun] = {}
    late = []
    for plan in load_plans():
        run = JobRun.objects.filter(job__name=plan.name).order_by("-due_at").first()
        if run:
            last[plan.name] = run
        due = plan.due(now - LATE)
        if run is None or run.due_at < due or (not run.outcome and run.due_at <= due):
            late.append(plan.name)
    if not last:
        yield wrong(_("No job has ever run. Start manage.py run_jobs as a service."))
        return
    if late:
        yield wrong(
            _("Jobs are more than an hour late: %s. See whether manage.py run_jobs runs.")
            % ", ".join(_(name) for name in late)
        )
    for name, run in last.items():
        if run.outcome in (JobRun.Outcome.FAILED, JobRun.Outcome.LOST):
            yield wrong(
                _("The job “%(job)s” did not succeed: %(message)s") % {"job": _(name), "message": run.message[:300]}
            )


def check_backups() -> Iterator[Finding]:
    if not settings.BACKUP_DIR:
        return
    moments = [moment for each in list_backups(Path(settings.BACKUP_DIR)) if (moment := parse_stamp(each.name))]
    if not moments:
        yield wrong(_("There is no backup in %s yet. Run manage.py backup.") % settings.BACKUP_DIR)
    elif timezone.now() - max(moments) > BACKUP_AGE:
        yield wrong(
            _("The newest backup is of %s. See under Jobs in the admin why there is no newer one.")
            % f"{timezone.localtime(max(moments)):%Y-%m-%d %H:%M}"
        )
