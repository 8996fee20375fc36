"""The views of the open data's dump: its manifest, the file and its checksum."""

from http import HTTPStatus

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from news.absolute_urls import absolute_url
from news.api.dumps import LICENCE, is_outdated, latest_dump
from news.api.views import iso_datetime
from news.models import Dump
from portal.json_api.answers import Content, Problem, json_view, not_found

RENEWED_WITHIN = 600
"""Seconds between two runs of the job that replaces an outdated dump (settings.JOBS)."""


@json_view()
def manifest(request: HttpRequest) -> Content:
    dump = require_dump()
    return {
        "url": absolute_url(reverse("dump_file")),
        "sha256": dump.sha256,
        "size": dump.size,
        "articles": dump.articles,
        "made_at": iso_datetime(dump.made_at),
        "format": "JSON Lines in UTF-8, compressed by gzip: one article a line",
        "licence": LICENCE,
    }


@require_safe
def file(request: HttpRequest) -> HttpResponseBase:
    try:
        dump = require_dump()
        etag = f'"{dump.sha256}"'
        if unchanged := get_conditional_response(request, etag):  # before the file is opened
            return unchanged
        content = default_storage.open(dump.file)
    except Problem as problem:
        return problem_response(problem)
    except FileNotFoundError:
        return problem_response(not_found("The dump is lost; the next one is made at night."))
    response = FileResponse(content, content_type="application/gzip", as_attachment=True, filename="articles.jsonl.gz")
    response["Content-Length"] = str(dump.size)
    # No Last-Modified: whoever downloads the old dump while a new one is made has a later date than the new one.
    response["ETag"] = etag
    # It is too large for caches, and one with a text that readers have no longer has to be gone at once.
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def checksum(request: HttpRequest) -> HttpResponse:
    """The checksum in the format of `sha256sum --check`."""
    try:
        dump = require_dump()
    except Problem as problem:
        return problem_response(problem)
    response = HttpResponse(f"{dump.sha256}  articles.jsonl.gz\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def problem_response(problem: Problem) -> HttpResponse:
    response = problem.response()
    response["Cache-Control"] = "no-store"
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(RENEWED_WITHIN)
    return response


def require_dump() -> Dump:
    """The newest dump; raises Problem while there is none that may be served."""
    dump = latest_dump()
    if dump is None:
        raise not_found("There is no dump yet; the first one is made at night.")
    if is_outdated(dump):
        raise Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "An article in the dump was withdrawn or changed: the dump is made anew within minutes.",
        )
    return dump
