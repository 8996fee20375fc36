"""The portal's addresses, where a refusal has no page around it: what matters is who is refused, hundreds of times."""

from django.http import HttpRequest, HttpResponseForbidden

from portal.urls import handler404, urlpatterns

__all__ = ["handler403", "handler404", "urlpatterns"]


def handler403(request: HttpRequest, exception: Exception) -> HttpResponseForbidden:
    return HttpResponseForbidden()
