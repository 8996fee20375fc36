"""The settings of the site, for editors, and its jobs, for operators."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal import jobs
from portal.models import Job, JobRun, SiteSettings


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


class SeenOnly:
    """Written by the portal itself, to be looked at."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Job)
class JobAdmin(SeenOnly, admin.ModelAdmin):
    list_display = ["name", "command", "last_run", "outcome", "message", "next_run", "holder"]
    list_display_links = None
    sortable_by = []

    def changelist_view(self, request, extra_context=None):
        jobs.write_down()
        return super().changelist_view(request, extra_context)

    def get_queryset(self, request):
        self.plans = {plan.name: plan for plan in jobs.plans()}
        ended = JobRun.objects.filter(job=OuterRef("pk")).exclude(outcome="").order_by("-due_at")
        columns = {f"last_{name}": Subquery(ended.values(name)[:1]) for name in ("due_at", "outcome", "message")}
        return super().get_queryset(request).filter(name__in=self.plans).annotate(**columns)

    @admin.display(description=_("command"))
    def command(self, job):
        return self.plans[job.name].command

    @admin.display(description=_("last run"))
    def last_run(self, job):
        if job.last_due_at is None:
            return None
        runs = reverse("admin:portal_jobrun_changelist", query={"job": job.pk})
        return format_html('<a href="{}">{}</a>', runs, formats.localize(timezone.localtime(job.last_due_at)))

    @admin.display(description=_("outcome"))
    def outcome(self, job):
        return dict(JobRun.Outcome.choices).get(job.last_outcome)

    @admin.display(description=_("message"))
    def message(self, job):
        return job.last_message

    @admin.display(description=_("next run"))
    def next_run(self, job):
        return self.plans[job.name].next(timezone.now())


@admin.register(JobRun)
class JobRunAdmin(SeenOnly, admin.ModelAdmin):
    list_display = ["due_at", "job", "outcome", "message", "started_at", "finished_at", "holder"]
    list_filter = ["job", "outcome"]
    list_select_related = ["job"]
    date_hierarchy = "due_at"
