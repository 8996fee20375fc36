"""Middleware: the language of the edition, its script, and a page for when the database or the disk is down."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from portal import editions
from portal.kazakh_scripts.pages import transliterate_page

logger = logging.getLogger(__name__)

# Addresses without an edition, whose language is the one that the user chose.
PERSONAL = ("/admin/", "/language/")


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
    """Answers with a short page and 503, rather than a bare 500, when the database or the disk is down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, (OperationalError, InterfaceError, OSError)) or settings.DEBUG:
            return None
        # With the request portal.log_lines finds its secrets also in what the exception says.
        about = {"request": request}
        logger.error("%s %s could not be answered", request.method, request.path, exc_info=exception, extra=about)
        # Without the request no context processor runs; one of them may need what is down.
        response = render(None, "503.html", status=503)  # type: ignore[arg-type]
        response.headers["Retry-After"] = "30"
        return response
