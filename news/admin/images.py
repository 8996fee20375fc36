"""The library of pictures in the admin: a grid to look through, many uploads at once, and each picture's own form."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Expression, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext_lazy as _

from news.admin.autosaving import AutosaveMixin
from news.admin.cells import change_address
from news.admin.forms import ImageForm
from news.admin.numbers import parse_number, parse_numbers
from news.admin.rights import (
    PublishedFieldsMixin,
    articles_with,
    is_emblem_or_portrait,
    localized,
    open_languages,
)
from news.editorial import revisions
from news.media import images, placements
from news.models import TRANSLATIONS, Article, Image, Person, Placement, Source
from news.search.indexing import index_articles
from portal.admin.lists import ChosenOnlyFilter, GrowingListMixin
from portal.admin.site import InvalidatesPagesMixin

TEXTS = ("alt", "caption", "credit")
PICTURE_FIELDS = {"upload", "focus_x", "focus_y"}
CHOICES = 36
"""How many pictures the chooser loads at once."""


class MissingAltFilter(admin.SimpleListFilter):
    title = _("without alternative text")
    parameter_name = "unsaid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, get_language_info(code)["name_translated"]) for code in TRANSLATIONS]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.exclude(**{f"alt_{self.value()}__gt": ""}) if self.value() in TRANSLATIONS else queryset


class UseFilter(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("used")), ("no", _("used nowhere"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """By the number of uses, which the database looks up from picture to picture until a page is full."""
        match self.value():
            case "yes":
                return queryset.filter(uses__gt=0)
            case "no":
                return queryset.filter(uses=0)
        return queryset


USERS: list[tuple[type[Model], str]] = [
    (Article, "cover"),
    (Placement, "image"),
    (Person, "photograph"),
    (Source, "emblem"),
]


def count_rows(model: type[Model], field: str) -> Expression:
    """A subquery that counts the rows with a picture; the database runs it only for the rows of a page."""
    rows = model._default_manager.filter(**{field: OuterRef("pk")}).order_by().values(field)
    return Coalesce(Subquery(rows.annotate(found=Count("pk")).values("found")), 0)


class ImageAdmin(GrowingListMixin, PublishedFieldsMixin, AutosaveMixin, InvalidatesPagesMixin):
    form = ImageForm
    fieldsets = [
        (None, {"fields": ["preview", "upload"]}),
        (
            _("Focal point"),
            {
                "fields": [("focus_x", "focus_y")],
                "description": _(
                    "This point stays visible however the picture is cropped: click it in the picture, or enter its "
                    "position."
                ),
            },
        ),
        (_("For readers"), {"fields": [tuple(f"{text}_{code}" for code in TRANSLATIONS) for text in TEXTS]}),
        (_("About the file"), {"fields": ["number", "size", "uploaded_at", "uploaded_by", "used_in"]}),
    ]
    readonly_fields = ["preview", "number", "size", "uploaded_at", "uploaded_by", "used_in"]
    list_display = ["__str__", "uploaded_at"]
    list_filter = [UseFilter, MissingAltFilter, ("uploaded_by", ChosenOnlyFilter)]
    list_per_page = 48
    sortable_by = ["uploaded_at"]
    date_hierarchy = "uploaded_at"
    search_fields = [f"{field}_{code}" for field in TEXTS for code in TRANSLATIONS]
    search_help_text = _("Words of the alternative text, the caption or the credit, in any language; or a number")
    actions = None

    class Media:
        js = [Script("js/admin/focal-point.js", type="module"), Script("js/admin/picture-upload.js", type="module")]

    def get_queryset(self, request):
        uses = sum((count_rows(*user) for user in USERS[1:]), start=count_rows(*USERS[0]))
        return super().get_queryset(request).annotate(uses=uses)

    def get_search_results(self, request, queryset, search_term):
        """Also by number, with or without its sign."""
        number = parse_number(search_term.strip().removeprefix("№").strip())
        if number is not None:
            return queryset.filter(pk=number), False
        return super().get_search_results(request, queryset, search_term)

    # Who may do what

    def has_change_permission(self, request, obj=None):
        """Translators change the texts of their own languages."""
        return super().has_change_permission(request, obj) or request.user.has_perm("news.translate_article")

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or not placements.uses(obj))

    def published_fields(self, thing):
        """The texts in the languages in which readers have it, and the picture itself."""
        if thing is None:
            return set()
        if is_emblem_or_portrait(thing):
            return localized(*TEXTS) | PICTURE_FIELDS
        languages = open_languages(articles_with(thing))
        return localized(*TEXTS, languages=languages) | (PICTURE_FIELDS if languages else set())

    def locked_fields(self, request, thing):
        locked = super().locked_fields(request, thing)
        if thing and not request.user.has_perm("news.change_image"):
            own = localized(*TEXTS, languages=revisions.languages_of(request.user))
            locked |= PICTURE_FIELDS | (localized(*TEXTS) - own)
        return locked

    def get_fieldsets(self, request, obj=None):
        """A new picture has no focal point and no uses yet; a file that may not be replaced gets no upload field."""
        if obj is None:
            return [self.fieldsets[0], self.fieldsets[2]]
        if not self.has_change_permission(request, obj) or "upload" in self.locked_fields(request, obj):
            return [(None, {"fields": ["preview"]}), *self.fieldsets[1:]]
        return self.fieldsets

    # What the form shows

    @admin.display(description=_("as it is now"))
    def preview(self, image):
        return render_to_string("admin/news/image/focal.html", {"image": image}) if image.pk else ""

    @admin.display(description=_("number"))
    def number(self, image):
        return f"№ {image.pk}"

    @admin.display(description=_("size"))
    def size(self, image):
        return f"{image.width} × {image.height}"

    @admin.display(description=_("where it is used"))
    def used_in(self, image):
        uses = placements.uses(image)
        if not uses:
            return _("nowhere")
        lines = ((change_address(use.thing), use.thing, use.place) for use in uses)
        return format_html_join("", '<span class="use"><a href="{}">{}</a> – {}</span>', lines)

    def save_model(self, request, obj, form, change):
        obj.uploaded_by = obj.uploaded_by or request.user
        form.save()
        if {*localized("caption")} & {*form.changed_data}:  # its articles are found by it
            index_articles(list(articles_with(obj).values_list("pk", flat=True)))

    def delete_model(self, request, obj):
        images.delete_image(obj)

    # Many at once, and to choose from

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("upload/", view(self.upload_view), name="news_image_upload"),
            path("choose/", view(self.choose_view), name="news_image_choose"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        context = {"title": capfirst(self.opts.verbose_name_plural), "may_upload": self.has_add_permission(request)}
        return super().changelist_view(request, context | (extra_context or {}))

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Stores each uploaded file, or says why it cannot be accepted; a script sends them one by one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        added, problems = [], []
        for upload in request.FILES.getlist("pictures"):
            try:
                image = images.add_image(upload, uploaded_by=request.user)
            except (images.NotAPicture, images.NotStored) as refusal:
                problems.append(f"{upload.name}: {' '.join(refusal.messages)}")
            else:
                self.log_addition(request, image, [{"added": {}}])
                added.append(image)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"pictures": [describe_image(image) for image in added], "refused": problems})
        for sentence in problems:
            messages.error(request, sentence)
        if added:
            done = ngettext(
                "%(count)d picture is in the library.", "%(count)d pictures are in the library.", len(added)
            )
            messages.success(request, done % {"count": len(added)})
        return HttpResponseRedirect(reverse("admin:news_image_changelist"))

    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """Pictures by words or by numbers, newest first; `?before=` continues."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        matches = Image.objects.all()
        if numbers := request.GET.get("numbers", ""):
            matches = matches.filter(pk__in=parse_numbers(numbers))
        matches, _may_repeat = self.get_search_results(request, matches, request.GET.get("q", ""))
        before = parse_number(request.GET.get("before", ""))
        if before is not None:
            matches = matches.filter(pk__lt=before)
        page = list(matches.order_by("-pk")[: CHOICES + 1])
        more = page[CHOICES - 1].pk if len(page) > CHOICES else None
        return JsonResponse({"pictures": [describe_image(image) for image in page[:CHOICES]], "before": more})


def describe_image(image: Image) -> dict[str, Any]:
    return {
        "id": image.pk,
        "label": str(image),
        "thumbnail": image.thumbnail,
        "focus": image.focus_class,
        "change": change_address(image),
    }
