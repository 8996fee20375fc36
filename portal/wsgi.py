"""The WSGI application: the page cache in front of Django. portal.server serves it."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
site = get_wsgi_application()

from news.hits import worker  # noqa: E402  # models can be imported only now
from news.hits.live_counts import PageHits  # noqa: E402
from portal.client_address import behind_proxies  # noqa: E402
from portal.metrics import counted  # noqa: E402
from portal.page_cache.door import Door  # noqa: E402
from portal.page_cache.generation import Watch  # noqa: E402

page_hits = PageHits()
watch = Watch(page_hits.refresh)
capacity = settings.PAGE_CACHE_BYTES
door = behind_proxies(Door(site, watch=watch, counter=page_hits, capacity=capacity) if capacity else site)


@counted
def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    # For another server than portal.server, and not at import: threads do not survive a fork.
    worker.start_folding()
    return door(environ, start_response)
