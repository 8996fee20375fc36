"""Which pages are kept, and what of an address tells one from another.

A view is kept where `cached_page` stands beside it in the urls, with the query keys that matter to it.
`portal.page_cache.door` answers from what is kept, `portal.page_cache.generation` says how long that is good.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation

from portal import editions

LONGEST_QUERY = 2000
LONGEST_VALUE = 100
"""Characters of a query and of a value that matters; a page for a longer one is not kept."""


class Key(NamedTuple):
    path: str
    query: str


def cached_page(*known: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """The view's answers may be kept and shown to all readers; of the query only the `known` keys matter to it."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if response.status_code == 200:
                is_known = settings.SESSION_COOKIE_NAME in request.COOKIES
                response.headers.setdefault("Cache-Control", "private, no-cache" if is_known else for_all())
                response.is_kept = not is_known  # type: ignore[attr-defined]
            return response

        answered.known_keys = known  # type: ignore[attr-defined]
        return answered

    return decorate


def for_all() -> str:
    """Whoever keeps a public page asks again each time, except a CDN for as long as the settings say."""
    shared = f"s-maxage={settings.CDN_SECONDS}, " if settings.CDN_SECONDS else ""
    return f"public, max-age=0, {shared}must-revalidate"


def may_be_kept(response: Any) -> bool:
    return (
        getattr(response, "is_kept", False)
        and not response.cookies
        and "cookie" not in response.headers.get("Vary", "").lower()
        and not any(word in response.headers["Cache-Control"] for word in ("private", "no-store"))
    )


@lru_cache(maxsize=4096)
def known_keys(path: str) -> tuple[str, ...] | None:
    """The query keys of the view at an address as WSGI has it; None where nothing is kept."""
    path = path.encode("latin-1").decode(errors="replace")
    with translation.override(editions.of_path(path).code):
        try:
            return getattr(resolve(path).func, "known_keys", None)
        except Resolver404:
            return None


def key_of(path: str, query: str) -> Key | None:
    """What matters of a query, always written the same way; None where nothing is kept."""
    known = known_keys(path)
    if known is None or len(query) > LONGEST_QUERY:
        return None
    values: dict[str, str] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key in known:
            values.setdefault(key, value)  # the first, as nginx has it
    if any(len(value) > LONGEST_VALUE for value in values.values()):
        return None
    return Key(path, urlencode([(key, values[key]) for key in known if key in values]))
