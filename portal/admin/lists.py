"""Lists of the admin that grow: a page of them costs the same with a thousand entries and with a million.

Why they count, sort and offer dates as they do is told in docs/decisions/0029-lists-at-size.md.
"""

from datetime import date, datetime
from functools import cached_property
from itertools import takewhile
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import build_q_object_from_lookup_parameters, lookup_spawns_duplicates
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, ForeignKey, OrderBy, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

COUNTED = 200
"""How many entries a list counts, as many as Django shows at once; of more it says that there are more."""
DEEPEST = 1_000_000
"""How many entries a person may leaf through."""


PARTS = ("year", "month", "day")
type Period = tuple[int, ...]


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Counts only up to `limit`."""

    def __init__(self, *args: Any, limit: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.limit = limit

    @cached_property
    def count(self) -> int:
        entries: Any = self.object_list  # a queryset
        return entries.order_by()[: self.limit].count()  # type: ignore[no-any-return]

    @property
    def counted(self) -> int | None:
        """The number of entries that are counted if there are more."""
        return self.limit - 1 if self.count == self.limit else None


class GrowingList(ChangeList):
    """A list whose queries an index answers: sorted by one column, and with dates that need only the ends of it."""

    def get_filters(self, request: HttpRequest) -> Any:
        """LinkedFilter finds nothing twice, so only what else the address asks for may."""
        specs, has_filters, others, _may_repeat, is_active = super().get_filters(request)
        may_repeat = any(lookup_spawns_duplicates(self.lookup_opts, name) for name in others)
        return specs, has_filters, others, may_repeat, is_active

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        if number := self.params.get(ORDER_VAR, "").partition(".")[0]:
            self.params[ORDER_VAR] = number if self.may_sort_by(number) else ""
        entries = super().get_queryset(request, exclude_parameters)
        if not entries.query.distinct:
            return entries
        # To find duplicates, the database would compare whole rows with all their texts, and sort them first.
        numbers = entries.order_by().values("pk")
        numbers.query.distinct = False
        once = self.apply_select_related(self.root_queryset.filter(pk__in=numbers))
        return once.order_by(*entries.query.order_by)

    def may_sort_by(self, number: str) -> bool:
        """Whether the list offers to sort by the column with this number."""
        place = number.removeprefix("-")
        columns = dict(enumerate(self.list_display))
        name = columns.get(int(place)) if place.isdecimal() and len(place) < 4 else None
        return name is not None and (self.sortable_by is None or name in self.sortable_by)

    def get_ordering_field(self, field_name: Any) -> Any:
        """Things of other tables are grouped by their numbers, because an index of this table has those only."""
        field = super().get_ordering_field(field_name)
        if isinstance(field, str) and field in {each.name for each in self.opts.fields if isinstance(each, ForeignKey)}:
            return f"{field}_id"
        return field

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """What is equal in the chosen column follows in the order of the list, in the same direction: so an index
        serves both directions."""
        chosen: Any
        chosen, *rest = super().get_ordering(request, queryset)
        if not self.params.get(ORDER_VAR) or not rest:
            return [chosen, *rest]
        usual: Any = self.model_admin.get_ordering(request) or self.opts.ordering
        own = [each for each in usual if each.strip("-") != str(chosen).strip("-")]
        ties = own if own and isinstance(chosen, str) else ["-pk"]
        return [chosen, *(ties if is_descending(chosen) == is_descending(ties[0]) else map(reverse_order, ties))]

    def dates(self) -> dict[str, Any] | None:
        """What the links by date show: the years, months or days to choose from, and the way back."""
        chosen = self.chosen_period()
        choices = [self.describe_period(each) for each in self.periods_within(chosen)]
        if len(chosen) == len(PARTS):
            choices = [{"title": title_of(chosen)}]
        return {
            "show": bool(chosen or choices),
            "back": self.describe_period(chosen[:-1]) if chosen else None,
            "choices": choices,
            "field_name": self.field_of_dates.verbose_name,
        }

    @property
    def field_of_dates(self) -> Any:
        return self.model._meta.get_field(str(self.date_hierarchy))

    def chosen_period(self) -> Period:
        """() for all, else a year, or a year and a month, or a year, a month and a day."""
        values = [self.params.get(f"{self.date_hierarchy}__{part}") for part in PARTS]
        return tuple(int(value) for value in takewhile(bool, values) if value)

    def periods_within(self, chosen: Period) -> list[Period]:
        """The years, or all months of a year, between the first entry and the last, or the days that have entries.

        Django would read the date of every entry for them; here some years and months may have none.
        """
        name = str(self.date_hierarchy)
        there = self.queryset.filter(**{f"{name}__isnull": False}).order_by(name).values_list(name, flat=True)
        ends = [as_date(moment) for moment in (there.first(), there.last()) if moment is not None]
        if not ends or len(chosen) == len(PARTS):
            return []
        first, last = ends
        if not chosen and first.year < last.year:
            return [(year,) for year in range(first.year, last.year + 1)]
        if (not chosen and first.month < last.month) or len(chosen) == 1:
            return [(first.year, month) for month in range(first.month, last.month + 1)]
        return [(day.year, day.month, day.day) for day in dict.fromkeys(map(as_date, there))]

    def describe_period(self, period: Period) -> dict[str, str]:
        parts = {f"{self.date_hierarchy}__{part}": value for part, value in zip(PARTS, period, strict=False)}
        return {"title": title_of(period), "link": self.get_query_string(parts, [f"{self.date_hierarchy}__"])}


def as_date(moment: date | datetime) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def title_of(period: Period) -> str:
    match period:
        case (year, month, day):
            return str(capfirst(formats.date_format(date(year, month, day), "MONTH_DAY_FORMAT")))
        case (year, month):
            return str(capfirst(formats.date_format(date(year, month, 1), "YEAR_MONTH_FORMAT")))
        case (year,):
            return str(year)
    return _("All dates")


def is_descending(order: str | OrderBy) -> bool:
    return order.descending if isinstance(order, OrderBy) else order.startswith("-")


def reverse_order(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


class GrowingListMixin(admin.ModelAdmin):
    """The admin of something that there is more of each day."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def action_checkbox(self, entry: Any) -> SafeString:
        """Django's own, without a template for each line: they took a fifth of the time of a page."""
        label = format_html(_("Select this object for an action - {}"), entry)
        return format_html(
            '<input type="checkbox" name="_selected_action" value="{}" class="action-select" aria-label="{}">',
            str(entry.pk),
            label,
        )

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return GrowingList

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> BoundedPaginator:
        """It counts COUNTED entries, and on later pages as far as the next one, so that people may go on."""
        page = request.GET.get(PAGE_VAR) or request.GET.get("page", "")  # of a list, or of a field that completes
        passed = int(page) * per_page if page.isdecimal() and len(page) < 9 else 0
        limit = min(max(COUNTED, passed), DEEPEST) + 1
        return BoundedPaginator(queryset, per_page, orphans, allow_empty_first_page, limit=limit)


class LinkedFilter(admin.RelatedFieldListFilter):
    """By a many-to-many relation. Django would join it, and compare whole entries to find those that came twice."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        field: Any = self.field
        parameters: dict[str, Any] = self.used_parameters
        links = field.remote_field.through._default_manager.filter(**{field.m2m_field_name(): OuterRef("pk")})
        try:
            if values := parameters.get(self.lookup_kwarg):
                chosen = {field.m2m_reverse_field_name(): values}
                queryset = queryset.filter(Exists(links.filter(build_q_object_from_lookup_parameters(chosen))))
        except (ValueError, ValidationError) as error:
            raise IncorrectLookupParameters(error) from error
        if values := parameters.get(self.lookup_kwarg_isnull):
            queryset = queryset.filter(~Exists(links) if values[-1] else Exists(links))
        return queryset


admin.FieldListFilter.register(lambda field: field.many_to_many, LinkedFilter, take_priority=True)


class ChosenOnlyFilter(admin.RelatedFieldListFilter):
    """Offers only what some entry of the list has. Unlike Django's own, it looks each up in an index."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        entries = model_admin.model._default_manager.filter(**{field.name: OuterRef("pk")})
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(include_blank=False, limit_choices_to=Q(Exists(entries)), ordering=ordering)
