import shutil
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from portal.backups.backup import STAMP, AlreadyRunning, list_backups, make_backup, parse_stamp
from portal.backups.database import ToolFailed
from portal.backups.retention import Keep, find_outdated
from portal.backups.stored_files import parse_recipient
from portal.management.commands.restore import verify_files


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Makes a backup in a new folder of DIR: the database by its own tools, uploads, readings that are not "
            "counted yet, the settings without secrets, and the checksum of each file. The portal may be in use "
            "meanwhile. Uploads that the backup before has are linked to it and take no space again."
        )
        parser.add_argument("dir", metavar="DIR", nargs="?", help=_("where backups are; BACKUP_DIR if not given"))
        parser.add_argument(
            "--recipient",
            action="append",
            metavar="AGE1…",
            help=_("encrypt for this public key of age (may be repeated); BACKUP_RECIPIENTS if not given"),
        )
        parser.add_argument(
            "--keep",
            metavar="7,4,12",
            help=_(
                "afterwards delete all backups in DIR but the newest of so many days, weeks and months; "
                "BACKUP_KEEP if DIR is not given, otherwise nothing is deleted"
            ),
        )
        parser.add_argument(
            "--check", action="store_true", help=_("make none, but verify every file of the newest one")
        )

    def handle(self, *args: Any, dir: str | None, check: bool, **options: Any) -> None:
        if not (dir or settings.BACKUP_DIR):
            raise CommandError(_("Say where backups are: manage.py backup DIR, or set BACKUP_DIR."))
        place = Path(dir or settings.BACKUP_DIR)
        if check:
            if not (backups := list_backups(place)):
                raise CommandError(_("There is no backup in %s.") % place)
            self.stdout.write(verify_files(backups[-1]))
            return
        keep = parse_keep(options["keep"] or ("" if dir else settings.BACKUP_KEEP))
        folder = self.make(place, options["recipient"] or settings.BACKUP_RECIPIENTS)
        if keep:
            moments = [moment for each in list_backups(place) if (moment := parse_stamp(each.name))]
            outdated = find_outdated(moments, keep)
            for moment in outdated:
                shutil.rmtree(place / f"{moment:{STAMP}}")
            self.stdout.write(_("Older backups deleted: %d.") % len(outdated))
        self.stdout.write(str(folder))

    def make(self, place: Path, recipients: list[str]) -> Path:
        try:
            for key in recipients:
                parse_recipient(key)
            folder, manifest, linked = make_backup(place, recipients)
        except pyrage.RecipientError as error:
            raise CommandError(_("This is no public key of age: %s") % error) from error
        except AlreadyRunning as error:
            raise CommandError(_("Another backup is being made in %s.") % place) from error
        except ToolFailed as error:
            raise CommandError(_("The database could not be dumped, and there is no new backup: %s") % error) from error
        except (OSError, DatabaseError) as error:
            raise CommandError(_("There is no new backup: %s") % str(error).strip()) from error
        self.stdout.write(
            _(
                "Backup made: %(rows)d rows in %(tables)d tables, %(media)d uploads (%(size)s, %(linked)d of them "
                "linked), %(journals)d journals of readings."
            )
            % {
                "rows": sum(table.rows for table in manifest.tables.values()),
                "tables": len(manifest.tables),
                "media": len(manifest.media),
                "size": filesizeformat(sum(content.bytes for content in manifest.media.values())),
                "linked": linked,
                "journals": len(manifest.journals),
            }
        )
        for name in manifest.lost:
            self.stderr.write(_("The database names an upload that the storage does not have: %s") % name)
        return folder


def parse_keep(text: str) -> Keep | None:
    """None for an empty text, which keeps everything."""
    try:
        return Keep.parse(text) if text else None
    except ValueError as error:
        raise CommandError(_("Write what is kept as three numbers, days, weeks and months: 7,4,12.")) from error
