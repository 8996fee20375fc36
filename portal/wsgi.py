"""The door for the server."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
site = get_wsgi_application()

from news import folding  # noqa: E402  # models can be imported only now


def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    # Here and not above: a server may load this file before it forks, and a thread does not survive that.
    folding.start()
    return site(environ, start_response)
