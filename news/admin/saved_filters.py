"""Filters of the list of articles that a person saves under a name; they stand above the list."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from news.admin.numbers import parse_number
from news.models import SavedFilter

MAX_FILTERS = 20
"""Filters of one person; more would themselves need a search."""
VISIT_PARAMETERS = ("p", "all", "e", "_popup", "_to_field", "_facets")
"""Parameters that belong to one visit and not to the filter."""


def strip_visit_parameters(query: str) -> str:
    """The part of a query string that filters articles, encoded anew so that it holds nothing else."""
    parameters = QueryDict(query, mutable=True)
    for name in VISIT_PARAMETERS:
        parameters.pop(name, None)
    return parameters.urlencode()


class FilterForm(forms.ModelForm):
    class Meta:
        model = SavedFilter
        fields = ["name", "query"]

    def clean_query(self) -> str:
        return strip_visit_parameters(self.cleaned_data["query"])


class SavedFiltersMixin(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.filters_view)
        return [path("filters/", view, name="news_article_filters"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        filters = list(SavedFilter.objects.filter(user=cast(User, request.user)))
        context = {
            "saved_filters": filters,
            "current_filter": strip_visit_parameters(request.META.get("QUERY_STRING", "")),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def filters_view(self, request: HttpRequest) -> HttpResponse:
        """Saves a filter, replacing one of the same name, or deletes one; then shows the list again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        user = cast(User, request.user)
        own = SavedFilter.objects.filter(user=user)
        query = strip_visit_parameters(request.POST.get("query", ""))
        if number := request.POST.get("forget"):
            get_object_or_404(own, pk=parse_number(number)).delete()
        elif request.method == "POST":
            form = FilterForm(request.POST)
            is_replacement = own.filter(name=request.POST.get("name", "").strip()).exists()
            if not form.is_valid():
                messages.error(request, _("A filter needs a name and at least one condition."))
            elif own.count() >= MAX_FILTERS and not is_replacement:
                messages.error(request, _("You have %(count)d filters: delete one first.") % {"count": MAX_FILTERS})
            else:
                own.update_or_create(
                    user=user, name=form.cleaned_data["name"], defaults={"query": form.cleaned_data["query"]}
                )
                messages.success(request, _("The filter was saved: %(name)s") % form.cleaned_data)
        return HttpResponseRedirect(reverse("admin:news_article_changelist") + (f"?{query}" if query else ""))
