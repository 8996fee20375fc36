"""Addresses of the site that the archive comes from: readers and search engines are sent on from them."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from news.models import Article, OldAddress
from news.models.old_address import LONGEST_ADDRESS, normalise_address


class OldAddressMiddleware:
    """Looks among the old addresses for what would be a 404. So pages of this site cost nothing more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.NOT_FOUND or request.method not in ("GET", "HEAD"):
            return response
        if request.path_info.startswith(
            "/api/"
        ):  # no old site had these, and programs want an answer of their own form
            return response
        return answer_old_address(request) or response


def answer_old_address(request: HttpRequest) -> HttpResponse | None:
    """A redirect to the article that the address led to, or 410 if it is gone for good.

    None if the address is unknown, or if readers have not got its article: they cannot tell one from the other.
    """
    try:
        wanted = [normalise_address(request.get_full_path()), normalise_address(request.path)]
    except ValueError:
        return None
    paths = [path for path in dict.fromkeys(wanted) if len(path) <= LONGEST_ADDRESS]
    found = {address.path: address for address in OldAddress.objects.filter(path__in=paths)}
    address = next((found[path] for path in paths if path in found), None)
    if address is None:
        return None
    if address.article_id is None:
        return gone_page(request)
    with translation.override(address.language):
        articles = Article.objects.filter(pk=address.article_id)
        # A withdrawn one says at its own address that it was withdrawn, and why.
        article = articles.readable().first() or articles.withdrawn_after_publication().in_language().first()
        return HttpResponsePermanentRedirect(article.get_absolute_url()) if article else None


def gone_page(request: HttpRequest) -> HttpResponse:
    context = {"heading": _("This page was removed"), "alternates": []}
    response = render(request, "news/gone.html", context, status=HTTPStatus.GONE)
    patch_cache_control(response, no_cache=True)
    return response
