from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Site")


class PortalAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our own site object, in the place of `django.contrib.admin`."""

    default = False  # "portal" in INSTALLED_APPS means the app above
    default_site = "portal.admin.site.PortalAdminSite"

    def ready(self) -> None:
        """Not by `portal/admin/__init__.py`, which Django looks into: the site's own class is imported from there."""
        import_module("portal.admin.users_and_log")
        super().ready()
