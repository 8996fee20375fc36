import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.doctor.findings import Level, examine

MARKS = {Level.OK: "✓", Level.HINT: "·", Level.WRONG: "✗", Level.UNKNOWN: "?"}


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # it says itself what is wrong

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Says what is wrong with this installation and how to mend it. Lines with ✗ have to be mended, those with "
            "· may be meant to be so. Fails if anything is wrong."
        )
        parser.add_argument("--json", action="store_true", help=_("print all checks as JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        reports = []
        for report in examine():
            reports.append(report)
            if not options["json"]:
                self.stdout.write(f"{MARKS[report.level]} {report.check}  {report.sentence}".rstrip())
                self.stdout.flush()
        if options["json"]:
            self.stdout.write(json.dumps([report._asdict() for report in reports], ensure_ascii=False, indent=1))
        count = sum(report.level in (Level.WRONG, Level.UNKNOWN) for report in reports)
        if count:
            raise CommandError(_("To be mended: %d.") % count)
        if not options["json"]:
            self.stdout.write(_("Nothing is wrong."))
