"""The settings of the site, for editors."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from portal.models import SiteSettings


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
