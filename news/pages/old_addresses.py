"""Addresses of the site that the archive comes from: readers and search engines are sent on from them."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from news.models import Article, OldAddress
from news.models.old_address import LONGEST_ADDRESS, normalise_address
from news.pages.typed_addresses import guess_address


class OldAddressMiddleware:
    """Looks among the old addresses for what would be a 404. So pages of this site cost nothing more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.NOT_FOUND or request.method not in ("GET", "HEAD"):
            return response
        # No old site had these, and programs want an answer of their own form.
        if request.path_info.startswith("/api/"):
            return response
        return answer_old_address(request) or answer_typed_address(request) or response


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


def answer_typed_address(request: HttpRequest) -> HttpResponse | None:
    """A redirect to the page that was meant, or a 404 that names the languages of an article; None if neither helps."""
    guess = guess_address(request.path_info)
    if guess.address:
        query = request.META.get("QUERY_STRING", "")
        address = iri_to_uri(guess.address)
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    if guess.languages:
        explanation = _("There is no text of this article in this language. It can be read in:")
        context = {
            "heading": _("Not in this language"),
            "explanation": explanation,
            "languages": guess.languages,
            "alternates": [],
        }
        response = render(request, "error.html", context, status=HTTPStatus.NOT_FOUND)
        patch_cache_control(response, no_store=True)
        return response
    return None


def gone_page(request: HttpRequest) -> HttpResponse:
    context = {"heading": _("This page was removed"), "alternates": []}
    response = render(request, "news/gone.html", context, status=HTTPStatus.GONE)
    patch_cache_control(response, no_cache=True)
    return response
