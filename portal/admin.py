"""The editors' side as a whole: its name, its languages, and the settings of the site."""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import SELECT2_TRANSLATIONS
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import editions
from portal.models import SiteSettings

APPS = ["news", "rates", "portal", "auth", "axes"]
"""In the order of an editor's day."""

SELECT2_TRANSLATIONS["kk"] = "kk"  # ours: static/admin/js/vendor/select2/i18n/kk.js


class PortalAdminSite(admin.AdminSite):
    site_title = site_header = _("Editors' desk")
    index_title = _("What would you like to do?")

    def get_app_list(self, request, app_label=None):
        """What editors use most stands first."""
        apps = sorted(super().get_app_list(request, app_label), key=lambda app: APPS.index(app["app_label"]))
        for app in apps:
            app["models"].sort(key=lambda model: list(self._registry).index(model["model"]))
        return apps

    def each_context(self, request):
        languages = [each for each in editions.EDITIONS if each.code in settings.MODELTRANSLATION_LANGUAGES]
        return {**super().each_context(request), "site_url": reverse("front"), "admin_languages": languages}


@admin.register(SiteSettings)
class SiteSettingsAdmin(admin.ModelAdmin):
    """The one row: its list leads to the form, nobody adds a second or deletes it."""

    fieldsets = [
        (None, {"fields": ["main_site_url"]}),
        (_("Contacts"), {"fields": ["address_kk", "address_ru", "address_en", "phone", "email"]}),
        (_("In social networks"), {"fields": ["telegram", "facebook", "instagram", "x", "youtube"]}),
        (_("About us"), {"fields": ["about_kk", "about_ru", "about_en"]}),
    ]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if SiteSettings.objects.exists():
            return redirect("admin:portal_sitesettings_change", 1)
        return redirect("admin:portal_sitesettings_add")

    def save_model(self, request, obj, form, change):
        obj.pk = 1
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not SiteSettings.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False
