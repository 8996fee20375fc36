import signal
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection
from django.utils.translation import gettext as _

from portal import jobs
from portal.bell import Bell

EVERY = 5.0
"""Seconds between two checks of which jobs are due."""


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Runs the jobs of settings.JOBS when they are due, until it is told to stop. It may run on several nodes: "
            "each job runs once for each time it is due. Cron can call the jobs' commands instead."
        )
        parser.add_argument("--once", action="store_true", help=_("run what is due now, and end"))

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stop = Bell()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())  # a job that is running is not cut off
        runner = jobs.Runner()
        count = 0
        while not stop.wait(0):
            try:
                jobs.create_missing_jobs()
                count += runner.run_due()
            except (DatabaseError, InterfaceError) as error:
                if once:
                    raise
                self.stderr.write(_("The database does not answer: %s") % str(error).strip())
                connection.close()
            if once or stop.wait(EVERY):
                break
        self.stdout.write(_("Jobs run: %d.") % count)
