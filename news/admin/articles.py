"""The editors' side of the news: thin, because the work is done by the packages below it."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, Max, Min, OuterRef, Q
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import get_language_info, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from news.admin.actions import VERBS, VerbForm
from news.admin.article_pages import ArticlePages
from news.admin.deliveries import ChannelAdmin, ChannelPostAdmin, LetterAdmin, SubscriptionAdmin
from news.admin.editor_endpoints import ArticleWriting
from news.admin.forms import AddressForm, ArticleForm, AttachmentForm, SourceForm
from news.admin.images import ImageAdmin, change_address, thumbnail
from news.admin.saved_filters import SavedFilters
from news.admin.translators import ForTranslators
from news.content import glossary
from news.editorial import autosave, bulk_edits, revisions, workflow
from news.media import attachments
from news.models import (
    TRANSLATIONS,
    Article,
    Attachment,
    Channel,
    ChannelPost,
    Image,
    KnownWord,
    Letter,
    Person,
    Source,
    Subscription,
    Term,
    Topic,
)
from news.search import engine
from portal.admin.site import ForReaders, WithoutLinks

APPROVED = Article.Status.APPROVED
LARGEST_CHOICE = 200
"""Articles that one verb is done with at once; a page of the list holds fewer."""

STANDINGS = {
    **{status.value: status.label for status in Article.Status},
    "scheduled": _("Scheduled"),
    "published": _("Published"),
    "newer": _("Newer text waits"),
    "bin": _("In the bin"),
}
"""Where an article stands, in its editors' words: whether an approved one is public is a question of the time."""


class StandingFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return STANDINGS.items()

    def queryset(self, request, queryset):
        if self.value() == "bin":
            return queryset.filter(deleted_at__isnull=False)
        queryset = queryset.filter(deleted_at__isnull=True)
        match self.value():
            case None:
                return queryset
            case "scheduled":
                return queryset.scheduled()
            case "published":
                return queryset.published()
            case "newer":
                return queryset.exclude(pending="")
            case "approved":
                return queryset.filter(status=APPROVED, publish_at__isnull=True)
            case status:
                return queryset.filter(Q(status=status) | Q(pending=status))


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
class ArticleAdmin(ForTranslators, SavedFilters, ArticlePages, ArticleWriting):
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
        (_("Pictures"), {"fields": ["cover", "cover_preview", "gallery"]}),
        (_("Attachments"), {"fields": ["attachments"]}),
        (_("Publication"), {"fields": ["publish_at", "pinned", "base"]}),
    ]
    readonly_fields = ["cover_preview"]
    autocomplete_fields = ["topics", "people", "cover", "attachments"]
    save_on_top = True  # the form is long
    view_on_site = False  # the form shows the address in each language instead

    list_display = ["headline", "standing", "publish_at", "source", "editions", "hits"]
    list_filter = [StandingFilter, "source", "kind", MissingLanguageFilter, "pinned", "topics"]
    list_select_related = ["source", "cover", "hit_total"]
    list_per_page = 50
    date_hierarchy = "publish_at"
    search_fields = ["title"]  # a sign that there is a search; get_search_results asks the index
    search_help_text = _("Words of the title, the lead or the text, in any language")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count of every choice would ask the whole table each time

    def get_queryset(self, request):
        scheduled = Article.objects.scheduled().filter(pk=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_scheduled=Exists(scheduled))

    def get_changeform_initial_data(self, request):
        """The source, where only one is at work today."""
        active = list(Source.objects.active()[:2])
        known = {"source": active[0].pk} if len(active) == 1 else {}
        return known | super().get_changeform_initial_data(request)

    def get_changelist(self, request, **kwargs):
        return ArticleList

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(pk__in=engine.anywhere(search_term)) if search_term else queryset, False

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

    def get_actions(self, request, action_location=ActionLocation.CHANGE_LIST):
        """Each verb that the person's role allows; the choice of articles goes on to the verb's own page."""
        if action_location == ActionLocation.CHANGE_FORM:
            return {}  # a menu beside the verbs' buttons would take their place and lose what was typed
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)  # into the bin, one by one
        for verb in VERBS.values():
            if verb.may(request.user):
                actions[verb.name] = (self.go_to(verb), verb.name, verb.label)
        return actions

    def go_to(self, verb):
        def action(model_admin, request, queryset):
            numbers = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True))
            return HttpResponseRedirect(f"{self.verb_address(verb)}?ids={numbers}")

        return action

    def verb_address(self, verb):
        return reverse("admin:news_article_verb", args=[verb.name])

    def get_urls(self):
        own = [
            path("do/<str:name>/", self.admin_site.admin_view(self.verb_view), name="news_article_verb"),
            path(
                "<int:pk>/revisions/<int:number>/",
                self.admin_site.admin_view(self.revision_view),
                name="news_article_revision",
            ),
            path("new/autosave/", self.admin_site.admin_view(self.autosave_view), name="news_article_autosave"),
            path("<int:pk>/autosave/", self.admin_site.admin_view(self.autosave_view), name="news_article_autosave"),
        ]
        return own + super().get_urls()

    def verb_view(self, request, name):
        """One verb on one article or several: asks for what it needs, then does it and says what became of each."""
        verb = VERBS.get(name)
        if verb is None:
            raise Http404
        if not verb.may(request.user):
            raise PermissionDenied
        numbers = [int(number) for number in request.GET.get("ids", "").split(",") if number.isdecimal()][
            :LARGEST_CHOICE
        ]
        articles = [article for article in self.get_queryset(request).filter(pk__in=numbers) if verb.offered(article)]
        form = (verb.form or VerbForm)(request.POST if request.method == "POST" else None, articles=articles)
        if request.method == "POST" and form.is_valid():
            refused = [article for article in articles if not self.run(request, verb, article, form.arguments())]
            if not refused:
                return HttpResponseRedirect(self.after(articles))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": verb.label,
            "verb": verb,
            "articles": articles,
            "form": form,
        }
        return TemplateResponse(request, "admin/news/article/verb.html", context)

    def after(self, articles):
        if len(articles) == 1:
            return reverse("admin:news_article_change", args=[articles[0].pk])
        return reverse("admin:news_article_changelist")

    def run(self, request, verb, article, arguments):
        """Does it, and says so; or says what is missing."""
        try:
            verb.run(article, by=request.user, **arguments)
        except workflow.Refused as refusal:
            for sentence in refusal.sentences:
                messages.error(request, f"{article}: {sentence}")
            return False
        messages.success(request, verb.done % {"article": article})
        return True

    # The form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        context["conflicts"] = getattr(form, "conflicts", [])
        if obj:
            kept = self.get_queryset(request).get(pk=obj.pk)  # obj shows the newest text
            context |= {
                "standing": standing(kept),
                "kept": kept,
                "addresses": addresses(kept),
                "blockers": workflow.blockers(kept) if kept.stage != APPROVED else [],
                "inconsistencies": glossary.inconsistencies(obj),
                "verbs": [verb for verb in VERBS.values() if verb.is_offered(kept, request.user)],
                "may_duplicate": self.has_add_permission(request),
            }
        else:
            context["verbs"] = [VERBS[name] for name in ("submit", "publish") if VERBS[name].may(request.user)]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        """What readers get changes only by a verb; a new article begins as a draft."""
        if not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        article = Article.objects.get(pk=form.instance.pk)
        if change:
            revisions.save(article, form.merged, by=request.user)
        else:
            super().save_related(request, form, formsets, change)
            revisions.begin(article, by=request.user)
        autosave.forget(request.user, article if change else None, request.POST.get("autosave_key", ""))

    def delete_model(self, request, obj):
        workflow.delete(obj, by=request.user)

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or (not obj.is_promised and obj.deleted_at is None))

    def response_add(self, request, obj, post_url_continue=None):
        return self.run_chosen(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self.run_chosen(request, obj) or super().response_change(request, obj)

    def run_chosen(self, request, article):
        """The verb whose button was pressed, on what has just been saved; then its page, or the form again."""
        if "_duplicate" in request.POST:
            return self.duplicate(request, article)
        verb = next((verb for name, verb in VERBS.items() if f"_{name}" in request.POST), None)
        if verb is None:
            return None
        if verb.form:
            return HttpResponseRedirect(f"{self.verb_address(verb)}?ids={article.pk}")
        self.run(request, verb, Article.objects.get(pk=article.pk), {})
        return HttpResponseRedirect(reverse("admin:news_article_change", args=[article.pk]))

    def duplicate(self, request, article):
        """Another article that begins as this one; what was typed here has been saved."""
        copy = bulk_edits.duplicate(Article.objects.get(pk=article.pk), by=request.user)
        messages.success(request, _("This is a new draft with the text of “%(article)s”.") % {"article": article})
        return HttpResponseRedirect(reverse("admin:news_article_change", args=[copy.pk]))

    # What is not saved yet

    def autosave_view(self, request, pk=None):
        """Takes what is being typed and gives it back; tells who else has the article open."""
        article = get_object_or_404(self.get_queryset(request), pk=pk) if pk else None
        may = self.has_change_permission(request, article) if article else self.has_add_permission(request)
        if not may:
            raise PermissionDenied
        answer = {"others": autosave.others(request.user, article)}
        if request.method == "POST":
            try:
                key, base, content = autosave.read(request.body)
            except autosave.Refused as refusal:
                return JsonResponse({"refused": str(refusal)}, status=400)
            autosave.keep(request.user, article, key, base=base, content=content)
        elif request.method == "DELETE":
            autosave.forget(request.user, article, request.GET.get("key", ""))
        else:
            answer |= autosave.offer(request.user, article)
        return JsonResponse(answer)

    # What it was before

    def history_view(self, request, object_id, extra_context=None):
        """The revisions beside what was done; each leads to what it changed."""
        article = self.get_object(request, unquote(object_id))
        saved = article.revisions.select_related("created_by").defer("content") if article else []
        return super().history_view(request, object_id, {"revisions": saved, **(extra_context or {})})

    def revision_view(self, request, pk, number):
        """One revision: what it changed against the one before, or against `?with=`; from here it is restored."""
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        revision = get_object_or_404(article.revisions, number=number)
        may_restore = request.user.has_perm("news.change_article")
        if request.method == "POST":
            if not may_restore:
                raise PermissionDenied
            revisions.restore(article, number, by=request.user)
            messages.success(request, _("Revision %(number)s is the newest text again.") % {"number": number})
            return HttpResponseRedirect(reverse("admin:news_article_change", args=[pk]))
        other = request.GET.get("with", "")
        before = article.revisions.filter(number=int(other) if other.isdecimal() else number - 1).first()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Revision %(number)s") % {"number": number},
            "article": article,
            "revision": revision,
            "before": before,
            "revision_languages": [code for code in TRANSLATIONS if revision.content.get(f"title_{code}")],
            "differences": differences(before.content if before else {}, revision.content),
            "may_restore": may_restore and number != revisions.latest(article).number,
        }
        return TemplateResponse(request, "admin/news/article/revision.html", context)


