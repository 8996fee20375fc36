import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _
from tqdm import tqdm

from news.import_export import articles
from news.import_export.line_format import MAX_LINE


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Imports the articles of an archive: JSON Lines, in the form that export_articles writes and "
            "docs/import.md describes. It may be repeated: existing articles are left alone, and an "
            "interrupted import continues. Bad lines are reported by number and skipped, the others are "
            "imported; the exit status is 1 if there were any."
        )
        parser.add_argument("file", metavar="F.jsonl", help=_("the archive; - reads it from the standard input"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("only report what would be done, and change nothing")
        )

    def handle(self, *, file: str, dry_run: bool, **options: Any) -> None:
        try:
            with open_archive(file) as archive_file, progress_bar(archive_file) as bar:

                def report(problem: str) -> None:
                    with tqdm.external_write_mode():
                        self.stderr.write(problem)

                outcome = articles.import_articles(
                    read_lines(archive_file, bar),
                    folder=None if file == "-" else Path(file).parent,
                    dry_run=dry_run,
                    report=report,
                )
        except OSError as error:
            problem = {"file": file, "why": error.strerror}
            raise CommandError(_("%(file)s cannot be read: %(why)s.") % problem) from error
        except OperationalError as error:
            raise CommandError(_("The database does not answer: %s") % str(error).strip()) from error
        except KeyboardInterrupt as error:
            interrupted = _("Interrupted. What was imported stays; run the command again to continue.")
            raise CommandError(interrupted, returncode=130) from error
        message = (_("Dry run: %s") if dry_run else _("Articles: %s")) % outcome
        if outcome.refused:
            raise CommandError(message)
        self.stdout.write(message)


@contextmanager
def open_archive(file: str) -> Iterator[IO[bytes]]:
    if file == "-":
        yield sys.stdin.buffer
    else:
        with Path(file).open("rb") as archive_file:
            yield archive_file


def progress_bar(archive_file: IO[bytes]) -> tqdm:
    """A progress bar, if the output is a terminal."""
    size = os.fstat(archive_file.fileno()).st_size or None
    return tqdm(total=size, unit="B", unit_scale=True, disable=None)


def read_lines(archive_file: IO[bytes], bar: tqdm) -> Iterator[bytes]:
    """Yields the lines; one that is too long is cut to what is needed to see that."""
    while line := archive_file.readline(MAX_LINE + 2):
        bar.update(len(line))
        yield line
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = archive_file.readline(MAX_LINE)
                bar.update(len(line))
