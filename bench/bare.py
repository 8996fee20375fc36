"""The yardsticks: a Django view without any middleware, and a function without Django (`bench.bare:function`), that
return a constant of `BARE_BYTES` bytes.
"""

import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

CONSTANT = os.urandom(int(os.environ.get("BARE_BYTES", "12000")))


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(CONSTANT)


urlpatterns = [path("", view)]
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="of a measurement", MIDDLEWARE=[])
application = get_wsgi_application()


def function(environ: dict[str, Any], start_response: Callable) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(CONSTANT)))])
    return [CONSTANT]
