from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _

from portal.error_reports import start_sentry


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Site")

    def ready(self) -> None:
        if settings.SENTRY_DSN:
            start_sentry(settings.SENTRY_DSN)


class PortalAdminConfig(admin_apps.AdminConfig):
    """Django's admin with the portal's own site object, in place of `django.contrib.admin`."""

    default = False  # "portal" in INSTALLED_APPS means the app above
    default_site = "portal.admin.site.PortalAdminSite"

    def ready(self) -> None:
        """Register the models here: `portal/admin/__init__.py` is imported before the site object exists."""
        import_module("portal.admin.users_and_log")
        super().ready()
        import_module("portal.admin.site").hide_second_factors()
