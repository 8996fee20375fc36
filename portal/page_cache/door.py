"""The door: answers readers from finished pages, before Django's request machinery has begun.

Who brings a session, a form's token or a message goes on to Django, and so does every address that is not kept. A page
that is missing or old is made once, however many ask for it; the others wait, and get the page before should it take
long or fail.
"""

import gzip
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import parse_etags, parse_http_date_safe

from portal.page_cache import policy
from portal.page_cache.generation import Fresh, Watch
from portal.page_cache.policy import Key
from portal.page_cache.store import Page, Pages, SharedPages

WAIT = 1.0
"""Seconds for which the page before is held back while a new one is made."""
LONGEST_WAIT = 10.0
"""The same where there is no page before."""
OF_ONE_READER = frozenset(
    f"HTTP_{name}"
    for name in ("COOKIE", "RANGE", "IF_RANGE", "IF_MATCH", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "IF_UNMODIFIED_SINCE")
)

Environ = dict[str, Any]
Application = Callable[[Environ, Callable], Iterable[bytes]]


class Counter(Protocol):
    """Counts the readings of a page's subject, and knows what the page's live place says of them."""

    def current_text(self, subject: str, *, at_any_age: bool = False) -> bytes | None:
        """What the live place says now; None if the number was not read from the database in the last second."""

    def record(self, subject: str, environ: Environ) -> None:
        """Counts a reading, if it is one."""


class Answer(NamedTuple):
    """Of Django; with the page made of it, if it is kept."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    page: Page | None


class Flight:
    """A page being made."""

    def __init__(self) -> None:
        self.landed = threading.Event()
        self.page: Page | None = None


class Door:
    def __init__(self, site: Application, *, watch: Watch, counter: Counter, capacity: int) -> None:
        self.site, self.watch, self.counter = site, watch, counter
        self.pages, self.shared = Pages(capacity), SharedPages()
        self.flights: dict[tuple[Key, Fresh], Flight] = {}
        self.lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: Callable) -> Iterable[bytes]:
        key = key_of(environ)
        if key is None:
            return self.site(environ, start_response)
        page = self.pages.get(key)
        if page is None and policy.known_keys(key.path) is None:
            return self.site(environ, start_response)
        fresh = self.watch.fresh()
        if page is None or not page.is_good(fresh):
            found = self.renewed(key, fresh, page, environ) or self.ask(environ, key, fresh)
            if isinstance(found, Answer):
                start_response(found.status, found.headers)
                return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]
            page = found
        return self.answer(page, environ, start_response)

    def answer(self, page: Page, environ: Environ, start_response: Callable) -> Iterable[bytes]:
        is_get = environ["REQUEST_METHOD"] == "GET"
        middle = b""
        if page.subject:
            middle = self.shown(page)
            if is_get:
                self.counter.record(page.subject, environ)
        etag = page.etag(middle)
        headers = [*page.headers, ("ETag", etag)]
        if is_unchanged(environ, etag, page.modified_at):
            start_response("304 Not Modified", [each for each in headers if each[0] != "Content-Type"])
            return []
        accepted = accepted_encodings(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if page.brotli and "br" in accepted:
            body = page.brotli
            headers.append(("Content-Encoding", "br"))
        else:
            body = page.gzip(middle)
            if "gzip" in accepted:
                headers.append(("Content-Encoding", "gzip"))
            else:
                body = gzip.decompress(body)
        headers.append(("Content-Length", str(len(body))))
        start_response("200 OK", headers)
        return [body] if is_get else []

    def shown(self, page: Page) -> bytes:
        shown = self.counter.current_text(page.subject)
        if shown is None:
            self.watch.look_now()
            shown = self.counter.current_text(page.subject, at_any_age=True)
        return page.shown if shown is None else shown

    def renewed(self, key: Key, fresh: Fresh, before: Page | None, environ: Environ) -> Page | Answer | None:
        """The page made anew by this request or another one; an answer that is not kept; None for others of those."""
        if before and not self.watch.is_well:
            return before
        with self.lock:
            flight = self.flights.get((key, fresh))
            if is_mine := flight is None:
                flight = self.flights[key, fresh] = Flight()
        if not is_mine:
            return flight.page if flight.landed.wait(WAIT if before else LONGEST_WAIT) else before
        try:
            if (shared := self.shared.get(key, fresh)) and shared.is_good(fresh):
                flight.page = shared
            else:
                answer = self.ask(environ, key, fresh)
                if answer.page is None and not (before and answer.status.startswith("5")):
                    self.pages.drop(key)
                    return answer
                flight.page = answer.page or before
            if flight.page and flight.page is not before:
                self.pages.put(key, flight.page)
            return flight.page
        finally:
            with self.lock:
                del self.flights[key, fresh]
            flight.landed.set()

    def ask(self, environ: Environ, key: Key, fresh: Fresh) -> Answer:
        """Django's answer to anybody; its view leaves the counting to us as it does to all who fetch ahead."""
        asked = {name: value for name, value in environ.items() if name not in OF_ONE_READER}
        asked |= {"REQUEST_METHOD": "GET", "QUERY_STRING": key.query, "HTTP_PURPOSE": "prefetch"}
        status, headers = "", []

        def start(said: str, with_headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            nonlocal status, headers
            status, headers = said, with_headers

        response: Any = self.site(asked, start)
        try:
            body = b"".join(response)
        finally:
            response.close()
        page = None
        if policy.may_be_kept(response):
            subject = getattr(response, "subject", "")
            page = Page.of(fresh, headers, response.parts if subject else (body, b"", b""), subject)
            self.shared.put(key, page)
        return Answer(status, headers, body, page)


def key_of(environ: Environ) -> Key | None:
    """Of the page asked for; None where nothing is kept."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or is_known(environ.get("HTTP_COOKIE", "")):
        return None
    if not is_ours(environ.get("HTTP_HOST", "")):
        return None
    if settings.SECURE_SSL_REDIRECT and environ["wsgi.url_scheme"] != "https":
        return None
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    return policy.key_of(path, query) if query else Key(path, "")


def is_known(cookies: str) -> bool:
    """Somebody whom Django may say something else to."""
    return bool(cookies) and any(
        f"{name}=" in cookies for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages")
    )


@lru_cache(maxsize=256)
def is_ours(host: str) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


@lru_cache(maxsize=256)
def accepted_encodings(said: str) -> frozenset[str]:
    names = set()
    for each in said.lower().split(","):
        name, _, weight = each.partition(";")
        if weight.replace(" ", "").rstrip("0.") not in ("q=",):
            names.add(name.strip())
    return frozenset(names)


def is_unchanged(environ: Environ, etag: str, modified_at: int) -> bool:
    """Whether the reader has it already."""
    if (known := environ.get("HTTP_IF_NONE_MATCH")) is not None:
        return any(each == "*" or each.removeprefix("W/") == etag.removeprefix("W/") for each in parse_etags(known))
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    known_at = parse_http_date_safe(since) if since else None
    return known_at is not None and modified_at <= known_at
