"""Says whether this process runs and whether it can serve readers, for balancers, process managers and monitoring."""

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
    """200 while the process runs. It queries nothing, so that a database that is down causes no useless restart."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, else 503.

    The reports of the apps (`settings.HEALTH_DETAILS`) are part of the answer but take no node out of service, because
    pages with old rates are better than none and say that they are old. A monitor may watch `details.rates.old`.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        details: dict[str, Any] = {name: import_string(path)() for name, path in settings.HEALTH_DETAILS.items()}
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "does not answer"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok", "details": details})
