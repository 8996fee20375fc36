"""The admin of what articles are filed under: sources, topics, people; and of terms and known words."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from news.admin.autosaving import AutosaveMixin
from news.admin.cells import headline
from news.admin.forms import AddressForm, SourceForm
from news.admin.rights import AlwaysPublishedMixin, WaitingMixin
from news.models import TRANSLATIONS
from news.search.editors import find_by_name
from portal.admin.lists import GrowingListMixin
from portal.admin.site import InvalidatesPagesMixin, PlainDeletionMixin
from portal.editions import localized_columns

NAMES = localized_columns("name")


class NamedMixin(admin.ModelAdmin):
    """Something that lists and pickers also find by any form of its names, in any script or without Kazakh letters."""

    def get_search_results(self, request, queryset, search_term):
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not search_term:
            return found, may_repeat
        names = [
            (pk, dict(zip(TRANSLATIONS, texts, strict=True)))
            for pk, *texts in queryset.order_by().values_list("pk", *NAMES)
        ]
        numbers = find_by_name(search_term, names)
        return queryset.filter(Q(pk__in=numbers) | Q(pk__in=found.order_by().values("pk"))), False


class AddressAdmin(NamedMixin, AutosaveMixin, PlainDeletionMixin, InvalidatesPagesMixin):
    """Something with a name, a page and a feed of its own."""

    form = AddressForm
    search_fields = [*NAMES, "slug"]


class SourceAdmin(AlwaysPublishedMixin, AddressAdmin):
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
        (_("Active period"), {"fields": [("active_from", "active_until"), "successor"]}),
    ]
    autocomplete_fields = ["emblem", "successor"]
    list_display = ["short_name", "name", "active_from", "active_until", "successor", "position"]
    list_select_related = ["successor"]


class TopicAdmin(WaitingMixin, AddressAdmin):
    fields = ["name_kk", "name_ru", "name_en", "slug"]
    list_display = ["name_kk", "name_ru", "name_en", "slug"]


class PersonAdmin(WaitingMixin, AddressAdmin):
    fields = [("name_kk", "name_ru", "name_en"), ("office_kk", "office_ru", "office_en"), "slug", "photograph"]
    autocomplete_fields = ["photograph"]
    list_display = ["portrait", "office"]
    list_select_related = ["photograph"]
    search_fields = [*AddressAdmin.search_fields, "office_kk", "office_ru", "office_en"]

    @admin.display(description=pgettext_lazy("of a person", "name"), ordering="name")
    def portrait(self, person):
        return headline(person.photograph, person)


class TermAdmin(NamedMixin, WaitingMixin, AutosaveMixin, InvalidatesPagesMixin):
    fields = [("name_kk", "name_ru", "name_en"), "explanation_kk", "explanation_ru", "explanation_en"]
    list_display = ["name_kk", "name_ru", "name_en"]
    search_fields = NAMES


class AbbreviationAdmin(GrowingListMixin):
    list_display = ["short", "full", "language"]
    list_filter = ["language"]
    search_fields = ["short", "full"]


class KnownWordAdmin(GrowingListMixin):
    list_display = ["word", "language"]
    list_filter = ["language"]
    search_fields = ["word"]
