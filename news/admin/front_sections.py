"""The admin of the front page: its sections are arranged in a plan, which is seen before readers get it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from news.admin.autosaving import AutosaveMixin
from news.admin.rights import AlwaysPublishedMixin
from news.models import TRANSLATIONS, FrontSection
from news.models.front_section import is_plan_public, publish_plan
from news.pages.front_page import load_front_page
from news.preview.views import private_response
from portal import editions
from portal.admin.site import PlainDeletionMixin
from portal.page_cache.generation import invalidate_pages


class FrontSectionAdmin(AutosaveMixin, AlwaysPublishedMixin, PlainDeletionMixin):
    fields = ["kind", "position", ("title_kk", "title_ru", "title_en"), "topic", ("article", "until")]
    autocomplete_fields = ["topic", "article"]
    list_display = ["__str__", "kind", "position", "topic", "article", "until"]
    list_editable = ["position"]
    list_select_related = ["topic", "article"]
    change_list_template = "admin/news/frontsection/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[FrontSection]:
        return super().get_queryset(request).filter(is_public=False)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("preview/<str:code>/", view(require_safe(self.preview_view)), name="news_frontsection_preview"),
            path("publish/", view(require_POST(self.publish_view)), name="news_frontsection_publish"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        own = {
            "previews": list_previews(),
            "may_arrange": self.has_change_permission(request),
            "is_plan_public": is_plan_public(),
        }
        return super().changelist_view(request, own | (extra_context or {}))

    def preview_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """The front page as it is planned, in an edition."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if code not in TRANSLATIONS:
            raise Http404
        return private_response(render_plan)(request, code)

    @transaction.atomic
    def publish_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        publish_plan()
        invalidate_pages()
        messages.success(request, _("Readers have the front page as it is arranged here."))
        return HttpResponseRedirect(reverse("admin:news_frontsection_changelist"))


def list_previews() -> list[tuple[editions.Edition, str]]:
    """The address of the preview in each language."""
    return [
        (editions.get_edition(code), reverse("admin:news_frontsection_preview", args=[code])) for code in TRANSLATIONS
    ]


def render_plan(request: HttpRequest, code: str) -> HttpResponse:
    with override(code):
        context = load_front_page(FrontSection.objects.planned().select_related("topic"))
        response = render(request, "news/front_preview.html", context | {"alternates": list_previews()})
    response.headers["Content-Language"] = code
    return response
