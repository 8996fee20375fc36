"""Pages of the site itself, and what it says when it cannot answer."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

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
}
"""What went wrong, and what that may mean."""


class AboutView(TemplateView):
    template_name = "about.html"


def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "robots.txt", content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the request no context processor runs: one of them may be what broke.
    return HttpResponse(render(None, "500.html").content, status=500)  # type: ignore[arg-type]


def error_page(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    heading, explanation = SENTENCES[status]
    context = {"alternates": [], "heading": heading, "explanation": explanation}
    response = render(request, "error.html", context, status=status)
    patch_cache_control(response, no_store=True)
    return response
