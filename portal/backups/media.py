"""Uploads in a backup and back, whether a folder or a bucket holds them."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pyrage
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

from portal.backups.stored_files import ENCRYPTED, Content, hash_content, open_file, write_file

THREADS = 8
"""How many files are copied at once; a bucket answers each request after a few milliseconds."""
PASSES = 5


def list_files() -> dict[str, int]:
    """All stored files with their lengths in bytes."""
    if not isinstance(default_storage, FileSystemStorage):
        return dict(default_storage.list_files())  # type: ignore[attr-defined]  # of portal.storage.S3Storage
    root = Path(default_storage.path(""))
    paths = (Path(folder, name) for folder, _folders, names in os.walk(root) for name in names)
    return {path.relative_to(root).as_posix(): size for path in paths if (size := size_of(path)) is not None}


def size_of(path: Path) -> int | None:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return None


class Stored(NamedTuple):
    """A file as it stands in a backup."""

    content: Content
    sha256: str
    """Of the file in the backup, which may be encrypted."""


class MediaCopy:
    """The copy of all uploads that is made for a backup.

    A file that the backup before has under the same name with the same length is linked to it instead: the names of
    uploads are random, and what is stored under one never changes.
    """

    def __init__(
        self, folder: Path, recipients: Sequence[str], previous: Path | None, known: dict[str, Stored]
    ) -> None:
        self.folder, self.recipients = folder, recipients
        self.previous, self.known = previous, known
        self.files: dict[str, Stored] = {}
        self.linked = 0

    def copy_new(self) -> None:
        """Copies what is not copied yet, and again what has grown since: a file that was just being written."""
        for _ in range(PASSES):
            present = list_files()
            wanted = [name for name, size in present.items() if not self.has(name, size)]
            if not wanted:
                return
            with ThreadPoolExecutor(THREADS) as pool:
                for name, stored in zip(wanted, pool.map(self.copy, wanted), strict=True):
                    self.files.pop(name, None)
                    if stored:
                        self.files[name] = stored

    def has(self, name: str, size: int) -> bool:
        return name in self.files and self.files[name].content.bytes == size

    def copy(self, name: str) -> Stored | None:
        """Copies one file. None if it has been deleted meanwhile."""
        stored_name = name + ENCRYPTED if self.recipients else name
        target = self.folder / stored_name
        target.unlink(missing_ok=True)
        try:
            known = self.known.get(name)
            if known and self.previous and known.content.bytes == default_storage.size(name):
                target.parent.mkdir(parents=True, exist_ok=True)
                with suppress(OSError):  # a file system without links, or too many of them: it is copied
                    os.link(self.previous / stored_name, target)
                    self.linked += 1
                    return known
            with default_storage.open(name) as file:
                return Stored(*write_file(file, target, self.recipients))
        except FileNotFoundError:
            target.unlink(missing_ok=True)
            return None


def put_back(files: dict[str, Path], identities: Sequence[pyrage.x25519.Identity]) -> None:
    """Stores the files of a backup by their names, in place of others that may be there.

    Raises OSError and pyrage.DecryptError.
    """

    def store(name: str) -> None:
        with open_file(files[name], identities) as source:
            default_storage.delete(name)
            default_storage.save(name, File(source))

    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(store, files):
            pass


def find_differences(expected: dict[str, Content]) -> Iterator[tuple[str, str]]:
    """The files of a manifest that are not in the storage as they should be, with `missing` or `changed`."""

    def compare(name: str) -> str:
        try:
            with default_storage.open(name) as file:
                return "" if hash_content(file) == expected[name] else "changed"
        except FileNotFoundError:
            return "missing"

    names = sorted(expected)
    with ThreadPoolExecutor(THREADS) as pool:
        yield from ((name, verdict) for name, verdict in zip(names, pool.map(compare, names), strict=True) if verdict)
