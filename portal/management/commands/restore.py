from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from portal.backups import restore
from portal.backups.backup import MANIFEST, Manifest, list_backups
from portal.backups.database import ToolFailed
from portal.backups.stored_files import SUMS, find_damage, read_identities, read_sums

SHOWN = 20
"""How many differences are listed; the rest is only counted."""


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # there is no table yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Verifies a backup, restores it into the database, the uploads and DATA_DIR that the settings name, and "
            "compares what is there afterwards with the backup. Stop the portal before."
        )
        parser.add_argument("dir", metavar="DIR", help=_("a backup, or a folder of backups: its newest is taken"))
        parser.add_argument(
            "--identity", metavar="FILE", help=_("the file with the secret key of age, for an encrypted backup")
        )
        parser.add_argument(
            "--force", action="store_true", help=_("replace what is there; without it, the place has to be empty")
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help=_("restore nothing, but verify the backup and compare this installation with it"),
        )

    def handle(self, *args: Any, dir: str, identity: str | None, force: bool, check: bool, **options: Any) -> None:
        folder = find_backup(Path(dir))
        self.stdout.write(verify_files(folder))
        manifest = Manifest.read(folder)
        try:
            if not check:
                self.restore(folder, manifest, identity, force)
            differences = [describe(*each) for each in restore.find_differences(manifest)]
        except (OSError, DatabaseError) as error:
            raise CommandError(str(error).strip()) from error
        if differences:
            raise CommandError(_("This installation differs from the backup:") + shorten(differences))
        self.stdout.write(
            _("This installation equals the backup: %(tables)d tables, %(media)d uploads, %(journals)d journals.")
            % {"tables": len(manifest.tables), "media": len(manifest.media), "journals": len(manifest.journals)}
        )
        if not check:
            restore.end_cached_pages()

    def restore(self, folder: Path, manifest: Manifest, identity: str | None, force: bool) -> None:
        if manifest.database["vendor"] != connection.vendor:
            raise CommandError(
                _("The backup is of %(theirs)s, and DATABASE_URL names %(ours)s.")
                % {"theirs": manifest.database["vendor"], "ours": connection.vendor}
            )
        identities = load_identities(manifest, identity)
        there = list(restore.find_what_is_there())
        if there and not force:
            names = {
                "database": _("the database has tables"),
                "media": _("there are uploads"),
                "journals": _("there are journals of readings in %s") % settings.HITS_DIR,
            }
            raise CommandError(
                _("Nothing is restored, because this place is not empty: %s. --force replaces what is there.")
                % ", ".join(names[each] for each in there)
            )
        try:
            restore.restore(folder, manifest, identities, replace="database" in there)
        except pyrage.DecryptError as error:
            raise CommandError(
                _("The key in %(file)s does not open this backup: %(error)s") % {"file": identity, "error": error}
            ) from error
        except ToolFailed as error:
            raise CommandError(_("The database was not restored: %s") % error) from error
        self.stdout.write(_("Restored: the backup of %s.") % manifest.made_at)


def find_backup(place: Path) -> Path:
    """The backup that a folder is, or the newest in it. Raises CommandError."""
    if (place / SUMS).exists() or (place / MANIFEST).exists():
        return place
    if backups := list_backups(place):
        return backups[-1]
    raise CommandError(_("There is no backup in %s.") % place)


def verify_files(folder: Path) -> str:
    """Compares each file of a backup with its checksum. Returns what to say; raises CommandError if one differs."""
    try:
        damage = [describe("", *each) for each in find_damage(folder)]
        if not damage:
            Manifest.read(folder)
    except OSError as error:
        raise CommandError(
            _("The backup in %(folder)s cannot be read: %(error)s") % {"folder": folder, "error": error}
        ) from error
    except ValueError as error:
        raise CommandError(_("The backup in %s was made by another version of the portal.") % folder) from error
    if damage:
        raise CommandError(_("The backup in %s is damaged:") % folder + shorten(damage))
    return _("All %(number)d files of the backup are as they were written: %(folder)s") % {
        "number": len(read_sums(folder)),
        "folder": folder,
    }


def load_identities(manifest: Manifest, file: str | None) -> Sequence[pyrage.x25519.Identity]:
    """The keys to decrypt a backup with. Raises CommandError."""
    if not manifest.recipients:
        return []
    if not file:
        raise CommandError(_("The backup is encrypted: name the file with the secret key by --identity."))
    try:
        return read_identities(Path(file))
    except OSError as error:
        raise CommandError(_("The key cannot be read: %s") % error) from error
    except pyrage.IdentityError as error:
        raise CommandError(_("There is no secret key of age in %s.") % file) from error


def describe(kind: str, name: str, verdict: str) -> str:
    """A line about a difference."""
    words = {"missing": _("is missing"), "unknown": _("is not in the backup"), "changed": _("is not the same")}
    kinds = {"": "", "table": _("table:"), "media": _("upload:"), "journals": _("journal:")}
    said = words.get(verdict) or _("is not the same, rows: %s") % verdict
    return f"{kinds[kind]} {name} {said}".strip()


def shorten(lines: list[str]) -> str:
    """The first lines, each on a line of its own, and the number of the others."""
    shown = lines[:SHOWN]
    if len(lines) > SHOWN:
        shown.append(_("and %d more") % (len(lines) - SHOWN))
    return "".join(f"\n  {line}" for line in shown)
