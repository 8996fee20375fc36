"""Answers readers from cached pages, before Django handles the request.

A request with a session, a form's token or a message goes on to Django, and so does one for an address that is not
cached. A page that is missing or outdated is rendered once, however many requests there are for it. The others wait,
and get the previous page if rendering takes long or fails.
"""

import threading
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import parse_etags, parse_http_date_safe

from portal.metrics import CACHE, HIT, KIND, MISS
from portal.page_cache import policy
from portal.page_cache.generation import GENERATION, Fresh, Watch
from portal.page_cache.policy import Key
from portal.page_cache.store import Page, Pages, SharedPages

WAIT = 1.0
"""Seconds that a request waits for a new page before it is answered with the previous one."""
LONGEST_WAIT = 10.0
"""The same where there is no previous page."""
OF_ONE_READER = frozenset(
    f"HTTP_{name}"
    for name in ("COOKIE", "RANGE", "IF_RANGE", "IF_MATCH", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "IF_UNMODIFIED_SINCE")
)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Counter(Protocol):
    """Counts the readings of a page's subject, and knows what the page's live place says of them."""

    def current_text(self, subject: str, *, at_any_age: bool = False) -> bytes | None:
        """What the live place says now; None if the number was not read from the database in the last second."""

    def record(self, subject: str, environ: Environ) -> None:
        """Counts a reading, if it is one."""


class Answer(NamedTuple):
    """An answer of Django from which no page was made, because it may not be cached."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Flight:
    """A page that one request renders and others wait for."""

    def __init__(self) -> None:
        self.landed = threading.Event()
        self.page: Page | None = None


class Door:
    """A WSGI application around `site` that answers what it can from at most `capacity` bytes of cached pages."""

    def __init__(self, site: Application, *, watch: Watch, counter: Counter, capacity: int) -> None:
        self.site, self.watch, self.counter = site, watch, counter
        self.pages, self.shared = Pages(capacity), SharedPages()
        self.flights: dict[tuple[Key, Fresh], Flight] = {}
        self.lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = request_key(environ)
        if key is None:
            return self.site(environ, start_response)
        page = self.pages.get(key)
        if page is None and policy.find_query_keys(key.path) is None:
            return self.site(environ, start_response)
        fresh, now = self.watch.fresh(), time.time()
        environ[CACHE] = HIT
        if page is None or not page.is_good(fresh):
            environ[CACHE] = MISS
            renewed = self.renew(key, fresh, page, environ) or self.render(environ, key, fresh, page)
            if isinstance(renewed, Answer):
                start_response(renewed.status, renewed.headers)
                return [] if environ["REQUEST_METHOD"] == "HEAD" else [renewed.body]
            page = renewed
        is_dated = page.is_good(fresh) and self.watch.is_well and now >= page.modified_at
        return self.send(page, environ, start_response, is_dated=is_dated)

    def send(self, page: Page, environ: Environ, start_response: StartResponse, *, is_dated: bool) -> Iterable[bytes]:
        is_get = environ["REQUEST_METHOD"] == "GET"
        environ[KIND] = page.kind
        middle = b""
        if page.subject:
            middle = self.live_text(page)
            if is_get:
                self.counter.record(page.subject, environ)
        page.is_dated = page.is_dated or is_dated
        answer = page.answer(middle, chosen_encoding(environ, page), is_dated=is_dated)
        if is_unchanged(environ, answer.etag, page.modified_at if is_dated else None):
            ours = ("Content-Type", "Content-Encoding", "Content-Length")
            start_response("304 Not Modified", [each for each in answer.headers if each[0] not in ours])
            return []
        start_response("200 OK", answer.headers.copy())
        return [answer.body] if is_get else []

    def live_text(self, page: Page) -> bytes:
        """What the live place of the page says now, or said when it was rendered if nothing newer is known."""
        text = self.counter.current_text(page.subject)
        if text is None:
            self.watch.look_now()
            text = self.counter.current_text(page.subject, at_any_age=True)
        return page.live if text is None else text

    def renew(self, key: Key, fresh: Fresh, before: Page | None, environ: Environ) -> Page | Answer | None:
        """The page rendered again, by this request or by another one that this one waits for.

        An Answer if it cannot be cached; None if another request got such an answer, which is not passed on.
        """
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
                self.pages.put(key, shared)
            else:
                rendered = self.render(environ, key, fresh, before)
                if isinstance(rendered, Page):
                    flight.page = rendered
                elif before and rendered.status.startswith("5"):
                    flight.page = before
                else:
                    self.pages.drop(key)
                    return rendered
            return flight.page
        finally:
            with self.lock:
                del self.flights[key, fresh]
            flight.landed.set()

    def render(self, environ: Environ, key: Key, fresh: Fresh, before: Page | None) -> Page | Answer:
        """The page made from Django's answer to a request without anything personal, or the answer itself.

        The view does not count such a request, as with any prefetch: whoever is answered with the page is counted then.
        """
        anonymous = {name: value for name, value in environ.items() if name not in OF_ONE_READER}
        anonymous |= {"REQUEST_METHOD": "GET", "QUERY_STRING": key.query, "HTTP_PURPOSE": "prefetch"}
        anonymous[GENERATION] = fresh.generation
        status, headers = "", []

        def start(new_status: str, new_headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            nonlocal status, headers
            status, headers = new_status, new_headers

        response: Any = self.site(anonymous, start)
        try:
            body = b"".join(response)
        finally:
            response.close()
        environ[KIND] = anonymous.get(KIND, "")
        if not policy.may_be_cached(response):
            return Answer(status, headers, body)
        subject = getattr(response, "subject", "")
        parts = response.parts if subject else (body, b"", b"")
        page = Page.of(fresh, headers, parts, subject)
        page.kind = environ[KIND]
        page.keep_date(before)
        self.shared.put(key, page)
        self.pages.put(key, page)
        return page


def request_key(environ: Environ) -> Key | None:
    """The key of the requested page; None where no page is cached."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or has_personal_cookie(environ.get("HTTP_COOKIE", "")):
        return None
    if not is_allowed_host(environ.get("HTTP_HOST", "")):
        return None
    if settings.SECURE_SSL_REDIRECT and environ["wsgi.url_scheme"] != "https":
        return None
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    return policy.page_key(path, query) if query else Key(path, "")


