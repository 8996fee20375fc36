"""Pages of the site itself, and what it says when it cannot answer."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.generic import TemplateView


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
    response = render(request, f"{status}.html", {"alternates": []}, status=status)
    patch_cache_control(response, no_store=True)
    return response
