"""Middleware: the language of the edition, its script, and pages for what cannot be read or answered."""

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DataError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import translation

from portal import editions, views
from portal.kazakh_scripts.pages import transliterate_page
from portal.page_cache.policy import LONGEST_PATH
from portal.rate_limits import TooManyRequests

logger = logging.getLogger(__name__)

# Addresses without an edition, whose language is the one that the user chose.
PERSONAL = (f"/{settings.ADMIN_PATH}", "/language/")


class EditionMiddleware:
    """Activates the language of the address.

    Django's LocaleMiddleware would also look at the browser's languages and send `Vary: Accept-Language`, but here
    one address has one body. Only the admin uses the language that its user chose, which is stored in a cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = editions.edition_of_path(request.path_info).code
        if request.path_info.startswith(PERSONAL):
            chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
            code = chosen if chosen in settings.MODELTRANSLATION_LANGUAGES else code
        request.LANGUAGE_CODE = code  # type: ignore[attr-defined]  # Django's own name for it
        with translation.override(code):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", editions.current().lang)
        return response


class HeadersMiddleware:
    """Adds the headers about devices and other sites that Django does not know.

    Cross-Origin-Opener-Policy is `same-origin` by Django's own SecurityMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        path = request.path_info.removeprefix(editions.edition_of_path(request.path_info).prefix)
        is_shared = path.startswith(settings.SHARED_PATHS) or "/feed." in path
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if is_shared else "same-origin"
        return response


class KnownHostMiddleware:
    """Answers requests for other hosts than ours with a line of text.

    Django would raise an exception and log it with a traceback, for each robot that tries addresses. Balancers and
    Prometheus know a node by its address only, and what they are told has no links.
    """

    FOR_OPERATORS = ("/health/live", "/health/ready", "/metrics")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in self.FOR_OPERATORS:
            request.META["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
        try:
            request.get_host()
        except DisallowedHost:
            return HttpResponse("There is no such site here.\n", status=400, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class RateLimitMiddleware:
    """Answers who sends too many requests (portal.rate_limits)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooManyRequests):
            return None
        response = views.error_page(request, HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(exception.reset)
        return response


class ReadableRequestMiddleware:
    """Refuses what no text of ours can hold: NUL in a path, a query or a form, and paths nobody would write.

    PostgreSQL stores no NUL, SQLite cuts a text off there, and a disk refuses such names. Broken UTF-8 needs no care
    here: Django replaces it in queries and forms and leaves it encoded in paths.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if has_nul([request.path_info]):  # nothing has such an address
            return views.not_found(request)
        if len(request.path_info) > LONGEST_PATH:
            return views.bad_request(request)
        if has_nul(text for name, values in request.GET.lists() for text in (name, *values)):
            return views.bad_request(request)
        # A browser that has such a cookie would never get in again if it were refused, so it is ignored.
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if not has_nul([value])}
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        # Not in __call__, so that a form at an unknown address is not read.
        if request.method != "POST":
            return None
        try:
            fields = [text for name, values in request.POST.lists() for text in (name, *values)]
            files = [text for name, values in request.FILES.lists() for text in (name, *(file.name for file in values))]
        except UnreadablePostError:  # the client broke off
            return views.bad_request(request)
        return views.bad_request(request) if has_nul(fields) or has_nul(files) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The last net: a number or a text that the database cannot hold is in no row of it."""
        if not isinstance(exception, (DataError, OverflowError, UnicodeEncodeError)) or settings.DEBUG:
            return None
        logger.warning("%s %s has a value that cannot be stored", request.method, request.path, exc_info=exception)
        return views.not_found(request) if request.method in ("GET", "HEAD") else views.bad_request(request)


def has_nul(texts: Iterable[str | None]) -> bool:
    """Whether one of the texts has the character NUL."""
    return any("\0" in text for text in texts if text)


class ScriptMiddleware:
    """Transliterates a Kazakh page into the script of its edition.

    The page cache is outside of it, so a page is transliterated once and not for each reader. Transliteration follows
    rules and makes mistakes, so search engines are told to index only the page in Cyrillic.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        edition = editions.current()
        if edition.is_derived and not response.streaming:
            if response.headers.get("Content-Type", "").startswith("text/html"):
                page = transliterate_page(
                    response.text, edition.lang, edition.transliterate, isolates=edition.dir == "rtl"
                )
                response.content = page.encode()
            response.headers["X-Robots-Tag"] = "noindex"
        return response


class OutageMiddleware:
    """Answers with a short page and 503, rather than a bare 500, when the database or the disk is down.

    It sees what views raise. What middleware and error pages raise comes to `views.server_error`, which does the same.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, views.OUTAGES) or settings.DEBUG:
            return None
        # With the request portal.log_lines finds its secrets also in what the exception says.
        about = {"request": request}
        logger.error("%s %s could not be answered", request.method, request.path, exc_info=exception, extra=about)
        return views.unavailable(request)
