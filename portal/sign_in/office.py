"""The admin's own address: which networks see it, and that nobody keeps or lists what it answers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal.client_address import client_address, parse_address

NOWHERE = "/no-such-address/"


class OfficeMiddleware:
    """Hides the admin from everybody outside of settings.ADMIN_NETWORKS, and its pages from search engines and caches.

    Others get what any address gets which does not exist, to the byte: the request goes on with another path.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not f"{request.path_info}/".startswith(f"/{settings.ADMIN_PATH}"):
            return self.get_response(request)
        if not is_inside(request):
            request.path_info = NOWHERE
            return self.get_response(request)
        response = self.get_response(request)
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        if "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        return response


def is_inside(request: HttpRequest) -> bool:
    """Whether the request comes from a network that may see the admin."""
    if not settings.ADMIN_NETWORKS:
        return True
    address = parse_address(client_address(request))
    return any(address in network for network in settings.ADMIN_NETWORKS)
