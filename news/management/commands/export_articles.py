import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from news.api import dumps
from news.import_export import articles
from news.models import Article


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Writes all articles, drafts and withdrawn ones too, as an archive that import_articles reads: JSON Lines, "
            "described in docs/import.md. With --output the covers are put into a folder beside it."
        )
        parser.add_argument(
            "--output", type=Path, metavar="F.jsonl", help=_("write to this file instead of the standard output")
        )

        parser.add_argument(
            "--public",
            action="store_true",
            help=_(
                "write the open data: the public articles, compressed, with a checksum, where anybody may download them"
            ),
        )
        parser.add_argument(
            "--if-withdrawn",
            action="store_true",
            help=_("with --public: only if the last dump holds something that readers have no longer"),
        )

    def handle(self, *, output: Path | None, public: bool, if_withdrawn: bool, **options: Any) -> None:
        if public:
            self.make_public(if_withdrawn=if_withdrawn)
        else:
            self.make_archive(output)

    def make_archive(self, output: Path | None) -> None:
        self.problems = 0
        try:
            count = self.write_file(output) if output else self.write_lines(self.stdout)
        except OSError as error:
            problem = {"file": output or "-", "why": error.strerror}
            raise CommandError(_("%(file)s cannot be written: %(why)s.") % problem) from error
        except OperationalError as error:
            raise CommandError(_("The database does not answer: %s") % str(error).strip()) from error
        message = ngettext("%d article is written.", "%d articles are written.", count) % count
        if self.problems:
            raise CommandError(message)
        (self.stdout if output else self.stderr).write(message)

    def make_public(self, *, if_withdrawn: bool) -> None:
        last = dumps.latest_dump()
        if if_withdrawn and not (last and dumps.is_outdated(last)):
            self.stdout.write(_("Readers still have all that is in the last dump."))
            return
        try:
            with tqdm(total=Article.objects.published().count(), disable=None) as bar:
                dump = dumps.make_dump(bar.update)
        except OSError as error:
            raise CommandError(_("The dump cannot be written: %s.") % (error.strerror or error)) from error
        message = ngettext("%d article is written.", "%d articles are written.", dump.articles) % dump.articles
        self.stdout.write(f"{message} {dump.file}, {dump.size} B, sha256 {dump.sha256}")

    def write_file(self, output: Path) -> int:
        """Writes under another name until the archive is complete, so that half of one never replaces the last."""
        unfinished = output.with_name(f"{output.name}.part")
        with unfinished.open("w", encoding="utf-8") as file:
            count = self.write_lines(file, output.parent)
        os.replace(unfinished, output)
        return count

    def write_lines(self, file: Any, folder: Path | None = None) -> int:
        count = 0
        with tqdm(total=Article.objects.filter(deleted_at__isnull=True).count(), disable=None) as bar:
            for line in articles.export_articles(Article.objects.all(), folder=folder, report=self.report):
                file.write(f"{line}\n")
                bar.update()
                count += 1
        return count

    def report(self, problem: str) -> None:
        self.problems += 1
        with tqdm.external_write_mode():
            self.stderr.write(problem)
