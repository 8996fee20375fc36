"""All public articles in one file, in the form of docs/import.md, compressed, with its checksum."""

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

logger = logging.getLogger(__name__)

KEPT = 2
"""The newest, and the one before for whoever is just taking it."""
LICENCE = "Free to use for any purpose. Name the source, and give the address of an article that you reprint."


def make(progress: Callable[[], object] = lambda: None) -> Dump:
    """A new dump, which stands whole before anybody is told of it."""
    made_at, count = timezone.now(), 0
    with tempfile.TemporaryFile() as file:
        # Without a time in it the same articles make the same file.
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
    dump = Dump.objects.create(made_at=made_at, file=name, sha256=sha256, size=size, articles=count)
    for old in Dump.objects.order_by("-made_at")[KEPT:]:
        default_storage.delete(old.file)
        old.delete()
    return dump


def latest() -> Dump | None:
    return Dump.objects.order_by("-made_at").first()


def holds_withdrawn(dump: Dump) -> bool:
    """Whether something in it was withdrawn since: then nobody gets it until there is a new one."""
    return Article.objects.gone().filter(withdrawn_at__gte=dump.made_at).exists()
