"""The WSGI application: the page cache in front of Django."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
site = get_wsgi_application()

from news.hits import worker  # noqa: E402  # models can be imported only now
from news.hits.behind_nginx import behind_nginx  # noqa: E402
from news.hits.live_counts import PageHits  # noqa: E402
from portal.metrics import counted  # noqa: E402
from portal.page_cache.door import Door  # noqa: E402
from portal.page_cache.generation import Watch  # noqa: E402

page_hits = PageHits()
watch = Watch(page_hits.refresh)
capacity = settings.PAGE_CACHE_BYTES
door = Door(site, watch=watch, counter=page_hits, capacity=capacity) if capacity else site


@counted
@behind_nginx
def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    # Not at import: a server may import this module before it forks, and threads do not survive that.
    # Under gunicorn it has started already (gunicorn.conf.py).
    worker.start_folding()
    return door(environ, start_response)