def has_personal_cookie(cookies: str) -> bool:
    """Whether the cookies belong to somebody for whom Django may render something else."""
    return bool(cookies) and any(
        f"{name}=" in cookies for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages")
    )


@lru_cache(maxsize=256)
def is_allowed_host(host: str) -> bool:
    """Whether the site may be addressed by this Host header (settings.ALLOWED_HOSTS)."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def chosen_encoding(environ: Environ, page: Page) -> str:
    """The best compression in which there is the page and that the request accepts; empty for none."""
    accepted = accepted_encodings(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if page.brotli and "br" in accepted:
        return "br"
    return "gzip" if "gzip" in accepted else ""


@lru_cache(maxsize=256)
def accepted_encodings(header: str) -> frozenset[str]:
    """The encodings that an Accept-Encoding header allows; those with a weight of zero are left out."""
    names = set()
    for each in header.lower().split(","):
        name, _, weight = each.partition(";")
        if weight.replace(" ", "").rstrip("0.") not in ("q=",):
            names.add(name.strip())
    return frozenset(names)


def is_unchanged(environ: Environ, etag: str, modified_at: int | None) -> bool:
    """Whether the reader has this page already, by the conditions of the request (RFC 9110, 13).

    A date has to be the one that this page has been given, as nginx has it too. A later one may have come with the page
    of another process, which has changed since. None is a page that has no date yet.
    """
    if (etags := environ.get("HTTP_IF_NONE_MATCH")) is not None:
        return any(each == "*" or each.removeprefix("W/") == etag.removeprefix("W/") for each in parse_etags(etags))
    # Nearly nobody sends the other, and to parse nothing takes microseconds.
    if modified_at is None or not (since := environ.get("HTTP_IF_MODIFIED_SINCE")):
        return False
    return parse_http_date_safe(since) == modified_at
