"""The admin as a whole: its name, the order of its parts, its languages, and base classes of its pages.

A module apart from `portal.admin.users_and_log`, because the site has to exist before anything is registered with it.
"""

import logging
from functools import update_wrapper

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.templatetags import admin_list
from django.contrib.admin.widgets import SELECT2_TRANSLATIONS
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponseRedirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from portal import __version__, editions
from portal.admin import audit
from portal.models import DirectoryAccount, LostSecondFactor, RecoveryCode, RecoveryCodes, Session
from portal.page_cache.generation import invalidate_pages
from portal.rate_limits import require_allowance
from portal.sign_in import directory, passkeys
from portal.sign_in import views as sign_in

logger = logging.getLogger(__name__)

APPS = ["news", "rates", "portal", "auth", "admin"]
"""The apps, in the order in which editors need them."""

SECOND_FACTORS = ("otp_totp", "django_otp_webauthn")
"""The apps of django-otp, whose tables nobody edits: people have pages of their own (portal.sign_in)."""
SIGN_IN_MODELS: list[type[Model]] = [DirectoryAccount, LostSecondFactor, RecoveryCode, RecoveryCodes, Session]
"""What is deleted with a user without a word."""

SELECT2_TRANSLATIONS["kk"] = "kk"  # added by us: static/admin/js/vendor/select2/i18n/kk.js

ANSWERS = {True: ("yes", _("Yes")), False: ("no", _("No")), None: ("unknown", _("Unknown"))}


def render_boolean_icon(answer):
    """Django's own icon, with Yes and No for screen readers rather than "True" and "False"."""
    icon, word = ANSWERS[answer]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{icon}.svg"), word)


admin_list._boolean_icon = render_boolean_icon  # type: ignore[attr-defined]  # private, so it is not in the stubs


def hide_second_factors():
    """Takes out of the admin what django-otp has put there."""
    for label in SECOND_FACTORS:
        for model in apps.get_app_config(label).get_models():
            if admin.site.is_registered(model):
                admin.site.unregister(model)


class PlainDeletionMixin(ModelAdmin):
    """Leaves out of the page before a deletion what Django lists by technical names.

    That is rows of many-to-many tables, and how a user signs in.
    """

    def get_deleted_objects(self, objs, request):
        deleted, counts, missing, protected = super().get_deleted_objects(objs, request)
        every = [each._meta for each in self.opts.apps.get_models(include_auto_created=True)]
        ties = [each for each in every if each.auto_created or each.app_label in SECOND_FACTORS]
        ties += [each._meta for each in SIGN_IN_MODELS]
        starts = tuple(f"{capfirst(each.verbose_name)}: " for each in ties)
        plurals = {each.verbose_name_plural for each in ties}

        def without_ties(nested):
            for each in nested:
                if isinstance(each, list):
                    yield from [rest] if (rest := list(without_ties(each))) else []
                elif not each.startswith(starts):
                    yield each

        counts = {name: count for name, count in counts.items() if name not in plurals}
        return list(without_ties(deleted)), counts, missing - {each.verbose_name for each in ties}, protected


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
        own = {
            "site_url": reverse("front"),
            "admin_languages": languages,
            "version": __version__,
            "passkeys": settings.PASSKEYS,
            "directory": bool(settings.OIDC_ISSUER),
        }
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

    def get_urls(self):
        own = [
            path("login/second-step/", sign_in.second_step, name="second_step"),
            path("login/lost/", sign_in.lost_second_factor, name="lost_second_factor"),
            path("login/directory/", directory.ask_directory, name="directory"),
            path("login/directory/back/", directory.come_back, name="directory_back"),
            path("login/passkey/begin/", passkeys.BeginSignIn.as_view(), name="passkey_begin"),
            path("login/passkey/complete/", passkeys.CompleteSignIn.as_view(), name="passkey_complete"),
            path("sign-in/", sign_in.overview, name="sign_in"),
            path("sign-in/app/", sign_in.set_up_app, name="set_up_app"),
            path("sign-in/passkey/begin/", passkeys.BeginSetUp.as_view(), name="passkey_set_up_begin"),
            path("sign-in/passkey/complete/", passkeys.CompleteSetUp.as_view(), name="passkey_set_up_complete"),
            path("sign-in/remove/", sign_in.remove_way, name="remove_way"),
            path("sign-in/recovery-codes/", sign_in.make_recovery_codes, name="recovery_codes"),
            path("sign-in/end-session/", sign_in.end_session, name="end_session"),
        ]
        return own + super().get_urls()

    @method_decorator([never_cache, login_not_required])
    def login(self, request, extra_context=None):
        """The first step of signing in; axes records what is refused. Raises TooManyRequests."""
        address = sign_in.PasswordView().get_redirect_url(request) or reverse("admin:index")
        if request.method == "POST":
            require_allowance(request, "sign-in")
        elif self.has_permission(request):
            return HttpResponseRedirect(address)  # not redirect(), which would look for a view of this name
        own = {"title": _("Log in"), "subtitle": None, "app_path": request.get_full_path(), "next": address}
        context = {**self.each_context(request), **own, "username": request.user.get_username()}
        return sign_in.PasswordView.as_view(
            template_name="admin/login.html",
            authentication_form=AdminAuthenticationForm,
            extra_context=context | (extra_context or {}),
        )(request)

    def logout(self, request, extra_context=None):
        user = request.user
        response = super().logout(request, extra_context)
        if user.is_authenticated and not request.user.is_authenticated:
            audit.log_own_account(user, audit.SIGNED_OUT)
        return response
