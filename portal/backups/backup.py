"""Makes a backup: a folder with one state of database, uploads and readings, complete or not there at all."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

import portal
from portal.backups import database
from portal.backups.database import Table
from portal.backups.environment import without_secrets
from portal.backups.media import MediaCopy, Stored
from portal.backups.stored_files import ENCRYPTED, Content, hash_content, read_sums, write_file, write_sums

FORMAT = 1
STAMP = "%Y-%m-%dT%H%M%SZ"
MANIFEST, SETTINGS = "manifest.json", "settings.json"
MEDIA, JOURNALS = "media", "journals"
UNFINISHED = ".unfinished-"
ATTEMPTS = 5


class AlreadyRunning(Exception):
    """Another process makes a backup in the same folder."""


@dataclass
class Manifest:
    """What a backup holds: all that a restored installation is compared with."""

    made_at: str
    database: dict[str, Any]
    recipients: list[str]
    portal: str = portal.__version__
    format: int = FORMAT
    tables: dict[str, Table] = field(default_factory=dict)
    media: dict[str, Content] = field(default_factory=dict)
    journals: dict[str, Content] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    """Uploads that rows named though the storage had lost them before the backup began."""

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a backup. Raises OSError and ValueError."""
        try:
            values = json.loads((folder / MANIFEST).read_text())
            if values["format"] != FORMAT:
                raise ValueError(f"format {values['format']}")
            values["tables"] = {name: Table(*each) for name, each in values["tables"].items()}
            for part in (MEDIA, JOURNALS):
                values[part] = {name: Content(*each) for name, each in values[part].items()}
            return cls(**values)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(str(error)) from error

    def write(self, folder: Path) -> None:
        (folder / MANIFEST).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1))


def list_backups(place: Path) -> list[Path]:
    """The backups in a folder, oldest first. By their names alone, so that one that is damaged is not passed over."""
    return sorted(path for path in place.glob("*") if parse_stamp(path.name))


def parse_stamp(name: str) -> datetime | None:
    """The moment in a backup's name; None if it is no such name."""
    try:
        return datetime.strptime(name, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def make_backup(place: Path, recipients: Sequence[str]) -> tuple[Path, Manifest, int]:
    """A new backup in `place`, its manifest, and how many of its uploads are linked to those of the backup before.

    Raises AlreadyRunning, OSError and database.ToolFailed.
    """
    place.mkdir(parents=True, exist_ok=True)
    with locked(place):
        for left_over in place.glob(f"{UNFINISHED}*"):  # of a process that was killed
            shutil.rmtree(left_over)
        while (place / f"{(made_at := timezone.now()).astimezone(UTC):{STAMP}}").exists():
            time.sleep(0.1)  # two of one second would have one name
        folder = place / f"{UNFINISHED}{made_at.astimezone(UTC):{STAMP}}"
        folder.mkdir(mode=0o700)
        try:
            manifest, linked = fill(folder, made_at, recipients, list_backups(place))
            os.sync()  # its name may not outlive a power cut that its content does not
            finished = folder.rename(place / folder.name.removeprefix(UNFINISHED))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return finished, manifest, linked


@contextmanager
def locked(place: Path) -> Iterator[None]:
    with (place / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning from error
        yield


def fill(folder: Path, made_at: datetime, recipients: Sequence[str], former: list[Path]) -> tuple[Manifest, int]:
    """Writes all files of a backup, `SHA256SUMS` last."""
    manifest = Manifest(made_at.isoformat(), database.describe(), list(recipients))
    sums: dict[str, str] = {}
    ending = ENCRYPTED if recipients else ""

    def write(name: str, source: IO[bytes]) -> Content:
        content, sums[name + ending] = write_file(source, folder / (name + ending), recipients)
        return content

    media = MediaCopy(folder / MEDIA, recipients, *uploads_before(former, recipients))
    media.copy_new()  # most of them, so that little can happen between the snapshot and the pass after it
    for attempt in range(ATTEMPTS):
        shutil.rmtree(folder / JOURNALS, ignore_errors=True)
        with ExitStack() as stack:
            with import_string(settings.HOLD_JOURNALS)() as held:
                snapshot = stack.enter_context(database.snapshot())
                manifest.journals = {name: write(f"{JOURNALS}/{name}", file) for name, file in held.items()}
            media.copy_new()
            missing = database.named_files(snapshot) - media.files.keys()
            if missing - database.named_files(connection) and attempt < ATTEMPTS - 1:
                continue  # one of them was replaced just now: a newer snapshot names its successor
            manifest.lost = sorted(missing)
            with database.dump(snapshot) as source:
                write(database.FILES[snapshot.vendor], source)
            manifest.tables = database.digest_tables(snapshot)
            break
    manifest.media = {name: stored.content for name, stored in media.files.items()}
    sums |= {f"{MEDIA}/{name}{ending}": stored.sha256 for name, stored in media.files.items()}
    write(SETTINGS, BytesIO(json.dumps(without_secrets(settings.ENVIRONMENT), ensure_ascii=False, indent=1).encode()))
    manifest.write(folder)
    with (folder / MANIFEST).open("rb") as file:
        sums[MANIFEST] = hash_content(file).sha256
    write_sums(folder, sums)
    return manifest, media.linked


def uploads_before(former: list[Path], recipients: Sequence[str]) -> tuple[Path | None, dict[str, Stored]]:
    """The uploads of the newest backup that is encrypted for the same recipients."""
    for folder in reversed(former):
        try:
            manifest = Manifest.read(folder)
        except (OSError, ValueError):
            continue
        if manifest.recipients == list(recipients):
            sums, ending = read_sums(folder), ENCRYPTED if recipients else ""
            known = {
                name: Stored(content, sums[f"{MEDIA}/{name}{ending}"])
                for name, content in manifest.media.items()
                if f"{MEDIA}/{name}{ending}" in sums
            }
            return folder / MEDIA, known
    return None, {}
