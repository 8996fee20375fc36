"""The editors' side of the news. Thin: `news.publishing`, `news.images` and `news.forms` do the work."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Exists, F, Max, Min, OuterRef
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_info, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from news import images, publishing
from news.forms import AddressForm, ArticleForm, ImageForm, SourceForm
from news.models import TRANSLATIONS, Article, Image, Person, Source, Topic

DRAFT, APPROVED, WITHDRAWN = Article.Status.DRAFT, Article.Status.APPROVED, Article.Status.WITHDRAWN

STANDINGS = {
    "draft": DRAFT.label,
    "scheduled": _("Scheduled"),
    "published": _("Published"),
    "withdrawn": WITHDRAWN.label,
}
"""Where an article stands, in its editors' words: whether an approved one is public is a question of the time."""


@dataclass(frozen=True)
class Verb:
    """Something to do with an article: a button on its form and an action in the list."""

    name: str
    label: Promise
    done: Promise
    offered_to: tuple[str, ...]
    run: Callable[..., None]


VERBS = {
    verb.name: verb
    for verb in (
        Verb("publish", _("Publish"), _("Approved: “%(article)s”."), (DRAFT, WITHDRAWN), publishing.publish),
        Verb("withdraw", _("Withdraw"), _("Withdrawn: “%(article)s”."), (APPROVED,), publishing.withdraw),
    )
}


class StandingFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return STANDINGS.items()

    def queryset(self, request, queryset):
        match self.value():
            case "scheduled":
                return queryset.scheduled()
            case "published":
                return queryset.published()
            case "draft" | "withdrawn" as status:
                return queryset.filter(status=status)
        return queryset


class MissingLanguageFilter(admin.SimpleListFilter):
    title = _("language missing")
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        return [(code, get_language_info(code)["name_translated"]) for code in TRANSLATIONS]

    def queryset(self, request, queryset):
        return queryset.exclude(**{f"title_{self.value()}__gt": ""}) if self.value() in TRANSLATIONS else queryset


