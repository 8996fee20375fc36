"""Journals: the files to which server processes write readings before the database counts them.

A reading is one line, `+41 kk 1732334400 t.me`: the article, the edition, the hour, and the site that led here, if
any. Each process appends to a file of its own with one `write` a line, so that the lines outlive the process and no
thread waits for another. A line that was cut short (disk full, process killed) does not spoil the next one, which
begins with its own `+`; a line without its end is not read yet.

A process holds a lock on its journal as long as it lives, so a journal without a lock is finished. When it has been
counted to its end, it is renamed, then its row in the database is deleted, then the file, in this order.
"""

import fcntl
import logging
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

logger = logging.getLogger(__name__)

LIVE, SET_ASIDE = ".hits", ".counted"
LOCK = "fold.lock"
LONGEST = 16 * 1024 * 1024
"""Bytes after which a process begins a new journal, so that the old one can be deleted."""
PIECE = 2 * 1024 * 1024
"""Bytes of a journal that are read at once. Each piece is a transaction with a row for each of its articles."""

LINE = re.compile(rb".*\+([1-9]\d{0,17}) ([a-z-]{1,10}) (\d{1,10})(?: ([a-z0-9.-]{1,100}))?", re.DOTALL)
LONGEST_LINE = 200
"""Bytes, with room to spare. In a damaged line, what precedes them is not part of the reading."""
HOUR = 3600


class Reading(NamedTuple):
    article_id: int
    edition: str
    hour: int
    """The beginning of the hour in seconds since 1970. It tells the day, because days begin at whole hours."""
    referrer: str = ""


def hour_of(second: float) -> int:
    return int(second) // HOUR * HOUR


@lru_cache(maxsize=10_000)
def line_of(article_id: int, edition: str, hour: int, referrer: str = "") -> bytes:
    led = f" {referrer}" if referrer else ""
    return f"+{article_id} {edition} {hour}{led}\n".encode()


class Journal:
    """A file open for appending. It is locked until the last thread that writes to it has dropped it."""

    fd = -1

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{uuid4().hex}{LIVE}"
        self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
        fcntl.flock(self.fd, fcntl.LOCK_EX)

    @classmethod
    def begin(cls, folder: Path) -> "Journal":
        # Before the file was locked, another process may have taken it for finished and set it aside.
        while not (journal := cls(folder)).path.exists():
            pass
        return journal

    def append(self, line: bytes) -> bool:
        """Appends a line. Returns whether the whole line is in the file."""
        return os.write(self.fd, line) == len(line)

    def is_spent(self) -> bool:
        """Whether it is too long, or somebody deleted its file."""
        status = os.fstat(self.fd)
        return status.st_size > LONGEST or not status.st_nlink

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    __del__ = close


