"""The editors' side as a whole: its name, its order, its languages.

Apart from `portal.admin`, because the site has to stand before anything can be registered with it.
"""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import SELECT2_TRANSLATIONS
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import editions

APPS = ["news", "rates", "portal", "auth"]
"""In the order of an editor's day."""

SELECT2_TRANSLATIONS["kk"] = "kk"  # ours: static/admin/js/vendor/select2/i18n/kk.js


class PortalAdminSite(AdminSite):
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
