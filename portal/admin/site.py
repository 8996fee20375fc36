"""The admin as a whole: its name, the order of its parts, its languages, and base classes of its pages.

A module apart from `portal.admin.users_and_log`, because the site has to exist before anything is registered with it.
"""

import logging
from functools import update_wrapper

from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.templatetags import admin_list
from django.contrib.admin.widgets import SELECT2_TRANSLATIONS
from django.core.exceptions import BadRequest
from django.db import transaction
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal import __version__, editions
from portal.admin import audit
from portal.client_address import client_address
from portal.page_cache.generation import invalidate_pages
from portal.rate_limits import require_allowance

logger = logging.getLogger(__name__)

APPS = ["news", "rates", "portal", "auth", "admin"]
"""The apps, in the order in which editors need them."""

SELECT2_TRANSLATIONS["kk"] = "kk"  # added by us: static/admin/js/vendor/select2/i18n/kk.js

ANSWERS = {True: ("yes", _("Yes")), False: ("no", _("No")), None: ("unknown", _("Unknown"))}


def render_boolean_icon(answer):
    """Django's own icon, with Yes and No for screen readers rather than "True" and "False"."""
    icon, word = ANSWERS[answer]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{icon}.svg"), word)


admin_list._boolean_icon = render_boolean_icon  # type: ignore[attr-defined]  # private, so it is not in the stubs


class PlainDeletionMixin(ModelAdmin):
    """Leaves rows of many-to-many tables out of the page before a deletion: Django lists them by technical names."""

    def get_deleted_objects(self, objs, request):
        deleted, counts, missing, protected = super().get_deleted_objects(objs, request)
        ties = [each._meta for each in self.opts.apps.get_models(include_auto_created=True) if each._meta.auto_created]
        starts = tuple(f"{capfirst(each.verbose_name)}: " for each in ties)
        plurals = {each.verbose_name_plural for each in ties}

        def without_ties(nested):
            for each in nested:
                if isinstance(each, list):
                    yield from [rest] if (rest := list(without_ties(each))) else []
                elif not each.startswith(starts):
                    yield each

        counts = {name: count for name, count in counts.items() if name not in plurals}
        return list(without_ties(deleted)), counts, missing, protected


class InvalidatesPagesMixin(ModelAdmin):
    """The admin of something that readers' pages show: saving or deleting it invalidates the cached pages."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        invalidate_pages()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        invalidate_pages()

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        invalidate_pages()


class PortalAdminSite(AdminSite):
    site_title = site_header = _("Editors' desk")
    index_title = _("What would you like to do?")

    def get_app_list(self, request, app_label=None):
        """The apps in the order of APPS, and models in the order in which they were registered."""
        apps = sorted(super().get_app_list(request, app_label), key=lambda app: APPS.index(app["app_label"]))
        for app in apps:
            app["models"].sort(key=lambda model: list(self._registry).index(model["model"]))
        return apps

    def each_context(self, request):
        languages = [each for each in editions.EDITIONS if each.code in settings.MODELTRANSLATION_LANGUAGES]
        own = {"site_url": reverse("front"), "admin_languages": languages, "version": __version__}
        return {**super().each_context(request), **own}

    def admin_view(self, view, cacheable=False):
        """Refuses parameters of an address that Django itself does not check before it uses them."""

        def refuse_or_answer(request, *args, **kwargs):
            if request.GET.get(TO_FIELD_VAR) == "" or request.POST.get(TO_FIELD_VAR) == "":
                raise BadRequest  # Django would look for a field of this name
            if any(name.endswith("__range") for name in request.GET):
                raise BadRequest  # Django would take the letters of the value for the ends of the range
            try:
                return view(request, *args, **kwargs)
            except (ValueError, IndexError) as error:
                # Some filters are refused only while the query is written, after Django's own check.
                if view.__name__ != "changelist_view" or request.method != "GET" or not request.GET:
                    raise
                logger.warning("%s has a filter that cannot be used", request.path, exc_info=error)
                raise BadRequest from error

        return super().admin_view(update_wrapper(refuse_or_answer, view), cacheable)

    def login(self, request, extra_context=None):
        """Logs a sign-in with its address; axes records the refused ones. Raises TooManyRequests."""
        if request.method == "POST":
            require_allowance(request, "sign-in")
        response = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            audit.log_own_account(request.user, f"{audit.SIGNED_IN} {client_address(request)}")
        return response

    def logout(self, request, extra_context=None):
        user = request.user
        response = super().logout(request, extra_context)
        if user.is_authenticated and not request.user.is_authenticated:
            audit.log_own_account(user, audit.SIGNED_OUT)
        return response
