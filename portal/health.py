"""Whether this process lives, and whether it can serve readers. For balancers, process managers and monitoring."""

from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; asks nothing else, so that a dead database restarts no process in vain."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, else 503.

    What each app has to say (`settings.HEALTH_DETAILS`) stands beside it and takes no node out of service: pages with
    old rates, which say so, are better than none. A monitor may look at `details.rates.old`.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        details: dict[str, Any] = {name: import_string(path)() for name, path in settings.HEALTH_DETAILS.items()}
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "does not answer"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok", "details": details})
