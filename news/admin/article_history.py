"""The history of an article in the admin: its revisions, what each changed, and how to restore one."""

from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field, unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from news.admin.article_actions import describe_newer_text
from news.admin.numbers import parse_number
from news.editorial import revisions
from news.editorial.comparison import compare
from news.editorial.errors import NewerText
from news.models import TRANSLATIONS, Article


class ArticleHistoryMixin(admin.ModelAdmin):
    """The history page with the revisions, and a page for each revision."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.revision_view)
        return [
            path("<int:pk>/revisions/<int:number>/", view, name="news_article_revision"),
            *super().get_urls(),
        ]

    def history_view(self, request, object_id, extra_context=None):
        """Lists the revisions beside the log; each links to what it changed."""
        article = self.get_object(request, unquote(object_id))
        saved = article.revisions.select_related("created_by").defer("content") if article else []
        return super().history_view(request, object_id, {"revisions": saved, **(extra_context or {})})

    def revision_view(self, request, pk, number):
        """One revision, compared with the one before or with `?with=`. A POST restores it."""
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        revision = get_object_or_404(article.revisions, number=number)
        may_restore = request.user.has_perm("news.change_article")
        if request.method == "POST":
            if not may_restore:
                raise PermissionDenied
            try:
                revisions.restore(article, number, by=request.user, seen=parse_number(request.POST.get("seen", "")))
            except NewerText as refusal:
                messages.error(request, describe_newer_text(article, refusal))
                return HttpResponseRedirect(request.path)
            messages.success(request, _("Revision %(number)s is the newest text again.") % {"number": number})
            return HttpResponseRedirect(reverse("admin:news_article_change", args=[pk]))
        other = parse_number(request.GET.get("with", ""))
        before = article.revisions.filter(number=number - 1 if other is None else other).first()
        newest = revisions.latest(article)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Revision %(number)s") % {"number": number},
            "article": article,
            "revision": revision,
            "before": before,
            "revision_languages": [code for code in TRANSLATIONS if revision.content.get(f"title_{code}")],
            "differences": differences(before.content if before else {}, revision.content),
            "newest": newest,
            "may_restore": may_restore and number != newest.number,
        }
        return TemplateResponse(request, "admin/news/article/revision.html", context)


def label_of(field):
    return str(capfirst(label_for_field(field, Article, return_attr=False)))


def differences(old, new):
    """What changed, each field under its name in the editor's language; people and things by name."""
    for each in compare(old, new):
        name, _sep, code = each.field.rpartition("_")
        if code in TRANSLATIONS:
            label = f"{label_of(name)}, {get_language_info(code)['name_translated']}"
        else:
            label = label_of(each.field.removesuffix("_id"))
        yield label, each.runs
