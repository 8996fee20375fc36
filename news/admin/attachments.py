"""The library of attached documents in the admin."""

from django.contrib import admin
from django.contrib.admin.options import ActionLocation
from django.db.models import Prefetch
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from news.admin import cells
from news.admin.autosaving import AutosaveMixin
from news.admin.forms import AttachmentForm
from news.admin.rights import PublishedFieldsMixin, localized, open_languages
from news.editorial import revisions
from news.media import attachments
from news.models import TRANSLATIONS, Article
from news.search.indexing import index_articles
from portal.admin.lists import GrowingListMixin
from portal.admin.site import InvalidatesPagesMixin


class AttachmentAdmin(GrowingListMixin, PublishedFieldsMixin, AutosaveMixin, InvalidatesPagesMixin):
    form = AttachmentForm
    titles_help = _("Readers of a language get the file when it has a title there.")
    readonly_fields = ["link", "uploaded_at", "uploaded_by", "used_in"]
    list_display = ["title_of", "link", "uploaded_at", "used_in"]
    list_per_page = cells.ROWS
    date_hierarchy = "uploaded_at"
    search_fields = [*(f"title_{code}" for code in TRANSLATIONS), "filename"]
    search_help_text = _("Words of the title in any language, or the name of the file")
    ordering = ["-id"]
    sortable_by = ["uploaded_at"]

    def get_fieldsets(self, request, obj=None):
        titles = {"fields": [tuple(f"title_{code}" for code in TRANSLATIONS)], "description": self.titles_help}
        if obj is None:
            return [(None, {"fields": ["upload"]}), (_("For readers"), titles)]
        return [
            (None, {"fields": ["link"]}),
            (_("For readers"), titles),
            (_("About the file"), {"fields": ["uploaded_at", "uploaded_by", "used_in"]}),
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(Prefetch("articles", Article.objects.defer("body")))

    @admin.display(description=_("title"), ordering="title")
    def title_of(self, attachment):
        return str(attachment)

    @admin.display(description=_("file"), ordering="size")
    def link(self, attachment):
        parts = (attachment.address, attachment.filename, attachment.kind.upper(), filesizeformat(attachment.size))
        return format_html('<a href="{}">{}</a> ({}, {})', *parts)

    @admin.display(description=_("where it is used"))
    def used_in(self, attachment):
        users = attachment.articles.all()
        if not users:
            return _("nowhere")
        return format_html_join(
            "", '<a class="use" href="{}">{}</a>', ((cells.change_address(each), each) for each in users)
        )

    def has_change_permission(self, request, obj=None):
        """Translators write the titles in their own languages."""
        return super().has_change_permission(request, obj) or request.user.has_perm("news.translate_article")

    def published_fields(self, thing):
        """A title gives the file to readers of that language, so an empty one counts as well."""
        return localized("title", languages=open_languages(thing.articles)) if thing else set()

    def locked_fields(self, request, thing):
        locked = super().locked_fields(request, thing)
        if thing and not request.user.has_perm("news.change_attachment"):
            locked |= localized("title") - localized("title", languages=revisions.languages_of(request.user))
        return locked

    def has_delete_permission(self, request, obj=None):
        """Not while an article uses it."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.articles.exists())

    def get_actions(self, request, action_location=ActionLocation.CHANGE_LIST):
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)  # one at a time, because some may be in use
        return actions

    def save_model(self, request, obj, form, change):
        obj.uploaded_by = obj.uploaded_by or request.user
        form.save()
        index_articles(list(obj.articles.values_list("pk", flat=True)))  # they are found by its title

    def delete_model(self, request, obj):
        attachments.delete_attachment(obj)
