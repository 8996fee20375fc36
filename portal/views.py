"""Pages of the site itself, and its error pages."""

import sys
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus

from django.conf import settings
from django.contrib import admin
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from portal import editions
from portal.json_api.answers import Problem
from portal.models import SiteSettings

OUTAGES = (OperationalError, InterfaceError, OSError)
"""What is raised while the database or the disk is down."""
SECURITY_TXT_FOR = timedelta(days=180)
RETRY_AFTER = "30"
"""Seconds."""
SENTENCES = {
    HTTPStatus.BAD_REQUEST: (
        _("Your browser sent a request we cannot read"),
        _("The address may have been damaged on its way to you."),
    ),
    HTTPStatus.FORBIDDEN: (
        _("You may not open this page"),
        _("If you work here, sign in with an account that has the right."),
    ),
    HTTPStatus.NOT_FOUND: (
        _("There is no such page"),
        _("It may have moved, or it may not exist in this language."),
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        _("Too many requests from your network"),
        _("Please wait a minute and try again."),
    ),
}
"""What went wrong, and what the reason may be."""


class AboutView(TemplateView):
    template_name = "about.html"


class PrivacyView(TemplateView):
    """What is known of readers, subscribers and staff. What it says is kept by tests/portal/test_privacy.py."""

    template_name = "privacy.html"


COMFORT = [
    ("scheme", _("Colours"), [("", _("as in the system")), ("light", _("light")), ("dark", _("dark"))]),
    ("size", _("Size of letters"), [("", _("usual")), ("large", _("large")), ("huge", _("very large"))]),
    ("spacing", _("Space between letters and lines"), [("", _("usual")), ("wide", _("wide"))]),
    ("contrast", _("Contrast"), [("", _("usual")), ("strong", _("strong"))]),
    ("pictures", _("Pictures"), [("", _("shown")), ("none", _("hidden"))]),
    ("motion", _("Motion"), [("", _("as in the system")), ("none", _("none"))]),
]
"""What readers may choose for their eyes: name, label, values. static/css/comfort.css says what each value does."""


class AccessibilityView(TemplateView):
    template_name = "accessibility.html"
    extra_context = {"comfort": COMFORT}


class OfflineView(TemplateView):
    """The page that a device shows when it has no connection and has not stored the page it wants."""

    template_name = "offline.html"


def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It is at the root because it only sees addresses below its own."""
    context = {
        "prefixes": "|".join(edition.prefix for edition in editions.EDITIONS if edition.prefix),
        "static_url": settings.STATIC_URL,
    }
    return render(request, "service_worker.js", context, content_type="text/javascript; charset=utf-8")


def manifest(request: HttpRequest) -> JsonResponse:
    """The manifest that lets a phone install the edition as an app."""
    edition = editions.current()
    sizes = {"icon-192": "192x192", "icon-512": "512x512", "icon-maskable": "512x512"}
    icons = [
        {
            "src": static(f"img/{name}.png"),
            "type": "image/png",
            "sizes": size,
            "purpose": "maskable" if name == "icon-maskable" else "any",
        }
        for name, size in sizes.items()
    ]
    description = {
        "id": reverse("front"),
        "name": edition.transliterate(gettext("Parliament News")),
        "short_name": edition.transliterate(pgettext("under an icon", "Parliament")),
        "lang": edition.lang,
        "dir": edition.dir,
        "start_url": reverse("front"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fdfbf6",
        "theme_color": "#0d3f44",
        "icons": icons,
    }
    return JsonResponse(
        description, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a hole, for those who find one (RFC 9116)."""
    contact = settings.SECURITY_CONTACT or (f"mailto:{email}" if (email := SiteSettings.load().email) else "")
    if not contact:
        raise Http404
    # Of a day, as the page is cached until midnight; the RFC wants less than a year.
    expires = datetime.combine(timezone.localdate() + SECURITY_TXT_FOR, time(), timezone.get_default_timezone())
    lines = {
        "Contact": contact,
        "Expires": expires.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "Preferred-Languages": ", ".join(reversed(settings.MODELTRANSLATION_LANGUAGES)),
        "Canonical": f"{settings.SITE_URL}{request.path}",
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def robots(request: HttpRequest) -> HttpResponse:
    """What robots leave alone. Another address of the admin is not named: it may be meant to be known to few."""
    context = {"is_admin_elsewhere": settings.ADMIN_PATH != "admin/"}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_editor_in_admin(request):
        return admin_refusal(request, str(exception or "") or gettext("Your role does not allow this."))
    return error_page(request, HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if is_editor_in_admin(request):
        sentence = gettext(
            "The form was opened before you signed in again, so it was not accepted. Go back, open the page anew and "
            "take your text back: it is kept."
        )
        return admin_refusal(request, sentence)
    return error_page(request, HTTPStatus.FORBIDDEN)


def is_editor_in_admin(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return request.path_info.startswith(reverse("admin:index")) and user is not None and user.is_staff


def admin_refusal(request: HttpRequest, sentence: str) -> HttpResponse:
    """Tells somebody who works in the admin what they may not do, on a page of the admin."""
    context = {**admin.site.each_context(request), "title": gettext("Not allowed"), "sentence": sentence}
    response = render(request, "admin/refusal.html", context, status=HTTPStatus.FORBIDDEN)
    patch_cache_control(response, no_store=True)
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exception(), OUTAGES):  # Django calls this while it handles the exception
        return unavailable(request)
    # Without the request no context processor runs; one of them may be what failed.
    return HttpResponse(render(None, "500.html").content, status=500)  # type: ignore[arg-type]


def unavailable(request: HttpRequest) -> HttpResponse:
    """The answer while the database or the disk is down; for programs, if they asked the API."""
    if is_for_programs(request):
        response: HttpResponse = Problem(
            HTTPStatus.SERVICE_UNAVAILABLE, "The portal cannot answer just now."
        ).response()
    else:
        # Without the request no context processor runs; one of them may need what is down.
        response = render(None, "503.html", status=HTTPStatus.SERVICE_UNAVAILABLE)  # type: ignore[arg-type]
    response.headers["Retry-After"] = RETRY_AFTER
    patch_cache_control(response, no_store=True)
    return response


def is_for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def error_page(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    heading, explanation = SENTENCES[status]
    if is_for_programs(request):
        with translation.override("en"):
            problem: HttpResponse = Problem(status, f"{heading}. {explanation}").response()
        patch_cache_control(problem, no_store=True)
        return problem
    context = {"alternates": [], "heading": heading, "explanation": explanation}
    response = render(request, "error.html", context, status=status)
    patch_cache_control(response, no_store=True)
    return response
