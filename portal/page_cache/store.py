"""Cached pages, stored compressed: in this process, and in the shared cache behind it."""

import gzip
import hashlib
import threading
import time
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import brotli
from django.conf import settings
from django.utils.http import http_date

from portal.page_cache.generation import Fresh
from portal.page_cache.gzip_splice import Pieces
from portal.page_cache.policy import Key
from portal.shared_cache import shared_cache

LIFE = 300
"""Seconds after which a page without a subject is rendered again, so that its most read articles are not older."""
BROTLI_QUALITY = 5
OF_ONE_ANSWER = ("content-length", "etag", "last-modified", "vary")
"""Headers that are set again for each answer."""
SETTLED_AFTER = 15
"""Whole seconds from the one in which a page was rendered to the one that its Last-Modified names.

A date names only a whole second, in which a page may change more than once. Also, readers get the previous page until
this process has noticed a change, or while rendering takes long. So the date lies later than all that and is not sent
before it has come. Then nobody has this date from another page, nor from the time at which another page was answered,
which clients may take for its date.
"""


format_date = lru_cache(maxsize=4096)(http_date)


class Sent(NamedTuple):
    """An answer as it goes out."""

    is_dated: bool
    etag: str
    headers: list[tuple[str, str]]
    body: bytes


class Finished(NamedTuple):
    """The answers with the same live text."""

    middle: bytes
    by_encoding: dict[str, Sent]


@dataclass(slots=True)
class Page:
    """An answer in each compression.

    `subject` says whose live text stands between the pieces; `live` is that text as it was rendered.
    """

    fresh: Fresh
    made_at: float
    modified_at: int
    """What Last-Modified says. It is not sent before that second has come."""
    is_dated: bool
    """Somebody was given that date."""
    headers: list[tuple[str, str]]
    digest: str
    pieces: Pieces
    brotli: bytes
    subject: str
    live: bytes
    finished: "Finished"
    """What was sent last, so that it need not be made again before the live text changes."""
    kind: str = ""
    """As portal.metrics counts it."""

    @classmethod
    def of(
        cls,
        fresh: Fresh,
        headers: list[tuple[str, str]],
        body: tuple[bytes, bytes, bytes],
        subject: str = "",
    ) -> "Page":
        before, live, after = body
        values = {name.lower(): value for name, value in headers}
        lasting = [each for each in headers if each[0].lower() not in OF_ONE_ANSWER]
        digest = hashlib.blake2b(b"".join((repr(lasting).encode(), before, b"\0", after)), digest_size=8).hexdigest()
        vary = ", ".join(filter(None, (values.get("vary"), "Accept-Encoding")))
        lasting.append(("Vary", vary))
        pieces = Pieces.of(before, after)
        # Only gzip lets the changing part be put in; compressing the page each time would cost more than all the rest.
        whole = b"" if subject else brotli.compress(before, quality=BROTLI_QUALITY)
        now = time.time()
        modified_at = int(now) + SETTLED_AFTER
        return cls(fresh, now, modified_at, False, lasting, digest, pieces, whole, subject, live, Finished(b"", {}))

    def keep_date(self, before: "Page | None") -> None:
        """Takes over the date of the page before, if that says the same and readers were given its date.

        They were given it only while it was valid and settled, so no other page has had the same date.
        """
        if before and before.is_dated and before.digest == self.digest:
            self.modified_at, self.is_dated = before.modified_at, True

    def is_good(self, fresh: Fresh) -> bool:
        """Whether the page is valid. One with a subject gets its live text at each answer, so it has no age limit."""
        until = self.fresh.until if self.subject else min(self.fresh.until, self.made_at + LIFE)
        return self.fresh.generation == fresh.generation and time.time() < until

    def etag(self, middle: bytes) -> str:
        return f'W/"{self.digest}{zlib.crc32(middle):08x}"'

    def answer(self, middle: bytes, encoding: str, *, is_dated: bool) -> "Sent":
        """The page with these bytes in its live place."""
        finished = self.finished
        if finished.middle != middle:
            finished = self.finished = Finished(middle, {})
        sent = finished.by_encoding.get(encoding)
        if sent is None or sent.is_dated != is_dated:
            sent = self.make_answer(middle, encoding, is_dated)
            if encoding:  # the few readers without any compression are not worth the memory
                finished.by_encoding[encoding] = sent
        return sent

    def make_answer(self, middle: bytes, encoding: str, is_dated: bool) -> "Sent":
        etag = self.etag(middle)
        headers = [*self.headers, ("ETag", etag)]
        if is_dated:
            headers.append(("Last-Modified", format_date(self.modified_at)))
        body = self.brotli if encoding == "br" else self.pieces.around(middle)
        if encoding:
            headers.append(("Content-Encoding", encoding))
        else:
            body = gzip.decompress(body)
        headers.append(("Content-Length", str(len(body))))
        return Sent(is_dated, etag, headers, body)

    @property
    def size(self) -> int:
        """Bytes in memory, roughly; the finished stream may take as many as the pieces."""
        return 2 * (len(self.pieces.before) + len(self.pieces.after)) + len(self.brotli) + 6000


class Pages:
    """The cached pages of this process, at most `capacity` bytes.

    Pages that were requested once and pages that were requested again have separate room. A client that walks through
    all addresses, or through ones that nobody else requests, therefore takes a quarter of the room and no more.
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
    """The cached pages that all processes and nodes share, if CACHE_URL names a Redis."""

    def get(self, key: Key, fresh: Fresh) -> Page | None:
        page: Page | None = shared_cache.get(self._name(key, fresh)) if settings.CACHE_URL else None
        return page

    def put(self, key: Key, page: Page) -> None:
        if settings.CACHE_URL:
            shared_cache.set(self._name(key, page.fresh), page, LIFE)

    def _name(self, key: Key, fresh: Fresh) -> str:
        digest = hashlib.blake2b(repr(key).encode(), digest_size=16).hexdigest()
        return f"page:{code_version()}:{fresh.generation}:{digest}"


@cache
def code_version() -> str:
    """A name that changes with the code, so that pages from before an update are not used after it."""
    folders = ("portal", "news", "rates", "templates", "static")
    files = (path for folder in folders for path in (settings.BASE_DIR / folder).rglob("*"))
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(files):
        if path.suffix in (".py", ".html", ".txt", ".mo", ".css", ".js"):
            digest.update(path.read_bytes())
    return digest.hexdigest()
