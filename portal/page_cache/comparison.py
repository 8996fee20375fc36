"""Compares pages in the shared cache with what the site says now: one that differs was not invalidated by a change."""

from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings

from portal.page_cache import policy
from portal.page_cache.door import Application, Environ
from portal.page_cache.generation import load_fresh
from portal.page_cache.policy import Key
from portal.page_cache.store import Page, SharedPages


def find_wrong_pages(site: Application, paths: Iterable[str]) -> list[str]:
    """The addresses whose cached page says something else than `site` does, Django's WSGI application.

    A page that changes while it is compared is not among them.
    """
    wrong, pages = [], SharedPages()
    for path in paths:
        key, fresh = Key(path, ""), load_fresh()
        cached = pages.get(key, fresh)
        if cached is None or not cached.is_good(fresh):
            continue
        page = render_page(site, path)
        if (page is None or page.digest != cached.digest) and load_fresh().generation == fresh.generation:
            wrong.append(path)
    return wrong


def render_page(site: Application, path: str) -> Page | None:
    """The page as a stranger gets it now; None if there is none that may be cached."""
    headers: list[tuple[str, str]] = []

    def start(_status: str, new_headers: list[tuple[str, str]], _error: object = None) -> None:
        headers.extend(new_headers)

    response = site(request_for(path), start)
    try:
        body = b"".join(response)
    finally:
        response.close()  # type: ignore[attr-defined]  # Django's responses have it
    if not policy.may_be_cached(response):
        return None
    subject = getattr(response, "subject", "")
    parts = response.parts if subject else (body, b"", b"")  # type: ignore[attr-defined]
    return Page.of(load_fresh(), headers, parts, subject)


def request_for(path: str) -> Environ:
    parts = urlsplit(settings.SITE_URL)
    environ: Environ = {"HTTP_HOST": parts.netloc, "wsgi.url_scheme": parts.scheme, "PATH_INFO": path}
    environ |= {"REQUEST_METHOD": "GET", "QUERY_STRING": "", "HTTP_PURPOSE": "prefetch"}
    setup_testing_defaults(environ)
    return environ
