from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from news.import_export import old_pages
from news.import_export.old_site import Found, OldSite
from news.management.old_site_command import OldSiteCommand


class Command(OldSiteCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.description = _(
            "Imports the articles of a folder of saved pages. A file in TOML says by CSS selectors where on a page the "
            "title, the text, the date and so on stand. It may be repeated, and an interrupted import continues; "
            "docs/import.md tells what becomes of what."
        )
        super().add_arguments(parser)
        parser.add_argument(
            "--selectors", type=Path, required=True, metavar="F.toml", help=_("the file of CSS selectors")
        )
        parser.add_argument(
            "--address",
            default="",
            metavar="URL",
            help=_("the address that the folder had, for pages that do not say their own"),
        )

    def path_help(self) -> str:
        return _("the folder of .html and .htm files")

    def default_pictures(self, path: Path) -> Path:
        return path

    def find(self, site: OldSite, path: Path, options: dict[str, Any]) -> Iterable[Found]:
        try:
            selectors = old_pages.Selectors.load(options["selectors"])
        except old_pages.BadSelectors as error:
            raise CommandError(str(error)) from error
        return old_pages.find_pages(site, path, selectors, options["address"])
