"""The editors' side as a whole: its name, its order, its languages.

Apart from `portal.admin.users_and_log`, because the site has to stand before anything can be registered with it.
"""

from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.templatetags import admin_list
from django.contrib.admin.widgets import SELECT2_TRANSLATIONS
from django.db import transaction
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal import __version__, editions
from portal.admin import audit
from portal.page_cache.generation import end_pages

APPS = ["news", "rates", "portal", "auth", "admin"]
"""In the order of an editor's day."""

SELECT2_TRANSLATIONS["kk"] = "kk"  # ours: static/admin/js/vendor/select2/i18n/kk.js

ANSWERS = {True: ("yes", _("Yes")), False: ("no", _("No")), None: ("unknown", _("Unknown"))}


def answer_icon(answer):
    """Django's own icon, but those who cannot see it are told yes and no, not "True" and "False"."""
    icon, word = ANSWERS[answer]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{icon}.svg"), word)


admin_list._boolean_icon = answer_icon  # type: ignore[attr-defined]  # private, so the stubs do not know it


class WithoutLinks(ModelAdmin):
    """Before something is deleted Django also lists the rows that tie it to others, by names made for programmers."""

    def get_deleted_objects(self, objs, request):
        deleted, counts, missing, protected = super().get_deleted_objects(objs, request)
        ties = [each._meta for each in self.opts.apps.get_models(include_auto_created=True) if each._meta.auto_created]
        starts = tuple(f"{capfirst(each.verbose_name)}: " for each in ties)
        plurals = {each.verbose_name_plural for each in ties}

        def told(nested):
            for each in nested:
                if isinstance(each, list):
                    yield from [kept] if (kept := list(told(each))) else []
                elif not each.startswith(starts):
                    yield each

        counts = {name: count for name, count in counts.items() if name not in plurals}
        return list(told(deleted)), counts, missing, protected


class ForReaders(ModelAdmin):
    """The admin of something that stands on readers' pages: when it is saved or deleted, the finished ones end."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        end_pages()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        end_pages()

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        end_pages()


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
        own = {"site_url": reverse("front"), "admin_languages": languages, "version": __version__}
        return {**super().each_context(request), **own}

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
