"""The list of articles in the admin: its columns, its filters and its search."""

from django.contrib import admin
from django.db.models import F, OrderBy, Q
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext_lazy as _

from news.admin import cells
from news.models import TRANSLATIONS, Article
from news.models.querysets import OUT_OF_THE_BIN
from news.search import editors
from portal.admin.lists import GrowingList, GrowingListMixin

APPROVED = Article.Status.APPROVED

STATUS_LABELS = {
    **{status.value: status.label for status in Article.Status},
    "scheduled": _("Scheduled"),
    "published": _("Published"),
    "newer": _("Newer text waiting"),
    "bin": _("In the bin"),
}
"""The status of an article as editors see it. Whether an approved one is public depends on the time."""


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return STATUS_LABELS.items()

    def queryset(self, request, queryset):
        if self.value() == "bin":
            return queryset.filter(deleted_at__isnull=False)
        queryset = queryset.filter(OUT_OF_THE_BIN)
        match self.value():
            case None:
                return queryset
            case "scheduled":
                return queryset.scheduled()
            case "published":
                return queryset.published()
            case "newer":
                return queryset.unfinished().filter(pending__gt="")
            case "approved":
                return queryset.filter(status=APPROVED, publish_at__isnull=True)
            case status:
                return queryset.unfinished().filter(Q(status=status) | Q(pending=status))


class MissingLanguageFilter(admin.SimpleListFilter):
    title = _("language missing")
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        return [(code, get_language_info(code)["name_translated"]) for code in TRANSLATIONS]

    def queryset(self, request, queryset):
        return queryset.exclude(**{f"title_{self.value()}__gt": ""}) if self.value() in TRANSLATIONS else queryset


class ArticleList(GrowingList):
    def get_queryset(self, request, exclude_parameters=None):
        """Leaves out the texts, which would be most of what the database sends."""
        articles = super().get_queryset(request, exclude_parameters).defer("lead", "body")
        hits = articles.query.order_by[0]
        if not isinstance(hits, OrderBy):
            return articles
        # In the words of the index of totals. Every article has one, but the database has to be told.
        ties = "-hit_total" if hits.descending else "hit_total"
        return articles.filter(hit_total__isnull=False).order_by(hits, ties)


class ArticleListMixin(GrowingListMixin):
    """What the list of articles shows and how it is filtered, searched and ordered."""

    list_display = ["headline", "status_badge", "publish_at", "source", "editions", "hits"]
    list_filter = [StatusFilter, "source", "kind", MissingLanguageFilter, "pinned", "topics"]
    list_select_related = ["source", "cover", "hit_total"]
    list_per_page = cells.ROWS
    date_hierarchy = "publish_at"
    search_fields = ["title"]  # only turns the search on; get_search_results uses the index
    search_help_text = _("Words of the title, the lead or the text, in any language")

    def get_changelist(self, request, **kwargs):
        return ArticleList

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(pk__in=editors.find_anywhere(search_term)) if search_term else queryset, False

    @admin.display(description=_("title"), ordering="title")
    def headline(self, article):
        return cells.headline(article.cover, article)

    @admin.display(description=_("status"), ordering="status")
    def status_badge(self, article):
        return status_badge(article)

    @admin.display(description=_("languages"))
    def editions(self, article):
        """The languages of the article, each a link once its page is public."""
        return format_html_join(" ", '<span class="edition">{}</span>', ((link,) for link in language_links(article)))

    @admin.display(description=_("hits"), ordering=F("hit_total__ranked"))
    def hits(self, article):
        return article.hits


def status_badge(article):
    code = article.status
    if article.deleted_at:
        code = "bin"
    elif code == APPROVED and article.publish_at:
        code = "scheduled" if article.is_scheduled else "published"
    badge = format_html('<span class="status status-{}">{}</span>', code, STATUS_LABELS[code])
    if article.pending:
        newer = STATUS_LABELS[article.pending]
        badge = format_html(
            '{} <span class="status status-{}">{}: {}</span>', badge, article.pending, STATUS_LABELS["newer"], newer
        )
    return badge


def language_links(article):
    """The languages of an article, as links to its pages if it is public."""
    is_public = article.is_public
    return [
        format_html('<a href="{}" hreflang="{}">{}</a>', address_in(article, code), code, code) if is_public else code
        for code in article.languages
    ]


def address_in(article, code):
    with override(code):
        return article.get_absolute_url()
