from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from news.import_export import wordpress
from news.import_export.old_site import Found, OldSite
from news.management.old_site_command import OldSiteCommand


class Command(OldSiteCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.description = _(
            "Imports the articles of a WordPress site from the file that its Tools → Export writes (WXR). It may be "
            "repeated, and an interrupted import continues; docs/import.md tells what becomes of what."
        )
        super().add_arguments(parser)
        parser.add_argument(
            "--types",
            default="post",
            metavar="TYPE,TYPE",
            help=_("the types of posts that are articles (%(default)s); pages are of the type page"),
        )
        parser.add_argument(
            "--hits-from",
            action="append",
            default=[],
            metavar="KEY",
            help=_("the custom field with the readings, such as post_views_count or views; may be repeated"),
        )

    def path_help(self) -> str:
        return _("the exported file")

    def find(self, site: OldSite, path: Path, options: dict[str, Any]) -> Iterable[Found]:
        kinds = {kind.strip() for kind in options["types"].split(",")}
        return wordpress.find_posts(site, path, kinds=kinds, counters=options["hits_from"])
