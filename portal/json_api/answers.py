"""What all answers of the read-only API have in common: JSON, errors by RFC 9457, and a limit of requests a minute.

Views return a dictionary, or raise a Problem. Texts are English, like the API itself.
"""

from collections.abc import Callable, Collection
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt

from portal.client_address import client_network
from portal.rate_limits import Allowance, count_request

Content = dict[str, Any]


class Problem(Exception):
    """Why a request is not answered: a status, a sentence, and further members for programs."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more

    def response(self) -> JsonResponse:
        """As application/problem+json."""
        content = {"type": "about:blank", "title": HTTPStatus(self.status).phrase, "status": self.status}
        content |= {"detail": self.detail, **self.more}
        return json_response(content, self.status, "application/problem+json")


def not_found(what: str = "There is nothing at this address.") -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, what)


def bad_request(detail: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, detail)


def json_view(*, max_age: int = 0, keys: Collection[str] = ()) -> Callable[..., Callable[..., HttpResponse]]:
    """Wrap a view that returns a dictionary, and answer with it as JSON, which may be cached for `max_age` seconds.

    `keys` are the keys that a query may have; a misspelt one is refused rather than ignored.
    """

    def decorate(view: Callable[..., Content]) -> Callable[..., HttpResponse]:
        @csrf_exempt  # nothing is changed here, and other methods than GET and HEAD are refused below
        @wraps(view)
        def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            allowance = count_request(client_network(request))
            try:
                check_request(request, allowance, keys)
                response = json_response(view(request, **kwargs), HTTPStatus.OK)
                patch_cache_control(response, public=True, max_age=max_age)
            except Problem as problem:
                response = problem.response()
                patch_cache_control(response, no_store=True)
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
            for name, value in allowance.headers.items():
                response[name] = value
            if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                response["Allow"] = "GET, HEAD"
            if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                response["Retry-After"] = str(allowance.reset)
            return response

        return wrapper

    return decorate


def check_request(request: HttpRequest, allowance: Allowance, keys: Collection[str]) -> None:
    """Raise the Problem of a request that is one too many, has another method, or an unknown key."""
    if allowance.is_exceeded:
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"Only {allowance.limit} requests a minute are answered; try again in {allowance.reset} seconds."
            " The nightly dump has all articles in one file.",
        )
    if request.method not in ("GET", "HEAD"):
        raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "The API is read-only; use GET.")
    for name in request.GET:
        if name not in keys:
            raise bad_request(
                f"There is no parameter {name!r} here. The parameters are: {', '.join(sorted(keys)) or 'none'}."
            )


def json_response(content: Content, status: int, content_type: str = "application/json") -> JsonResponse:
    return JsonResponse(content, status=status, content_type=content_type, json_dumps_params={"ensure_ascii": False})


@json_view()
def unknown_address(request: HttpRequest) -> Content:
    """Any other address below /api/v1/."""
    raise not_found()
