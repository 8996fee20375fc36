"""Counts the readings in nginx's access log: an nginx in front of the portal answers most of them itself.

A reading is one line, `"41 kk 2024-11-23T04:00:07+00:00 t.me Mozilla/5.0 …`: the article and the edition from the
page's `X-Article` header, the time, the host that led there or `-`, and the User-Agent. nginx escapes every `"` but
the first one, so a line that a full disk cut short does not spoil the next one. Robots are left out here, by the same
rule as everywhere.

A log is recognised by its inode and its first line, so it may be renamed at any time; that is how it is rotated
(deploy/nginx/rotate). A rotated log is set aside when it is counted and nobody has written to it for a while.
"""

import hashlib
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Self

from news.hits import journals, referrers
from news.hits.bots import is_robot
from news.hits.journals import Reading

ENDING = ".access"
CURRENT = f"nginx{ENDING}"
QUIET = 60
"""Seconds after which nginx no longer writes to a log that was renamed: it opens the new one at once."""
LONGEST_LINE = 16 * 1024

LINE = re.compile(
    rf'.*"([1-9]\d{{0,17}}) ([a-z-]{{1,10}}) ([0-9T:+-]{{25}}) ({referrers.PATTERN}) ([^"]*)'.encode(), re.DOTALL
)
ESCAPED = re.compile(r"\\x([0-9A-F]{2})")


class AccessLog:
    """An open log. It stays the same when another file gets its name."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self.file = path, file
        self.end = os.fstat(file.fileno()).st_size
        """What is written after this is read the next time, because under load it would never end."""
        first = file.readline(LONGEST_LINE)
        beginning = b"%d %s" % (os.fstat(file.fileno()).st_ino, first)
        self.name = f"nginx-{hashlib.sha256(beginning).hexdigest()[:32]}" if first.endswith(b"\n") else ""
        """Empty until there is a whole line."""

    @classmethod
    def all(cls, folder: Path) -> Iterator[Self]:
        for path in sorted(folder.glob(f"*{ENDING}")):
            with (
                suppress(FileNotFoundError),
                path.open("rb") as file,
            ):  # just renamed: it is found the next time
                if (log := cls(path, file)).name:
                    yield log

    def read(self, start: int) -> bytes:
        """Whole lines from `start`, at most journals.PIECE bytes of them."""
        self.file.seek(start)
        piece = self.file.read(max(0, min(journals.PIECE, self.end - start)))
        return piece[: piece.rfind(b"\n") + 1]

    def set_aside(self) -> bool:
        """Renames a log that was rotated and counted, once nobody writes to it, so that it is counted no more."""
        if self.path.name == CURRENT:
            return False
        with suppress(FileNotFoundError):
            if time.time() - self.path.stat().st_mtime > QUIET:
                journals.rename_counted(self.path, self.name)
                return True
        return False


def parse_readings(lines: bytes) -> Iterator[tuple[Reading, int]]:
    """The readings of people in the lines, each with its number."""
    found: Counter[Reading] = Counter()
    for line, count in Counter(lines.split(b"\n")).items():
        if match := LINE.fullmatch(line):
            article_id, edition, moment, host, user_agent = match.groups()
            hour = _parse_hour(moment)
            if hour is not None and not is_robot(ESCAPED.sub(_unescape, user_agent.decode("latin-1"))):
                referrer = referrers.foreign_host(host.decode())
                found[Reading(int(article_id), edition.decode(), hour, referrer)] += count
    yield from found.items()


@lru_cache(maxsize=1000)
def _parse_hour(moment: bytes) -> int | None:
    with suppress(ValueError):
        return journals.hour_of(datetime.fromisoformat(moment.decode()).timestamp())
    return None


def _unescape(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))