def differences(old, new):
    """What changed, each field under its name in the editor's language; people and things by name."""
    for each in revisions.compare(old, new):
        name, _sep, code = each.field.rpartition("_")
        if code in TRANSLATIONS:
            label = (
                f"{capfirst(Article._meta.get_field(name).verbose_name)}, {get_language_info(code)['name_translated']}"
            )
        else:
            label = capfirst(Article._meta.get_field(each.field.removesuffix("_id")).verbose_name)
        yield label, each.runs


def standing(article):
    code = article.status
    if article.deleted_at:
        code = "bin"
    elif code == APPROVED and article.publish_at:
        code = "scheduled" if article.is_scheduled else "published"
    shown = format_html('<span class="standing standing-{}">{}</span>', code, STANDINGS[code])
    if article.pending:
        newer = STANDINGS[article.pending]
        shown = format_html(
            '{} <span class="standing standing-{}">{}: {}</span>', shown, article.pending, STANDINGS["newer"], newer
        )
    return shown


def addresses(article):
    """The languages an article is written in, as links where readers find it."""
    is_public = article.is_public
    return [
        format_html('<a href="{}" hreflang="{}">{}</a>', address_in(article, code), code, code) if is_public else code
        for code in article.languages
    ]


def address_in(article, code):
    with override(code):
        return article.get_absolute_url()


