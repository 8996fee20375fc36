"""The admin of the site's settings for editors, of users and the log for administrators, and of jobs for operators."""

from datetime import datetime

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import OuterRef, Q, Subquery
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from portal import jobs
from portal.admin import audit
from portal.admin.lists import ChosenOnlyFilter, GrowingListMixin
from portal.admin.site import APPS, InvalidatesPagesMixin, PlainDeletionMixin
from portal.editions import localized_columns
from portal.models import Job, JobRun, LostSecondFactor, RefusedSignIn, SiteSettings
from portal.sign_in import lost
from portal.sign_in.views import end_named_sessions, show_sessions


@admin.register(SiteSettings)
class SiteSettingsAdmin(InvalidatesPagesMixin):
    """The one row. Its list leads straight to the form; nobody adds a second row or deletes it."""

    fieldsets = [
        (None, {"fields": ["main_site_url"]}),
        (_("How we work"), {"fields": ["four_eyes"]}),
        (_("Contacts"), {"fields": [*localized_columns("address"), "phone", "email"]}),
        (_("In social networks"), {"fields": ["telegram", "facebook", "instagram", "x", "youtube"]}),
        (_("Videos"), {"fields": ["video_hosts"]}),
        (_("About us"), {"fields": [*localized_columns("about")]}),
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


class ReadOnlyMixin(admin.ModelAdmin):
    """For tables that only the portal itself writes."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Job)
class JobAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("__str__", "command", "last_run", "outcome", "message", "next_run", "holder")
    fields = readonly_fields = list_display
    sortable_by = []

    def changelist_view(self, request, extra_context=None):
        jobs.create_missing_jobs()
        return super().changelist_view(request, extra_context)

    def get_queryset(self, request):
        self.plans = {plan.name: plan for plan in jobs.load_plans()}
        ended = JobRun.objects.filter(job=OuterRef("pk")).exclude(outcome="").order_by("-due_at")
        columns = {f"last_{name}": Subquery(ended.values(name)[:1]) for name in ("due_at", "outcome", "message")}
        return super().get_queryset(request).filter(name__in=self.plans).annotate(**columns)

    @admin.display(description=_("command"))
    def command(self, job):
        return self.plans[job.name].command

    @admin.display(description=_("last run"))
    def last_run(self, job):
        if job.last_due_at is None:
            return self.get_empty_value_display()
        runs = reverse("admin:portal_jobrun_changelist", query={"job": job.pk})
        return format_html('<a href="{}">{}</a>', runs, formats.localize(timezone.localtime(job.last_due_at)))

    @admin.display(description=_("outcome"))
    def outcome(self, job):
        return dict(JobRun.Outcome.choices).get(job.last_outcome, self.get_empty_value_display())

    @admin.display(description=_("message"))
    def message(self, job):
        return job.last_message or self.get_empty_value_display()

    @admin.display(description=_("next run"))
    def next_run(self, job):
        return self.plans[job.name].next(timezone.now())


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyMixin, GrowingListMixin):
    list_display = ["due_at", "job", "outcome", "message", "started_at", "finished_at", "holder"]
    list_filter = ["job", "outcome"]
    list_select_related = ["job"]
    ordering = ["-due_at", "-id"]
    sortable_by = ["due_at"]
    date_hierarchy = "due_at"


# What was done


class DownloadableMixin(GrowingListMixin):
    """A list that can be downloaded as CSV, with the filters that are set."""

    change_list_template = "admin/download_list.html"
    csv_columns: list[str]

    @property
    def download_name(self):
        return f"{self.opts.app_label}_{self.opts.model_name}_csv"

    def get_urls(self):
        return [path("csv/", self.admin_site.admin_view(self.csv_view), name=self.download_name), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        address = reverse(f"admin:{self.download_name}")
        return super().changelist_view(request, {"download_address": address, **(extra_context or {})})

    def csv_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            chosen = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters as error:
            raise BadRequest from error
        return StreamingHttpResponse(
            audit.csv_lines(self.csv_rows(chosen, get_language())),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{self.opts.model_name}.csv"'},
        )

    def csv_rows(self, chosen, language):
        """The rows of the CSV file. They are made while they are sent, after the request and its language."""
        with override(language):
            labels = [label_for_field(name, self.model, self, return_attr=False) for name in self.csv_columns]
            names = [str(capfirst(label)) for label in labels]
        yield names
        for each in chosen.iterator():
            with override(language):
                row = [str(format_csv_cell(lookup_field(name, each, self)[2])) for name in self.csv_columns]
            yield row


def format_csv_cell(value):
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(" ", "seconds")
    return "" if value is None else value


SIGNED_IN = Q(change_message__startswith=audit.SIGNED_IN)  # with the address after it
SIGNED_OUT = Q(change_message=audit.SIGNED_OUT)
KINDS = {
    "added": (_("added"), Q(action_flag=ADDITION)),
    "changed": (_("changed"), Q(action_flag=CHANGE) & ~(SIGNED_IN | SIGNED_OUT)),
    "deleted": (_("deleted"), Q(action_flag=DELETION)),
    "signed-in": (_("signed in"), SIGNED_IN),
    "signed-out": (_("signed out"), SIGNED_OUT),
}
OF_ACCOUNTS = ("signed-in", "signed-out")


class KindFilter(admin.SimpleListFilter):
    title = _("what was done")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(name, label) for name, (label, _condition) in KINDS.items()]

    def queryset(self, request, queryset):
        kind = self.value() or ""
        if kind in OF_ACCOUNTS:  # the kind of thing has an index, the words have none
            queryset = queryset.filter(content_type=ContentType.objects.get_for_model(User))
        return queryset.filter(KINDS[kind][1]) if kind in KINDS else queryset


@admin.register(LogEntry)
class LogEntryAdmin(DownloadableMixin, ReadOnlyMixin, admin.ModelAdmin):
    """Everything that was done in the admin. Nobody may change the log."""

    fields = ["action_time", "user", "kind", "content_type", "thing", "description"]
    list_display = ["action_time", "user", "kind", "content_type", "thing", "description"]
    list_filter = [
        KindFilter,
        ("user", ChosenOnlyFilter),
        ("content_type", ChosenOnlyFilter),
    ]
    list_select_related = ["user", "content_type"]
    list_per_page = 50
    ordering = ["-action_time", "-id"]
    sortable_by = ["action_time", "user", "content_type"]
    date_hierarchy = "action_time"
    search_fields = ["object_repr", "change_message", "user__username", "user__first_name", "user__last_name"]
    search_help_text = _("Words of the name, of the note or of who did it")
    csv_columns = ["action_time", "user", "kind", "content_type", "object_id", "object_repr", "description"]

    @admin.display(description=_("kind"))
    def kind(self, entry):
        if entry.change_message.startswith(audit.SIGNED_IN):
            return KINDS["signed-in"][0]
        if entry.change_message == audit.SIGNED_OUT:
            return KINDS["signed-out"][0]
        return KINDS[{ADDITION: "added", CHANGE: "changed", DELETION: "deleted"}[entry.action_flag]][0]

    @admin.display(description=_("with what"), ordering="object_repr")
    def thing(self, entry):
        address = entry.get_admin_url()
        return format_html('<a href="{}">{}</a>', address, entry.object_repr) if address else entry.object_repr

    @admin.display(description=_("what was done"))
    def description(self, entry):
        return audit.describe_entry(entry)


@admin.register(LostSecondFactor)
class LostSecondFactorAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Those who wait to be let in without their second factor (portal.sign_in.lost)."""

    fields = ["user", "browser", "asked_at", "decided_at", "decided_by", "is_confirmed"]
    list_display = ["asked_at", "user", "browser", "decided_at", "decided_by", "is_confirmed"]
    list_select_related = ["user", "decided_by"]
    change_form_template = "admin/sign_in/decide.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.decide_view)
        return [path("<int:pk>/decide/", view, name="portal_lostsecondfactor_decide"), *super().get_urls()]

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(lost.PERMISSION)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.get_object(request, object_id)
        may_decide = row is not None and lost.is_open(row) and lost.may_decide(request.user, row)
        return super().change_view(request, object_id, form_url, {"may_decide": may_decide, **(extra_context or {})})

    def decide_view(self, request, pk):
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        try:
            if "refuse" in request.POST:
                lost.refuse(request, pk)
                messages.success(request, _("Refused. The person has to ask once more."))
            else:
                lost.confirm(request, pk, request.POST.get("number", ""))
                messages.success(request, _("Confirmed. The person sets up a new second factor now."))
        except lost.Refused as refused:
            messages.error(request, str(refused))
            return redirect("admin:portal_lostsecondfactor_change", pk)
        return redirect("admin:portal_lostsecondfactor_changelist")


@admin.register(RefusedSignIn)
class RefusedSignInAdmin(DownloadableMixin, ReadOnlyMixin, admin.ModelAdmin):
    fields = ["tried_at", "name", "address", "program", "was_locked"]
    list_display = ["tried_at", "name", "address", "was_locked"]
    list_filter = ["locked_out"]
    ordering = ["-attempt_time", "-id"]
    sortable_by = ["tried_at"]
    date_hierarchy = "attempt_time"
    search_fields = ["username", "ip_address"]
    csv_columns = ["tried_at", "name", "address", "program", "was_locked"]

    @admin.display(description=_("tried"), ordering="attempt_time")
    def tried_at(self, refused):
        return refused.attempt_time

    @admin.display(description=_("name typed"), ordering="username")
    def name(self, refused):
        return refused.username

    @admin.display(description=_("network address"), ordering="ip_address")
    def address(self, refused):
        return refused.ip_address

    @admin.display(description=_("browser"))
    def program(self, refused):
        return refused.user_agent

    @admin.display(description=_("locked"), boolean=True, ordering="locked_out")
    def was_locked(self, refused):
        return refused.locked_out


# People and what they may do

ACTIONS = {"add": _("may add"), "change": _("may change"), "delete": _("may delete"), "view": _("may see")}


class PermissionsField(forms.ModelMultipleChoiceField):
    """Permissions in the reader's language, because Django stores their names in English."""

    def label_from_instance(self, permission):
        kind = permission.content_type
        action, _separator, model = permission.codename.partition("_")
        if action in ACTIONS and model == kind.model:
            return f"{kind.app_labeled_name} | {ACTIONS[action]}"
        return f"{kind.app_labeled_name} | {gettext(permission.name)}"


class PermissionNamesMixin(admin.ModelAdmin):
    """Roles and permissions as checkboxes, because screen readers cannot read the two columns of Django's widget."""

    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        kwargs["widget"] = forms.CheckboxSelectMultiple
        if db_field.remote_field.model is Permission:
            kwargs["form_class"] = PermissionsField
            kwargs["queryset"] = Permission.objects.filter(content_type__app_label__in=APPS)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


admin.site.unregister([Group, User])


@admin.register(Group)
class GroupAdmin(PlainDeletionMixin, PermissionNamesMixin, auth_admin.GroupAdmin):
    pass


@admin.register(User)
class UserAdmin(PlainDeletionMixin, PermissionNamesMixin, auth_admin.UserAdmin):
    """Only a superuser makes or changes superusers, so that administrators cannot give themselves more rights.

    Superusers also see where somebody is signed in, and end it.
    """

    def get_urls(self):
        view = self.admin_site.admin_view(self.sessions_view)
        return [path("<int:pk>/sessions/", view, name="auth_user_sessions"), *super().get_urls()]

    def sessions_view(self, request, pk):
        if not request.user.is_superuser:
            raise PermissionDenied
        user = get_object_or_404(User, pk=pk)
        if request.method == "POST":
            end_named_sessions(request, user)
            return redirect("admin:auth_user_sessions", pk)
        return show_sessions(request, user)

    def get_readonly_fields(self, request, obj=None):
        own = super().get_readonly_fields(request, obj)
        return own if request.user.is_superuser else (*own, "is_superuser")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and may_touch(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and may_touch(request, obj)


def may_touch(request, user):
    return user is None or not user.is_superuser or request.user.is_superuser
