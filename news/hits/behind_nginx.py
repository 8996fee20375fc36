"""Tells an nginx in front of the portal (deploy/nginx) how long to cache a page, and which of the two counts it.

nginx sends the header `X-Door`. Its requests fill its cache: the readers are in its access log, so the request itself
is not a reading. While the disk of that log is nearly full, nginx may cache nothing, and each reading is counted here
as if there were no nginx.
"""

import shutil
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

ENOUGH = 64 * 1024 * 1024
"""Bytes of the disk: some seconds of readings at nginx's full speed."""
UNKEPT = ("no-store", "private")

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def behind_nginx(application: Application) -> Application:
    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_X_DOOR" not in environ:
            return application(environ, start_response)
        tell = headers_without_caching if disk_is_full() else headers_with_caching
        if tell is headers_with_caching:
            environ["HTTP_PURPOSE"] = "prefetch"

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, tell(headers), exc_info)

        return application(environ, start)

    return answer


def headers_without_caching(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers by which nginx caches nothing and logs no reading."""
    ours = ("cache-control", "expires", "x-article")
    told = next((value for name, value in headers if name.lower() == "cache-control"), "no-cache")
    return [
        *((name, value) for name, value in headers if name.lower() not in ours),
        ("X-Cache-Control", told),
        ("Cache-Control", "no-store"),
    ]


def headers_with_caching(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers by which nginx caches a public page to the end of this second, and one more while it fetches a new one.

    The reader's own Cache-Control has another name here, because nginx would obey it too.
    """
    said = {name.lower(): value for name, value in headers}
    control = said.get("cache-control", "")
    if "set-cookie" in said or any(word in control for word in UNKEPT):
        return headers
    return [
        *((name, value) for name, value in headers if name.lower() not in ("cache-control", "expires")),
        ("X-Cache-Control", control or "no-cache"),
        ("Cache-Control", "stale-while-revalidate=1"),  # before the next one: nginx 1.22 heeds the order
        ("X-Accel-Expires", f"@{int(time.time())}"),
    ]


def disk_is_full() -> bool:
    try:
        return shutil.disk_usage(settings.HITS_DIR).free < ENOUGH
    except OSError:
        return True
