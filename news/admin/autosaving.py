"""Autosave for the forms of the admin, and the page's answer to texts that are thrown away on the desk."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from news.editorial import autosave
from news.editorial.autosave import Place


class AutosaveMixin(admin.ModelAdmin):
    """A form whose unsaved input is kept while somebody types; templates/admin/change_form.html has its script."""

    @property
    def autosave_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_autosave"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.autosave_view)
        return [
            path("new/autosave/", view, name=self.autosave_name),
            path("<int:pk>/autosave/", view, name=self.autosave_name),
            *super().get_urls(),
        ]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if self.has_change_permission(request, obj) if obj else self.has_add_permission(request):
            context |= {
                "autosave_address": reverse(f"admin:{self.autosave_name}", args=[obj.pk] if obj else []),
                "autosave_place": f"{self.opts.label_lower}/{obj.pk if obj else 'new'}",
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        place = Place.of(form.instance if change else self.model)
        autosave.finish(request.user, place, request.POST.get("autosave_key", ""))  # type: ignore[arg-type]

    def autosave_view(self, request: HttpRequest, pk: int | None = None) -> JsonResponse:
        """Stores the unsaved input or offers it, and says who else has the form open."""
        thing = get_object_or_404(self.get_queryset(request), pk=pk) if pk else None
        if not (self.has_change_permission(request, thing) if thing else self.has_add_permission(request)):
            raise PermissionDenied
        user: Any = request.user
        place = Place.of(thing or self.model)
        answer: dict[str, Any] = {"others": autosave.others(user, place)}
        if request.method == "POST":
            try:
                answer["isOpen"] = autosave.keep(user, place, autosave.read(request.body))
            except (autosave.UnreadableForm, autosave.TooManyTexts) as refusal:
                return JsonResponse({"refused": str(refusal)}, status=400)
        elif request.method == "DELETE":
            autosave.finish(user, place, request.GET.get("key", ""))
        else:
            answer |= autosave.offer(user, place, request.GET.get("key", ""))
        return JsonResponse(answer)


class UnsavedTextsMixin(admin.ModelAdmin):
    """The address to which the desk sends what is to be thrown away, whatever form it was typed into."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.discard_view))
        return [path("unsaved/<int:pk>/discard/", view, name="news_autosave_discard"), *super().get_urls()]

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Throws away one unsaved text of the person's own."""
        if autosave.discard(request.user, pk):  # type: ignore[arg-type]  # nobody else gets into the admin
            messages.success(request, _("The unsaved text has been thrown away."))
        else:
            messages.info(request, _("This text has been saved or thrown away already."))
        return HttpResponseRedirect(reverse("admin:index"))
