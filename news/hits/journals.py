"""Journals: the files in which server processes write readings down before the database counts them.

A reading is one line, `+41 kk 1732334400 t.me`: the article, the edition, the hour, and the site that led here, if
any. Each process appends to a file of its own with one `write` a line, so what was written outlives the process, and no
thread waits for another. A line that was cut short (disk full, process killed) spoils nothing: the next one begins with
its own `+`, and a tail without its end is no reading yet.

A process keeps a lock on its journal as long as it lives. A journal without a lock is finished: when it has been
counted to its end it is set aside, forgotten by the database, and then deleted, in this order.
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
"""A process goes on in a new journal after so many bytes, so that an old one can be deleted."""
PIECE = 2 * 1024 * 1024
"""No more of a journal is read into memory at once. Each piece is a transaction with a row for each article in it."""

LINE = re.compile(rb".*\+([1-9]\d{0,17}) ([a-z-]{1,10}) (\d{1,10})(?: ([a-z0-9.-]{1,100}))?", re.DOTALL)
LONGEST_LINE = 200
"""Bytes, amply. What stands before so many in a damaged line is no part of a reading."""
HOUR = 3600


class Reading(NamedTuple):
    article_id: int
    edition: str
    hour: int
    """Its beginning, in seconds since 1970. It is enough to know the day, for days begin at whole hours."""
    referrer: str = ""


def hour_of(second: float) -> int:
    return int(second) // HOUR * HOUR


@lru_cache(maxsize=10_000)
def line_of(article_id: int, edition: str, hour: int, referrer: str = "") -> bytes:
    led = f" {referrer}" if referrer else ""
    return f"+{article_id} {edition} {hour}{led}\n".encode()


class Journal:
    """A file open for appending, locked until the last thread that writes to it has let go of it."""

    fd = -1

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{uuid4().hex}{LIVE}"
        self.fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
        fcntl.flock(self.fd, fcntl.LOCK_EX)

    @classmethod
    def begin(cls, folder: Path) -> "Journal":
        # Between the file and its lock somebody may have taken it for a finished one and set it aside.
        while not (journal := cls(folder)).path.exists():
            pass
        return journal

    def append(self, line: bytes) -> bool:
        """Whether the whole line is in the file."""
        return os.write(self.fd, line) == len(line)

    def is_spent(self) -> bool:
        """Too long, or deleted by a stranger."""
        status = os.fstat(self.fd)
        return status.st_size > LONGEST or not status.st_nlink

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    __del__ = close


class Writer:
    """Writes this process's readings down. While the disk refuses them they wait in memory."""

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
        """Whether it is in the file; never an exception, for no page breaks because of its counting."""
        try:
            return (self.journal or self.begin()).append(line)
        except OSError as error:
            if not self.refused:
                self.refused = True
                logger.error("Readings cannot be written down and wait in memory: %s", error)
            return False

    def keep(self, line: bytes, count: int) -> None:
        without_site = b" ".join(line.split()[:3]) + b"\n"  # so that a long wait takes little memory
        with self.lock:
            self.waiting[without_site] += count

    def begin(self) -> Journal:
        with self.lock:
            journal = self.journal = self.journal or Journal.begin(self.folder)
        return journal

    def tidy(self) -> None:
        """Writes down what waits and leaves a journal that is spent."""
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
            logger.info("The readings that waited in memory are written down.")
        if self.journal and self.journal.is_spent():
            self.journal = None

    def end(self) -> None:
        """The process stops: its journal is finished."""
        self.tidy()
        self.journal = None


def sizes(folder: Path) -> dict[Path, int]:
    """The journals to count, each with its length."""
    return {path: size for path in sorted(folder.glob(f"*{LIVE}")) if (size := _size(path)) is not None}


def state(folder: Path) -> dict[str, tuple[int | None, bool]]:
    """Changes when there is something to do: a reading written down, a journal finished."""
    return {path.name: (_size(path), is_finished(path)) for path in _files(folder)}


def _files(folder: Path) -> Iterator[Path]:
    yield from folder.glob(f"*{LIVE}")
    yield from folder.glob(f"*{SET_ASIDE}")
    yield from folder.glob("*.access")  # of nginx, see news.hits.access_logs


def _size(path: Path) -> int | None:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return None


def is_finished(path: Path) -> bool:
    """No process holds it any more."""
    with suppress(FileNotFoundError), _locked(path, os.O_RDONLY, fcntl.LOCK_SH | fcntl.LOCK_NB) as locked:
        return locked
    return False


def read(path: Path, start: int, end: int) -> bytes:
    """Whole lines from `start`, none that ends after `end`, not all at once if they are many."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            piece = file.read(max(0, min(PIECE, end - start)))
    except FileNotFoundError:
        return b""
    if len(piece) == PIECE and b"\n" not in piece:
        return piece  # damaged, for no line is that long; go on after it
    return piece[: piece.rfind(b"\n") + 1]


def readings(lines: bytes) -> Iterator[tuple[Reading, int]]:
    """Each reading with how often it stands there; a damaged line is none."""
    for line, count in Counter(lines.split(b"\n")).items():
        if reading := _reading(line[-LONGEST_LINE:]):
            yield reading, count


@lru_cache(maxsize=10_000)
def _reading(line: bytes) -> Reading | None:
    if match := LINE.fullmatch(line):
        article_id, edition, hour, referrer = match.groups(b"")
        return Reading(int(article_id), edition.decode(), int(hour), referrer.decode())
    return None


def set_aside(path: Path, counted: int) -> bool:
    """Takes a finished journal, counted up to `counted`, out of the counting, if that was all of it."""
    with suppress(FileNotFoundError), _locked(path, os.O_RDONLY, fcntl.LOCK_EX | fcntl.LOCK_NB) as locked:
        if locked and not read(path, counted, path.stat().st_size):
            put_aside(path, path.stem)
            return True
    return False


def put_aside(path: Path, name: str) -> None:
    path.rename(path.with_name(f"{name}{SET_ASIDE}"))
    _write_through(path.parent)


def all_set_aside(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SET_ASIDE}"))


def _write_through(folder: Path) -> None:
    """Should the machine lose its power now, the new name stays: under the old one it would be counted again."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def alone(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Whether nobody else on this node is folding, and nobody will until the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    mode = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
    with _locked(folder / LOCK, os.O_RDWR | os.O_CREAT, mode) as locked:
        if locked:
            os.utime(folder / LOCK)
        yield locked


def seconds_since_folding(folder: Path) -> float:
    """Since anybody on this node last began to fold."""
    try:
        return abs(time.time() - (folder / LOCK).stat().st_mtime)
    except FileNotFoundError:
        return float("inf")


@contextmanager
def _locked(path: Path, flags: int, mode: int) -> Iterator[bool]:
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
        if locked:  # closing is not enough: a child forked meanwhile would keep the lock
            fcntl.flock(fd, fcntl.LOCK_UN)
        os.close(fd)
