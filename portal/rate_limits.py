"""How many requests one network may send in a minute, counted for all nodes together in the shared cache.

The cache holds no address, only a name that is made from it with the secret key, and that for two minutes.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from portal.client_address import client_network
from portal.shared_cache import shared_cache

WINDOW = 60
"""Seconds in which one network may make so many requests."""


class TooManyRequests(Exception):
    """Becomes an answer with the status 429 (portal.middleware.RateLimitMiddleware)."""

    def __init__(self, reset: int) -> None:
        super().__init__(f"Try again in {reset} seconds.")
        self.reset = reset


@dataclass(frozen=True)
class Allowance:
    """How many requests an address may make in the current window, and how many it has made."""

    limit: int
    used: int
    reset: int
    """Seconds until the next window begins."""

    @property
    def is_exceeded(self) -> bool:
        return self.used > self.limit

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f"{self.limit};w={WINDOW}",
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "RateLimit-Reset": str(self.reset),
        }


def count_request(address: str, limit: int | None = None, of: str = "api") -> Allowance:
    """Count one more request from an address, for all nodes together; `of` names what is limited.

    While the shared cache fails, no request is counted and all are answered: the limit fails open.
    """
    now = int(time.time())
    name = salted_hmac("portal.rate_limits", f"{of}:{now // WINDOW}:{address}", algorithm="sha256").hexdigest()
    used = shared_cache.increment(f"requests:{name}", 2 * WINDOW) or 1
    return Allowance(settings.API_REQUESTS if limit is None else limit, used, WINDOW - now % WINDOW)


def require_allowance(request: HttpRequest, of: str) -> None:
    """Counts a request against settings.RATE_LIMITS. Raises TooManyRequests."""
    allowance = count_request(client_network(request), settings.RATE_LIMITS[of], of)
    if allowance.is_exceeded:
        raise TooManyRequests(allowance.reset)


def limited(of: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Wrap a view that answers one network only so many times a minute. Cached answers are not counted."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require_allowance(request, of)
            return view(request, *args, **kwargs)

        return wrapper

    return decorate
