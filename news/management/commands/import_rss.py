from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from news.import_export import old_feeds
from news.import_export.old_site import Found, OldSite
from news.management.old_site_command import OldSiteCommand


class Command(OldSiteCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.description = _(
            "Imports the articles of a feed, or of all feeds in a folder: RSS 2, RSS 1 (RDF) or Atom. It may be "
            "repeated, and an interrupted import continues; docs/import.md tells what becomes of what."
        )
        super().add_arguments(parser)

    def path_help(self) -> str:
        return _("the feed, or a folder of .xml, .rss, .atom and .rdf files")

    def find(self, site: OldSite, path: Path, options: dict[str, Any]) -> Iterable[Found]:
        return old_feeds.find_entries(site, path)
