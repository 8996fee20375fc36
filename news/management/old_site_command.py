"""What the commands that import an old site share: their options, and what they tell at the end."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _
from tqdm import tqdm

from news.import_export.old_pictures import OldPictures
from news.import_export.old_site import Found, OldSite, import_old_site
from news.models import TRANSLATIONS


class OldSiteCommand(BaseCommand):
    """A command says where its articles are (`find`); they all go the same way in."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help=self.path_help())
        add = parser.add_argument
        add("--source", required=True, metavar="SLUG", help=_("the source of the articles, which the portal has"))
        add(
            "--language",
            choices=TRANSLATIONS,
            default=TRANSLATIONS[0],
            help=_("the language of what does not say its own (%(default)s)"),
        )
        add(
            "--zone",
            default=settings.TIME_ZONE,
            metavar="NAME",
            help=_("the time zone of dates that do not say their own (%(default)s)"),
        )
        add(
            "--encoding",
            default="windows-1251",
            metavar="NAME",
            help=_("the encoding of files that are not UTF-8 and do not say theirs (%(default)s)"),
        )
        add(
            "--pictures",
            type=Path,
            metavar="DIR",
            help=_("the folder of the old site's pictures, where those that are fetched are stored too"),
        )
        add(
            "--fetch-from",
            action="append",
            default=[],
            metavar="HOST",
            help=_("fetch pictures that are not in the folder from this host; may be repeated"),
        )
        add(
            "--topics",
            type=Path,
            metavar="F.json",
            help=_("which topic of the portal a category becomes: {“old slug or name”: “slug”}; null leaves it out"),
        )
        add(
            "--gone",
            type=Path,
            metavar="F.txt",
            help=_("addresses that are gone for good, one on each line: they answer 410"),
        )
        add("--no-bylines", action="store_true", help=_("do not take over who wrote an article"))
        add("--dry-run", action="store_true", help=_("only report what would be done, and change nothing"))

    def path_help(self) -> str:
        raise NotImplementedError

    def find(self, site: OldSite, path: Path, options: dict[str, Any]) -> Iterable[Found]:
        raise NotImplementedError

    def default_pictures(self, path: Path) -> Path:
        """Where the pictures are unless an option says it."""
        return path.parent / f"{path.name}.pictures"

    def handle(self, *, path: Path, dry_run: bool, **options: Any) -> None:
        site = self.make_site(path, options, dry_run=dry_run)
        try:
            gone = options["gone"].read_text(encoding="utf-8").splitlines() if options["gone"] else []
            with tqdm(unit="", disable=None) as bar:
                outcome = import_old_site(site, watched(self.find(site, path, options), bar), gone)
        except OSError as error:
            problem = {"file": getattr(error, "filename", None) or path, "why": error.strerror or error}
            raise CommandError(_("%(file)s cannot be read: %(why)s.") % problem) from error
        except OperationalError as error:
            raise CommandError(_("The database does not answer: %s") % str(error).strip()) from error
        except KeyboardInterrupt as error:
            interrupted = _("Interrupted. What was imported stays; run the command again to continue.")
            raise CommandError(interrupted, returncode=130) from error
        pictures = site.pictures
        counted = {
            _("pictures found"): pictures.found,
            _("pictures fetched"): pictures.fetched,
            _("pictures to fetch"): pictures.to_fetch,
            **dict(sorted(site.notes.items())),
        }
        for name, number in counted.items():
            if number:
                self.stdout.write(f"{name}: {number}")
        message = (_("Dry run: %s") if dry_run else _("Articles: %s")) % outcome
        if outcome.refused or self.problems:
            raise CommandError(f"{message} {_('Problems: %d.') % self.problems}")
        self.stdout.write(message)

    def make_site(self, path: Path, options: dict[str, Any], *, dry_run: bool) -> OldSite:
        self.problems = 0

        def report(problem: str) -> None:
            self.problems += 1
            with tqdm.external_write_mode():
                self.stderr.write(problem)

        try:
            zone = ZoneInfo(options["zone"])
            "".encode(options["encoding"])
        except (ZoneInfoNotFoundError, ValueError, LookupError) as error:
            raise CommandError(_("“%s” is unknown.") % str(error)) from error
        folder = options["pictures"] or self.default_pictures(path)
        site = OldSite(
            source=options["source"],
            language=options["language"],
            zone=zone,
            pictures=OldPictures(folder, frozenset(map(str.lower, options["fetch_from"])), dry_run=dry_run),
            topic_map=read_topic_map(options["topics"]) if options["topics"] else {},
            encoding=options["encoding"],
            with_bylines=not options["no_bylines"],
            dry_run=dry_run,
            report=report,
        )
        if site.source not in site.names.sources:
            raise CommandError(_("“%(field)s”: “%(slug)s” is unknown.") % {"field": "--source", "slug": site.source})
        if unknown := sorted(set(filter(None, site.topic_map.values())).difference(site.names.topics)):
            raise CommandError(_("“%(field)s”: “%(slug)s” is unknown.") % {"field": "--topics", "slug": unknown[0]})
        return site


def watched(found: Iterable[Found], bar: tqdm) -> Iterable[Found]:
    for each in found:
        yield each
        bar.update()


def read_topic_map(path: Path) -> dict[str, str | None]:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problem = {"file": path, "why": error.strerror or error}
        raise CommandError(_("%(file)s cannot be read: %(why)s.") % problem) from error
    except ValueError as error:
        raise CommandError(_("%(file)s is not JSON: %(why)s.") % {"file": path, "why": error}) from error
    if not isinstance(given, dict) or not all(each is None or isinstance(each, str) for each in given.values()):
        raise CommandError(_("%(file)s has to be an object with a slug or null for each category.") % {"file": path})
    return given
