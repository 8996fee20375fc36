"""Which pages are cached, and under which key.

A view is cached if the urls wrap it in `cached_page`, with the query keys that matter to it. `portal.page_cache.door`
answers with cached pages, `portal.page_cache.generation` says how long they are valid.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django.views.decorators.http import require_safe

from portal import editions

LONGEST_PATH = 2000
"""Characters; more than ten times as many as the longest address of an article."""
LONGEST_QUERY = 2000
LONGEST_VALUE = 100
"""Characters of a query, and of a value in it that matters; a page with a longer one is not cached."""


class Key(NamedTuple):
    """What tells one cached page from another."""

    path: str
    query: str


def cached_page(*keys: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Wrap a view whose answers may be cached for all readers; only these keys of its query matter to it.

    Such a page is only read: other methods than GET and HEAD are refused.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @require_safe
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if response.status_code == 200:
                has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
                response.headers.setdefault(
                    "Cache-Control", "private, no-cache" if has_session else public_cache_control()
                )
                response.is_cacheable = not has_session  # type: ignore[attr-defined]
            return response

        wrapper.query_keys = keys  # type: ignore[attr-defined]
        return wrapper

    return decorate


def public_cache_control() -> str:
    """The Cache-Control of a public page: caches have to revalidate it each time, but a CDN only after CDN_SECONDS."""
    shared = f"s-maxage={settings.CDN_SECONDS}, " if settings.CDN_SECONDS else ""
    return f"public, max-age=0, {shared}must-revalidate"


def may_be_cached(response: Any) -> bool:
    """Whether the answer is the same for all readers, so that it may be cached."""
    return (
        getattr(response, "is_cacheable", False)
        and not response.cookies
        and "cookie" not in response.headers.get("Vary", "").lower()
        and not any(word in response.headers["Cache-Control"] for word in ("private", "no-store"))
    )


def find_query_keys(path: str) -> tuple[str, ...] | None:
    """The query keys that matter to the view at a path as WSGI passes it; None if it is not cached."""
    return _find_query_keys(path) if len(path) <= LONGEST_PATH else None


@lru_cache(maxsize=4096)
def _find_query_keys(path: str) -> tuple[str, ...] | None:
    path = path.encode("latin-1").decode(errors="replace")
    with translation.override(editions.edition_of_path(path).code):
        try:
            return getattr(resolve(path).func, "query_keys", None)
        except Resolver404:
            return None


def page_key(path: str, query: str) -> Key | None:
    """The key of a page, with what matters of its query always written the same way; None if it is not cached."""
    return _page_key(path, query) if len(path) <= LONGEST_PATH and len(query) <= LONGEST_QUERY else None


@lru_cache(maxsize=1024)
def _page_key(path: str, query: str) -> Key | None:
    keys = find_query_keys(path)
    if keys is None:
        return None
    if not query.isascii():  # as WSGI passes letters that the client did not escape
        query = query.encode("latin-1").decode(errors="replace")
    values: dict[str, str] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key in keys:
            values.setdefault(key, value)  # the first, as nginx has it
    if any(len(value) > LONGEST_VALUE for value in values.values()):
        return None
    return Key(path, urlencode([(key, values[key]) for key in keys if key in values]))
