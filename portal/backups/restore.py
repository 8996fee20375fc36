"""Restores a backup and compares an installation with one."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pyrage
from django.conf import settings
from django.db import DatabaseError

from portal.backups import database, media
from portal.backups.backup import JOURNALS, MEDIA, Manifest
from portal.backups.stored_files import ENCRYPTED, hash_content, open_file
from portal.page_cache.generation import invalidate_pages

CHANGES_BY_ITSELF = {"portal_generation"}
"""A restore invalidates the pages that a shared cache has of another time, so this table differs afterwards."""


def find_what_is_there() -> Iterator[str]:
    """What makes the place of a restore not empty: `database`, `media` or `journals`."""
    if not database.is_empty():
        yield "database"
    if media.list_files():
        yield MEDIA
    if find_journals():
        yield JOURNALS


def find_journals() -> list[Path]:
    """Journals of readings of this node."""
    return [path for path in settings.HITS_DIR.glob("*.*") if path.suffix != ".lock"]


def restore(folder: Path, manifest: Manifest, identities: Sequence[pyrage.x25519.Identity], *, replace: bool) -> None:
    """Puts everything back. The files of the backup have to be verified before.

    Journals and uploads come first, and last the database, which names them. Raises OSError, pyrage.DecryptError and
    database.ToolFailed.
    """
    ending = ENCRYPTED if manifest.recipients else ""
    media.put_back({name: folder / MEDIA / (name + ending) for name in manifest.media}, identities)
    settings.HITS_DIR.mkdir(parents=True, exist_ok=True)
    for name in manifest.journals:
        # A node that still has a journal has more in it than its copy, and counts it from the restored offset.
        target = settings.HITS_DIR / Path(name).name
        if target.exists():
            continue
        with open_file(folder / JOURNALS / (name + ending), identities) as source:
            target.write_bytes(source.read())
    dump = database.FILES[manifest.database["vendor"]] + ending
    with open_file(folder / dump, identities) as source:
        database.restore_dump(source, replace=replace)


def end_cached_pages() -> None:
    """Makes sure that no shared cache shows pages of another time. A backup of an older version may lack the table."""
    with suppress(DatabaseError):
        invalidate_pages(copies=True)


def find_differences(manifest: Manifest) -> Iterator[tuple[str, str, str]]:
    """How this installation differs from a backup: what kind of thing, its name, and `missing` or `changed`."""
    with database.snapshot() as snapshot:
        tables = database.digest_tables(snapshot)
    for name in sorted((manifest.tables.keys() | tables.keys()) - CHANGES_BY_ITSELF):
        if name not in tables:
            yield "table", name, "missing"
        elif name not in manifest.tables:
            yield "table", name, "unknown"
        elif tables[name] != manifest.tables[name]:
            yield "table", name, f"{manifest.tables[name].rows} → {tables[name].rows}"
    for name, verdict in media.find_differences(manifest.media):
        yield MEDIA, name, verdict
    for name, content in sorted(manifest.journals.items()):
        path = settings.HITS_DIR / name
        if not path.exists():
            yield JOURNALS, name, "missing"
        else:
            with path.open("rb") as file:
                if hash_content(file) != content:
                    yield JOURNALS, name, "changed"
