"""The editors' side as a whole: its name, its order, its languages.

Apart from `portal.admin`, because the site has to stand before anything can be registered with it.
"""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import SELECT2_TRANSLATIONS
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import audit, editions

APPS = ["news", "rates", "portal", "auth", "admin"]
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

    def login(self, request, extra_context=None):
        """Sign-ins are written down; refused ones are, by axes."""
        response = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            audit.write_down(request.user, audit.SIGNED_IN)
        return response

    def logout(self, request, extra_context=None):
        user = request.user
        response = super().logout(request, extra_context)
        if user.is_authenticated and not request.user.is_authenticated:
            audit.write_down(user, audit.SIGNED_OUT)
        return response