def headline(image, thing):
    """A column of pictures would be links without words; so both stand in one."""
    return format_html('<span class="headline">{}<strong>{}</strong></span>', thumbnail(image), thing)


class AddressAdmin(WithoutLinks, ForReaders):
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


@admin.register(Term)
class TermAdmin(ForReaders):
    fields = [("name_kk", "name_ru", "name_en"), "explanation_kk", "explanation_ru", "explanation_en"]
    list_display = ["name_kk", "name_ru", "name_en"]
    search_fields = ["name_kk", "name_ru", "name_en"]


@admin.register(KnownWord)
class KnownWordAdmin(admin.ModelAdmin):
    list_display = ["word", "language"]
    list_filter = ["language"]
    search_fields = ["word"]


admin.site.register(Image, ImageAdmin)


@admin.register(Attachment)
class AttachmentAdmin(ForReaders):
    form = AttachmentForm
    titles_help = _("Readers of a language get the file when it has a title there.")
    readonly_fields = ["link", "uploaded_at", "uploaded_by", "used"]
    list_display = ["title_of", "link", "uploaded_at", "used"]
    list_per_page = 50
    date_hierarchy = "uploaded_at"
    search_fields = [*(f"title_{code}" for code in TRANSLATIONS), "filename"]
    search_help_text = _("Words of the title in any language, or the name of the file")
    show_full_result_count = False
    ordering = ["-id"]

    def get_fieldsets(self, request, obj=None):
        titles = {"fields": [tuple(f"title_{code}" for code in TRANSLATIONS)], "description": self.titles_help}
        if obj is None:
            return [(None, {"fields": ["upload"]}), (_("For readers"), titles)]
        return [
            (None, {"fields": ["link"]}),
            (_("For readers"), titles),
            (_("About the file"), {"fields": ["uploaded_at", "uploaded_by", "used"]}),
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("articles")

    @admin.display(description=_("title"), ordering="title")
    def title_of(self, attachment):
        return str(attachment)

    @admin.display(description=_("file"), ordering="size")
    def link(self, attachment):
        described = (attachment.address, attachment.filename, attachment.kind.upper(), filesizeformat(attachment.size))
        return format_html('<a href="{}">{}</a> ({}, {})', *described)

    @admin.display(description=_("where it is used"))
    def used(self, attachment):
        users = attachment.articles.all()
        if not users:
            return _("nowhere")
        return format_html_join("", '<a class="use" href="{}">{}</a>', ((change_address(each), each) for each in users))

    def has_delete_permission(self, request, obj=None):
        """Not while an article has it."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.articles.exists())

    def get_actions(self, request, action_location=ActionLocation.CHANGE_LIST):
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)  # one by one: some may be in use
        return actions

    def save_model(self, request, obj, form, change):
        obj.uploaded_by = obj.uploaded_by or request.user
        form.save()

    def delete_model(self, request, obj):
        attachments.delete(obj)


admin.site.register(Channel, ChannelAdmin)
admin.site.register(ChannelPost, ChannelPostAdmin)
admin.site.register(Subscription, SubscriptionAdmin)
admin.site.register(Letter, LetterAdmin)
