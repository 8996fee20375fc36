"""Finished pages, kept compressed: in this process, and in the shared cache behind it."""

import hashlib
import logging
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import brotli
from django.conf import settings
from django.core.cache import cache as shared_cache
from django.utils.http import http_date, parse_http_date_safe

from portal.page_cache.generation import Fresh
from portal.page_cache.gzip_splice import Pieces
from portal.page_cache.policy import Key

logger = logging.getLogger(__name__)

LIFE = 300
"""Seconds after which a page without a subject is made anew: what it shows in passing (most read) is not older."""
BROTLI_QUALITY = 5
OF_ONE_ANSWER = ("content-length", "etag", "last-modified", "vary")
"""Headers that are written anew."""


@dataclass(slots=True)
class Page:
    """An answer in each compression. `subject` names what stands between its two pieces, `shown` is how it stood."""

    fresh: Fresh
    made_at: float
    modified_at: int
    headers: list[tuple[str, str]]
    digest: str
    pieces: Pieces
    brotli: bytes
    subject: str
    shown: bytes
    finished: tuple[bytes, bytes]
    """The last bytes that were put between the pieces, and what came of it if they were asked for twice."""

    @classmethod
    def of(
        cls, fresh: Fresh, headers: list[tuple[str, str]], body: tuple[bytes, bytes, bytes], subject: str = ""
    ) -> "Page":
        before, shown, after = body
        said = {name.lower(): value for name, value in headers}
        kept = [each for each in headers if each[0].lower() not in OF_ONE_ANSWER]
        digest = hashlib.blake2b(b"".join((repr(kept).encode(), before, b"\0", after)), digest_size=8).hexdigest()
        now = time.time()
        modified_at = parse_http_date_safe(said.get("last-modified", "")) or int(now)
        vary = ", ".join(filter(None, (said.get("vary"), "Accept-Encoding")))
        kept += [("Last-Modified", http_date(modified_at)), ("Vary", vary)]
        pieces = Pieces.of(before, after)
        # What changes can be put into gzip only; compressing it anew each time would cost more than all the rest.
        whole = b"" if subject else brotli.compress(before, quality=BROTLI_QUALITY)
        return cls(fresh, now, modified_at, kept, digest, pieces, whole, subject, shown, (b"", b""))

    def is_good(self, fresh: Fresh) -> bool:
        """What a page with a subject shows in passing is put in at each answer, so it lives until something changes."""
        until = self.fresh.until if self.subject else min(self.fresh.until, self.made_at + LIFE)
        return self.fresh.generation == fresh.generation and time.time() < until

    def etag(self, middle: bytes) -> str:
        return f'W/"{self.digest}{zlib.crc32(middle):08x}"'

    def gzip(self, middle: bytes) -> bytes:
        known, whole = self.finished
        if known != middle or not whole:
            whole = self.pieces.around(middle)
            # Of many pages that change before they are asked for again, keeping each would cost more than making it.
            self.finished = middle, whole if known == middle else b""
        return whole

    @property
    def size(self) -> int:
        """Bytes in memory, roughly; the finished ones may be as many again as the pieces."""
        return 2 * (len(self.pieces.before) + len(self.pieces.after)) + len(self.brotli) + 6000


class Pages:
    """Those kept in this process, at most so many bytes.

    A page that was asked for again is kept before one that was asked for once: whoever walks through all there is, or
    through addresses that nobody else asks for, takes a quarter of the room and no more.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.lock = threading.Lock()
        self.once: OrderedDict[Key, Page] = OrderedDict()
        self.often: OrderedDict[Key, Page] = OrderedDict()
        self.sizes = {id(self.once): 0, id(self.often): 0}

    def __len__(self) -> int:
        return len(self.once) + len(self.often)

    @property
    def bytes(self) -> int:
        return sum(self.sizes.values())

    def get(self, key: Key) -> Page | None:
        with self.lock:
            if page := self.often.get(key):
                self.often.move_to_end(key)
            elif page := self._take(self.once, key):
                self._put(self.often, key, page)
                while self.sizes[id(self.often)] > self.capacity * 3 // 4:
                    self._put(self.once, *self._oldest(self.often))
                self._shrink()
            return page

    def put(self, key: Key, page: Page) -> None:
        with self.lock:
            place = self.often if key in self.often else self.once
            self._take(place, key)
            self._put(place, key, page)
            self._shrink()

    def drop(self, key: Key) -> None:
        with self.lock:
            self._take(self.once, key)
            self._take(self.often, key)

    def _shrink(self) -> None:
        while self.bytes > self.capacity:
            self._oldest(self.once or self.often)

    def _put(self, place: OrderedDict[Key, Page], key: Key, page: Page) -> None:
        place[key] = page
        self.sizes[id(place)] += page.size

    def _take(self, place: OrderedDict[Key, Page], key: Key) -> Page | None:
        if page := place.pop(key, None):
            self.sizes[id(place)] -= page.size
        return page

    def _oldest(self, place: OrderedDict[Key, Page]) -> tuple[Key, Page]:
        key, page = place.popitem(last=False)
        self.sizes[id(place)] -= page.size
        return key, page


class SharedPages:
    """Those that all processes and nodes keep together, where CACHE_URL names a place. It may be away at any time."""

    PAUSE = 5
    """Seconds in which one that is away is not asked again."""

    def __init__(self) -> None:
        self.away_until = 0.0

    def get(self, key: Key, fresh: Fresh) -> Page | None:
        return self._ask(lambda: shared_cache.get(self._name(key, fresh)))

    def put(self, key: Key, page: Page) -> None:
        self._ask(lambda: shared_cache.set(self._name(key, page.fresh), page, LIFE))

    def _name(self, key: Key, fresh: Fresh) -> str:
        return f"page:{release()}:{fresh.generation}:{hashlib.blake2b(repr(key).encode(), digest_size=16).hexdigest()}"

    def _ask(self, ask: Callable[[], Any]) -> Any:
        if not settings.CACHE_URL or time.monotonic() < self.away_until:
            return None
        try:
            return ask()
        except Exception as error:  # of the network, of the cache, of a page that somebody spoiled there
            self.away_until = time.monotonic() + self.PAUSE
            logger.error("The shared cache does not answer, pages are kept in each process alone: %s", error)
            return None


@cache
def release() -> str:
    """Another name for other code: pages of before an update are not those of after it."""
    folders = ("portal", "news", "rates", "templates", "static")
    files = (path for folder in folders for path in (settings.BASE_DIR / folder).rglob("*"))
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(files):
        if path.suffix in (".py", ".html", ".txt", ".mo", ".css", ".js"):
            digest.update(path.read_bytes())
    return digest.hexdigest()
