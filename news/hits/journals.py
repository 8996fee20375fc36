"""Journals: the files to which server processes write readings before the database counts them.

A reading is one line, `+41 kk 1732334400 t.me`: the article, the edition, the hour, and the site that led here, if
any. Each process has a file of its own, mapped into its memory, so a line is appended without a system call and
outlives the process: the kernel has it. A file has its whole size from the beginning, so the disk cannot be full in the
middle of it; what follows the last line are zeros. A line without its end is not read yet, and a damaged one does not
spoil the next, which begins with its own `+`.

A process holds a lock on its journal as long as it lives, so a journal without a lock is finished. When it has been
counted to its end, it is renamed, then its row in the database is deleted, then the file, in this order.
"""

import fcntl
import logging
import mmap
import os
import re
import threading
import time
from bisect import bisect_left
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
SIZE = 4 * 1024 * 1024
"""Bytes of a journal. When they are used up a process begins a new one, so that the old one can be deleted."""
PIECE = 2 * 1024 * 1024
"""Bytes of a journal that are read at once. Each piece is a transaction with a row for each of its articles."""

LINE = re.compile(rb".*\+([1-9]\d{0,17}) ([a-z-]{1,10}) (\d{1,10})(?: ([a-z0-9.-]{1,100}))?", re.DOTALL)
LONGEST_LINE = 200
"""Bytes, with room to spare. In a damaged line, what precedes them is not part of the reading."""
NEWLINE = ord("\n")
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
    """A file mapped for appending. It is locked until the last thread that writes to it has dropped it."""

    fd = -1
    end = 0

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{uuid4().hex}{LIVE}"
        self.lock = threading.Lock()
        self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640)
        fcntl.flock(self.fd, fcntl.LOCK_EX)
        try:
            # All of its bytes on the disk: a full one would kill who writes to a page that is not there yet.
            os.posix_fallocate(self.fd, 0, SIZE)
            self.bytes = mmap.mmap(self.fd, SIZE)
        except OSError:
            self.path.unlink(missing_ok=True)
            raise

    @classmethod
    def begin(cls, folder: Path) -> "Journal":
        # Before the file was locked, another process may have taken it for finished and set it aside.
        while not (journal := cls(folder)).path.exists():
            pass
        return journal

    def append(self, line: bytes) -> bool:
        """Appends a line. Returns False if there is no room for it."""
        with self.lock:
            end = self.end + len(line)
            if end > SIZE:
                return False
            self.bytes[self.end : end - 1] = line[:-1]
            self.bytes[end - 1] = NEWLINE  # after all the rest, so that whoever sees a line's end sees the whole line
            self.end = end
        return True

    def is_deleted(self) -> bool:
        return not os.fstat(self.fd).st_nlink

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
            while not (journal := self.journal or self.begin()).append(line):
                self.leave(journal)
        except OSError as error:
            if not self.refused:
                self.refused = True
                logger.error("Readings cannot be written to the journal and wait in memory: %s", error)
            return False
        return True

    def keep(self, line: bytes, count: int) -> None:
        without_site = b" ".join(line.split()[:3]) + b"\n"  # otherwise a long wait would take much memory
        with self.lock:
            self.waiting[without_site] += count

    def begin(self) -> Journal:
        with self.lock:
            journal = self.journal = self.journal or Journal.begin(self.folder)
        return journal

    def leave(self, journal: Journal) -> None:
        """The next reading begins a new one."""
        with self.lock:
            if self.journal is journal:
                self.journal = None

    def tidy(self) -> None:
        """Writes the waiting readings to the journal, and leaves a journal that somebody deleted."""
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
        if (journal := self.journal) and journal.is_deleted():
            self.leave(journal)

    def end(self) -> None:
        """For a process that stops: finishes its journal."""
        self.tidy()
        self.journal = None


def sizes(folder: Path) -> dict[Path, int]:
    """The journals to count, each with the number of bytes that were written to it."""
    return {path: size for path in sorted(folder.glob(f"*{LIVE}")) if (size := _size_written(path)) is not None}


def state(folder: Path) -> dict[str, tuple[int | None, bool]]:
    """A value that changes when there is something to count or to delete."""
    return {path.name: (_size_written(path), is_finished(path)) for path in _files(folder)}


def _files(folder: Path) -> Iterator[Path]:
    yield from folder.glob(f"*{LIVE}")
    yield from folder.glob(f"*{SET_ASIDE}")


def _size_written(path: Path) -> int | None:
    """The bytes before the zeros that fill up a journal."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        fd = file.fileno()
        return bisect_left(range(os.fstat(fd).st_size), True, key=lambda place: os.pread(fd, 1, place) == b"\0")
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
        if locked and not read_lines(path, counted, _size_written(path) or 0):
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