class Writer:
    """Writes the readings of this process to its journal. While the disk refuses them, they wait in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal: Journal | None = None
        self.waiting: Counter[bytes] = Counter()
        self.refused = False
        self.lock = threading.Lock()

    def write(self, line: bytes) -> None:
        if not self.append(line):
            self.keep(line, 1)

    def append(self, line: bytes) -> bool:
        """Appends a line. Returns whether it is in the file; never raises, because no page may fail by its counting."""
        try:
            return (self.journal or self.begin()).append(line)
        except OSError as error:
            if not self.refused:
                self.refused = True
                logger.error("Readings cannot be written to the journal and wait in memory: %s", error)
            return False

    def keep(self, line: bytes, count: int) -> None:
        without_site = b" ".join(line.split()[:3]) + b"\n"  # otherwise a long wait would take much memory
        with self.lock:
            self.waiting[without_site] += count

    def begin(self) -> Journal:
        with self.lock:
            journal = self.journal = self.journal or Journal.begin(self.folder)
        return journal

    def tidy(self) -> None:
        """Writes the waiting readings to the journal, and drops a journal that is spent."""
        with self.lock:
            waiting, self.waiting = self.waiting, Counter()
        for line, count in waiting.items():
            left = count
            while left and self.append(line):
                left -= 1
            if left:
                self.keep(line, left)
        if self.refused and not self.waiting:
            self.refused = False
            logger.info("The readings that waited in memory are written to the journal.")
        if self.journal and self.journal.is_spent():
            self.journal = None

    def end(self) -> None:
        """For a process that stops: finishes its journal."""
        self.tidy()
        self.journal = None


def sizes(folder: Path) -> dict[Path, int]:
    """The journals to count, each with its size in bytes."""
    return {path: size for path in sorted(folder.glob(f"*{LIVE}")) if (size := _size(path)) is not None}


def state(folder: Path) -> dict[str, tuple[int | None, bool]]:
    """A value that changes when there is something to count or to delete."""
    return {path.name: (_size(path), is_finished(path)) for path in _files(folder)}


def _files(folder: Path) -> Iterator[Path]:
    yield from folder.glob(f"*{LIVE}")
    yield from folder.glob(f"*{SET_ASIDE}")


def _size(path: Path) -> int | None:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return None


def is_finished(path: Path) -> bool:
    """Whether no process writes to the journal any more."""
    with suppress(FileNotFoundError), _file_lock(path, os.O_RDONLY, fcntl.LOCK_SH | fcntl.LOCK_NB) as locked:
        return locked
    return False


def read_lines(path: Path, start: int, end: int) -> bytes:
    """Whole lines from `start` that end before `end`, at most PIECE bytes of them."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            piece = file.read(max(0, min(PIECE, end - start)))
    except FileNotFoundError:
        return b""
    if len(piece) == PIECE and b"\n" not in piece:
        return piece  # damaged, because no line is that long; the next piece follows it
    return piece[: piece.rfind(b"\n") + 1]


def parse_readings(lines: bytes) -> Iterator[tuple[Reading, int]]:
    """The readings in the lines, each with its number. Damaged lines are left out."""
    for line, count in Counter(lines.split(b"\n")).items():
        if reading := _parse_line(line[-LONGEST_LINE:]):
            yield reading, count


@lru_cache(maxsize=10_000)
def _parse_line(line: bytes) -> Reading | None:
    if match := LINE.fullmatch(line):
        article_id, edition, hour, referrer = match.groups(b"")
        return Reading(int(article_id), edition.decode(), int(hour), referrer.decode())
    return None


def set_aside(path: Path, counted: int) -> bool:
    """Renames a finished journal if all of it is counted, that is up to `counted`. Returns whether it did."""
    with suppress(FileNotFoundError), _file_lock(path, os.O_RDONLY, fcntl.LOCK_EX | fcntl.LOCK_NB) as locked:
        if locked and not read_lines(path, counted, path.stat().st_size):
            path.rename(path.with_suffix(SET_ASIDE))
            _write_through(path.parent)
            return True
    return False


def counted_journals(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SET_ASIDE}"))


def _write_through(folder: Path) -> None:
    """Makes the new name survive a power cut: under the old one the journal would be counted again."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def folding_lock(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Locks the folding of this node for the block. Yields whether it got the lock."""
    folder.mkdir(parents=True, exist_ok=True)
    mode = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
    with _file_lock(folder / LOCK, os.O_RDWR | os.O_CREAT, mode) as locked:
        if locked:
            os.utime(folder / LOCK)
        yield locked


def seconds_since_folding(folder: Path) -> float:
    """Seconds since a process of this node last began to fold; infinite if none has."""
    try:
        return abs(time.time() - (folder / LOCK).stat().st_mtime)
    except FileNotFoundError:
        return float("inf")


@contextmanager
def _file_lock(path: Path, flags: int, mode: int) -> Iterator[bool]:
    fd = os.open(path, flags, 0o640)
    try:
        fcntl.flock(fd, mode)
    except BlockingIOError:
        locked = False
    else:
        locked = True
    try:
        yield locked
    finally:
        if locked:  # closing is not enough: a child that was forked meanwhile would keep the lock
            fcntl.flock(fd, fcntl.LOCK_UN)
        os.close(fd)
