"""Dumps: all public articles in one compressed file, in the format of docs/import.md, with a checksum."""

import gzip
import hashlib
import json
import logging
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import timedelta
from itertools import batched

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from news.import_export import articles
from news.models import Article, Dump
from portal.page_cache.generation import load_copies_generation

logger = logging.getLogger(__name__)

FOLDER = "dumps"
STAMP = "%Y%m%d-%H%M%S"
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
        name = default_storage.save(f"{FOLDER}/articles-{made_at:{STAMP}}.jsonl.gz", File(file))
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


def check_dump(dump: Dump) -> str:
    """What is wrong with a dump, in a sentence; empty if its file is whole and each line is what readers have now.

    This does not trust `is_outdated`: it reads the file and compares it with the database. Readings, of which there
    are more each minute, are left out.
    """
    if is_outdated(dump):
        return _("The dump has something that readers have no longer.")
    digest = hashlib.sha256()
    try:
        with default_storage.open(dump.file) as file:
            while chunk := file.read(1024 * 1024):
                digest.update(chunk)
        if digest.hexdigest() != dump.sha256:
            return _("The file of the dump is not the one that was made.")
        with default_storage.open(dump.file) as file, gzip.open(file) as lines:
            wrong = sum(len(batch) - count_current(batch) for batch in batched(lines, articles.EXPORT_BATCH))
    except FileNotFoundError:
        return _("The file of the dump is lost.")
    return _("The dump says %d times what readers do not have.") % wrong if wrong else ""


def count_current(lines: Collection[bytes]) -> int:
    """How many of these lines are what an export of the public articles says now, but for what no reader reads."""
    beside = {"hits": 0, "old_addresses": {}}
    stored = {entry["id"]: entry for entry in map(json.loads, lines)}
    public = Article.objects.published().filter(origin_id__in=stored)
    current = map(json.loads, articles.export_articles(public, report=logger.warning))
    return sum({**entry, **beside} == {**stored[entry["id"]], **beside} for entry in current)


def delete_stray_dumps() -> int:
    """Deletes files that no row names, of runs that were broken off at least a day ago; returns their number."""
    with suppress(FileNotFoundError):
        names = set(default_storage.listdir(FOLDER)[1])
        latest = f"articles-{timezone.now() - timedelta(days=1):{STAMP}}"
        stray = {f"{FOLDER}/{name}" for name in names if name < latest} - set(
            Dump.objects.values_list("file", flat=True)
        )
        for name in stray:
            default_storage.delete(name)
        return len(stray)
    return 0
