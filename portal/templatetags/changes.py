"""The last changes, on the editors' first page."""

from typing import Any

from django import template
from django.contrib.admin.models import LogEntry
from django.db.models import Value
from django.db.models.functions import Concat
from django.template import Context

from portal.admin import audit

register = template.Library()

LIMIT = 10


@register.inclusion_tag("admin/last_changes.html", takes_context=True)
def last_changes(context: Context) -> dict[str, Any]:
    """The last changes by anybody to the kinds of things that this user may see, without sign-ins and sign-outs."""
    kinds = set()
    for permission in context["user"].get_all_permissions():
        app, _dot, codename = permission.partition(".")
        action, _line, model = codename.partition("_")
        if action in ("view", "change"):
            kinds.add(f"{app}.{model}")
    if not kinds:
        return {}
    entries = (
        LogEntry.objects.annotate(kind=Concat("content_type__app_label", Value("."), "content_type__model"))
        .filter(kind__in=kinds)
        .exclude(change_message__startswith=audit.SIGNED_IN)
        .exclude(change_message=audit.SIGNED_OUT)
        .select_related("content_type", "user")
        .order_by("-pk")  # the same order as by time, which has no index
    )
    return {"entries": entries[:LIMIT], "is_allowed": True}