class ArticleList(ChangeList):
    def get_queryset(self, request, exclude_parameters=None):
        """Without the texts, which would be most of what the database sends."""
        return super().get_queryset(request, exclude_parameters).defer("body")

    def years(self):
        """The years to choose from, by the oldest and the newest article; none once one is chosen.

        Django looks at the date of every article, which takes a second for a hundred thousand.
        """
        if any(name.startswith("publish_at__") for name in self.params):
            return []
        moments = self.queryset.aggregate(oldest=Min("publish_at"), newest=Max("publish_at")).values()
        first, last = (timezone.localtime(moment).year if moment else 0 for moment in moments)
        if first == last:
            return []  # Django goes on with its months
        return [
            {"link": self.get_query_string({"publish_at__year": year}), "title": str(year)}
            for year in range(first, last + 1)
        ]


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    form = ArticleForm
    fieldsets = [
        *(
            (
                dict(settings.LANGUAGES)[code],
                {
                    "classes": ["language", f"language-{code}"],
                    "fields": [
                        f"title_{code}",
                        f"lead_{code}",
                        f"body_{code}",
                        (f"dateline_{code}", f"byline_{code}"),
                        f"slug_{code}",
                    ],
                },
            )
            for code in TRANSLATIONS
        ),
        (_("Where it belongs"), {"fields": [("kind", "source"), "topics", "people"]}),
        (_("Cover picture"), {"fields": ["cover", "cover_preview"]}),
        (_("Publication"), {"fields": ["publish_at", "pinned"]}),
    ]
    readonly_fields = ["cover_preview"]
    autocomplete_fields = ["topics", "people", "cover"]
    save_on_top = True  # the form is long
    view_on_site = False  # the form shows the address in each language instead

    list_display = ["headline", "standing", "publish_at", "source", "editions", "hits"]
    list_filter = [StandingFilter, "source", "kind", MissingLanguageFilter, "pinned", "topics"]
    list_select_related = ["source", "cover", "hit_total"]
    list_per_page = 50
    date_hierarchy = "publish_at"
    search_fields = [f"{field}_{code}" for field in ("title", "lead") for code in TRANSLATIONS]
    search_help_text = _("Words of the title or the lead, in any language")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count of every choice would ask the whole table each time
    actions = ["publish", "withdraw"]

    def get_queryset(self, request):
        scheduled = Article.objects.scheduled().filter(pk=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_scheduled=Exists(scheduled))

    def get_changelist(self, request, **kwargs):
        return ArticleList

    # What the list shows

    @admin.display(description=_("title"), ordering="title")
    def headline(self, article):
        return headline(article.cover, article)

    @admin.display(description=_("status"), ordering="status")
    def standing(self, article):
        return standing(article)

    @admin.display(description=_("languages"))
    def editions(self, article):
        """The languages it is written in; each leads to the page once there is one."""
        return format_html_join(" ", '<span class="edition">{}</span>', ((link,) for link in addresses(article)))

    @admin.display(description=_("hits"), ordering=F("hit_total__counted") + F("hit_total__brought"))
    def hits(self, article):
        return article.hits

    @admin.display(description=_("chosen picture"))
    def cover_preview(self, article):
        return thumbnail(article.cover)

    # What may be done

    def has_publish_permission(self, request):
        return request.user.has_perm("news.publish_article")

    def has_change_permission(self, request, obj=None):
        """What readers see is changed by those who may publish it."""
        is_public = obj is not None and obj.status == APPROVED
        return super().has_change_permission(request, obj) and (not is_public or self.has_publish_permission(request))

    @admin.action(permissions=["publish"], description=_("Publish the chosen articles"))
    def publish(self, request, queryset):
        self.run_on_each(request, VERBS["publish"], queryset)

    @admin.action(permissions=["publish"], description=_("Withdraw the chosen articles"))
    def withdraw(self, request, queryset):
        self.run_on_each(request, VERBS["withdraw"], queryset)

    def run_on_each(self, request, verb, queryset):
        for article in queryset.defer(None):
            if article.status in verb.offered_to:
                self.run(request, verb, article)

    def run(self, request, verb, article):
        """Does it, and says so; or says what is missing."""
        try:
            verb.run(article, by=request.user)
        except publishing.NotPublishable as refusal:
            for blocker in refusal.blockers:
                messages.error(request, f"{article}: {blocker}")
        else:
            messages.success(request, verb.done % {"article": article})

    # The form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        can_publish = self.has_publish_permission(request)
        status = obj.status if obj else DRAFT
        context["verbs"] = [verb for verb in VERBS.values() if can_publish and status in verb.offered_to]
        if obj:
            context |= {
                "standing": standing(obj),
                "addresses": addresses(obj),
                "blockers": publishing.publish_blockers(obj) if status != APPROVED else [],
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request, obj, post_url_continue=None):
        return self.run_chosen(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self.run_chosen(request, obj) or super().response_change(request, obj)

    def run_chosen(self, request, article):
        """The verb whose button was pressed, on what has just been saved; then the form again."""
        verb = next((verb for name, verb in VERBS.items() if f"_{name}" in request.POST), None)
        if verb:
            self.run(request, verb, article)
            return HttpResponseRedirect(reverse("admin:news_article_change", args=[article.pk]))
        return None


def standing(article):
    code = article.status
    if code == APPROVED:
        code = "scheduled" if article.is_scheduled else "published"
    return format_html('<span class="standing standing-{}">{}</span>', code, STANDINGS[code])


def addresses(article):
    """The languages an article is written in, as links where readers find it."""
    is_public = article.status == APPROVED and not article.is_scheduled
    return [
        format_html('<a href="{}" hreflang="{}">{}</a>', address_in(article, code), code, code) if is_public else code
        for code in article.languages
    ]


def address_in(article, code):
    with override(code):
        return article.get_absolute_url()


def thumbnail(image):
    """Beside the words that say what it is; so without an alternative text of its own."""
    if image is None:
        return ""
    return format_html('<img class="thumbnail" src="{}" alt="" loading="lazy">', image.thumbnail)


def headline(image, thing):
    """A column of pictures would be links without words; so both stand in one."""
    return format_html('<span class="headline">{}<strong>{}</strong></span>', thumbnail(image), thing)


class AddressAdmin(admin.ModelAdmin):
    """Something with a name, a page and a feed of its own."""

    form = AddressForm
    search_fields = ["name_kk", "name_ru", "name_en", "slug"]


@admin.register(Source)
class SourceAdmin(AddressAdmin):
    form = SourceForm
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name_kk", "name_ru", "name_en"),
                    ("short_name_kk", "short_name_ru", "short_name_en"),
                    "slug",
                    "site_url",
                    "emblem",
                    "position",
                ]
            },
        ),
        (_("Its time"), {"fields": [("active_from", "active_until"), "successor"]}),
    ]
    autocomplete_fields = ["emblem", "successor"]
    list_display = ["short_name", "name", "active_from", "active_until", "successor", "position"]
    list_select_related = ["successor"]


