"""Dumps: all public articles in one compressed file, in the format of docs/import.md, with a checksum."""

import gzip
import hashlib
import logging
import tempfile
from collections.abc import Callable

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

from news.import_export import articles
from news.models import Article, Dump
from portal.page_cache.generation import load_copies_generation

logger = logging.getLogger(__name__)

DUMPS_TO_KEEP = 2
"""The newest one, and the one before for those who are downloading it just now."""
LICENCE = "Free to use for any purpose. Name the source, and give the address of an article that you reprint."


def make_dump(progress: Callable[[], object] = lambda: None) -> Dump:
    """Makes a new dump and deletes old ones. The file is complete before its row is there. Calls `progress` often."""
    generation, made_at, count = load_copies_generation(), timezone.now(), 0
    with tempfile.TemporaryFile() as file:
        # Without a time stamp the same articles make the same file.
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
            for line in articles.export_articles(Article.objects.published(), report=logger.warning):
                packed.write(f"{line}\n".encode())
                progress()
                count += 1
        size = file.tell()
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        name = default_storage.save(f"dumps/articles-{made_at:%Y%m%d-%H%M%S}.jsonl.gz", File(file))
    dump = Dump.objects.create(
        made_at=made_at, file=name, sha256=sha256, size=size, articles=count, generation=generation
    )
    delete_old_dumps()
    return dump


def delete_old_dumps() -> None:
    """Deletes those that nobody is downloading any more, and all but the newest that readers must not have."""
    current = load_copies_generation()
    _newest, *others = Dump.objects.order_by("-made_at", "-pk")
    for number, dump in enumerate(others, 2):
        if number > DUMPS_TO_KEEP or dump.generation != current:
            delete_dump(dump)


def delete_dump(dump: Dump) -> None:
    default_storage.delete(dump.file)
    dump.delete()


def latest_dump() -> Dump | None:
    return Dump.objects.order_by("-made_at", "-pk").first()


def is_outdated(dump: Dump) -> bool:
    """Whether the dump has something that readers have no longer; then it is not served until there is a new one.

    What is new since is no reason: a dump says when it was made.
    """
    return dump.generation != load_copies_generation()
