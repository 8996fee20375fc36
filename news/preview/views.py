"""Previews, for editors and for whoever has a link: private, so never cached, never indexed and never counted."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from news import article_page
from news.content import glossary, video_players
from news.media import attachments, images
from news.models import Article, PreviewLink, Revision
from news.preview import links
from portal import editions

WIDTHS = (360, 768)
"""Pixels of a telephone and of a tablet; without a width the preview fills the window."""
POLICY = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]}


def private_response[Answer: HttpResponseBase](view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Adds the headers of a private page. Only our own pages may frame it, which is how they show narrow screens."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer:
        response = xframe_options_sameorigin(csp_override(POLICY)(view))(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
        return response

    return answer


@require_safe
@private_response
def by_link(request: HttpRequest, token: str, code: str) -> HttpResponse:
    link = find_link(token)
    if link is None:
        return closed_page(request, code)
    state = links.state_of(link.article, link.revision)
    for picture in links.pictures_of(state):
        picture.folder = reverse("preview_image", args=[token, picture.token, "-"]).removesuffix("-")
    for attachment in state.attachments.all():
        attachment.address = reverse("preview_file", args=[token, attachment.token, attachment.plain_name])
    return preview_page(request, state, link.revision, code, lambda code: reverse("preview", args=[token, code]))


@require_safe
@private_response
def image_by_link(request: HttpRequest, token: str, image_token: str, name: str) -> HttpResponse:
    """A picture of the linked article and of no other."""
    link = require_link(token)
    for picture in links.pictures_of(links.state_of(link.article, link.revision)):
        if picture.token == image_token:
            return images.respond_with_image(picture, name, "no-store, private")
    raise Http404


@require_safe
@private_response
def file_by_link(request: HttpRequest, token: str, file_token: str, name: str) -> HttpResponseBase:
    """A document of the linked article and of no other."""
    link = require_link(token)
    for attachment in links.state_of(link.article, link.revision).attachments.all():
        if attachment.token == file_token:
            return attachments.respond_with_attachment(request, attachment, name, "no-store, private")
    raise Http404


def find_link(token: str) -> PreviewLink | None:
    """The link; None while its article is withdrawn or in the bin. Raises Http404 for one that is not valid."""
    link = PreviewLink.objects.open().of_token(token).select_related("article", "revision").first()
    if link is None and not PreviewLink.objects.valid().of_token(token).exists():
        raise Http404
    return link


def closed_page(request: HttpRequest, code: str) -> HttpResponse:
    """Where a link led that may work again: the article has been taken back, and nothing of it is said."""
    edition = next((each for each in editions.EDITIONS if each.code == code), None)
    if edition is None:
        raise Http404
    with override(code):
        context = {
            "heading": _("This link does not work any more"),
            "explanation": _("The article has been taken back. Whoever sent you the link can tell you more."),
        }
        response = render(request, "error.html", context, status=HTTPStatus.GONE)
    response.headers["Content-Language"] = edition.lang
    return response


def require_link(token: str) -> PreviewLink:
    return get_object_or_404(PreviewLink.objects.open().of_token(token).select_related("article", "revision"))


def preview_page(
    request: HttpRequest, state: Article, revision: Revision | None, code: str, address_in: Callable[[str], str]
) -> HttpResponse:
    """The article's page below a bar; with `?width=` in a frame of that width."""
    edition = next((each for each in editions.EDITIONS if each.code == code), None)
    if edition is None or code not in state.languages:
        raise Http404
    fixed = {"revision": revision.number} if revision and "revision" in request.GET else {}
    width = int(number) if (number := request.GET.get("width", "")) in map(str, WIDTHS) else None
    is_framed = "framed" in request.GET
    mode = {"framed": 1} if is_framed else {"width": width} if width else {}

    def address(code: str, **query: Any) -> str:
        return address_in(code) + (f"?{urlencode(fixed | query)}" if fixed | query else "")

    with override(code):
        state.explanations = glossary.explanations()  # type: ignore[attr-defined]  # they were read in the editor's language
        context = article_page.context_of(state) | {
            "article_template": article_page.template_of(state),
            "alternates": [
                (each, address(each.code, **mode)) for each in editions.EDITIONS if each.code in state.languages
            ],
            "revision": revision,
            "width": width,
            "widths": [(each, address(code, **({"width": each} if each else {}))) for each in (*WIDTHS, None)],
            "framed": address(code, framed=1),
        }
        template = "news/preview_frame.html" if width else "news/preview.html"
        response = render(request, context["article_template"] if is_framed else template, context)
        video_players.allow_players(response, state.body, POLICY)
    response.headers["Content-Language"] = edition.lang
    return response