@admin.register(Topic)
class TopicAdmin(AddressAdmin):
    fields = ["name_kk", "name_ru", "name_en", "slug"]
    list_display = ["name_kk", "name_ru", "name_en", "slug"]


@admin.register(Person)
class PersonAdmin(AddressAdmin):
    fields = [("name_kk", "name_ru", "name_en"), ("office_kk", "office_ru", "office_en"), "slug", "photograph"]
    autocomplete_fields = ["photograph"]
    list_display = ["portrait", "office"]
    list_select_related = ["photograph"]
    search_fields = [*AddressAdmin.search_fields, "office_kk", "office_ru", "office_en"]

    @admin.display(description=pgettext_lazy("of a person", "name"), ordering="name")
    def portrait(self, person):
        return headline(person.photograph, person)


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    form = ImageForm
    fieldsets = [
        (None, {"fields": ["preview", "upload"]}),
        (
            _("For readers"),
            {
                "fields": [
                    ("alt_kk", "alt_ru", "alt_en"),
                    ("caption_kk", "caption_ru", "caption_en"),
                    ("credit_kk", "credit_ru", "credit_en"),
                ]
            },
        ),
        (_("About the file"), {"fields": ["size", "uploaded_at", "uploaded_by", "used"]}),
    ]
    readonly_fields = ["preview", "size", "uploaded_at", "uploaded_by", "used"]
    list_display = ["headline", "credit", "size", "uploaded_at", "uses"]
    list_per_page = 50
    date_hierarchy = "uploaded_at"
    search_fields = [f"{field}_{code}" for field in ("alt", "caption", "credit") for code in TRANSLATIONS]
    search_help_text = _("Words of the alternative text, the caption or the credit, in any language")
    show_full_result_count = False

    def get_fieldsets(self, request, obj=None):
        return super().get_fieldsets(request, obj) if obj else self.fieldsets[:-1]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(cover_count=Count("cover_of"))

    @admin.display(description=_("as it is now"))
    def preview(self, image):
        return thumbnail(image) if image.pk else ""

    @admin.display(description=_("alternative text"), ordering="alt")
    def headline(self, image):
        return headline(image, image)

    @admin.display(description=_("size"))
    def size(self, image):
        return f"{image.width} × {image.height}"

    @admin.display(description=_("covers"), ordering="cover_count")
    def uses(self, image):
        return image.cover_count

    @admin.display(description=_("where it is used"))
    def used(self, image):
        users = [*image.cover_of.all(), *image.photograph_of.all(), *image.emblem_of.all()]
        if not users:
            return _("nowhere")
        return format_html_join("", '<a class="use" href="{}">{}</a>', ((change_address(each), each) for each in users))

    def save_model(self, request, obj, form, change):
        obj.uploaded_by = obj.uploaded_by or request.user
        form.save()

    def delete_model(self, request, obj):
        images.delete(obj)

    def delete_queryset(self, request, queryset):
        for image in queryset:
            images.delete(image)


def change_address(thing):
    return reverse(f"admin:{thing._meta.label_lower.replace('.', '_')}_change", args=[thing.pk])
