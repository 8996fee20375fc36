"""The admin of the rates: currencies, all rates, those held back, and the bank's answers."""

from decimal import Decimal
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.admin.lists import GrowingListMixin
from portal.admin.site import InvalidatesPagesMixin
from portal.editions import localized_columns
from rates import clerk
from rates.clerk import NotDecidable
from rates.display import percent_change, to_tiyn
from rates.forms import CurrencyRowForm, RateForm
from rates.models import BankAnswer, Currency, HeldRate, Rate, RateQuerySet


@admin.register(Currency)
class CurrencyAdmin(InvalidatesPagesMixin):
    list_display = ["code", "name", "in_widget", "position", "jump_limit"]
    list_editable = ["in_widget", "position"]
    list_filter = ["in_widget"]
    search_fields = ["code", *localized_columns("name")]
    fields = ["code", *localized_columns("name"), "in_widget", "position", "jump_limit"]

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, form=CurrencyRowForm, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Currency | None = None) -> list[str]:
        return ["code"] if obj else []  # a new code would turn the whole history into that of another currency


def signed_in_user(request: HttpRequest) -> User:
    """Whoever works in the admin; it lets nobody in who is not signed in."""
    return cast(User, request.user)


@admin.action(permissions=["change"], description=_("Put the chosen rates in force"))
def accept(model_admin: Any, request: HttpRequest, rates: QuerySet[Any]) -> None:
    accepted = 0
    for rate in rates.order_by("day", "id"):
        try:
            accepted += clerk.accept(rate, by=signed_in_user(request))
        except NotDecidable:
            continue  # an earlier one of the chosen rates has put it in force too
    text = ngettext("%d rate is in force now.", "%d rates are in force now.", accepted) % accepted
    model_admin.message_user(request, text)


@admin.action(permissions=["change"], description=_("Refuse or take back the chosen rates"))
def refuse(model_admin: Any, request: HttpRequest, rates: QuerySet[Any]) -> None:
    refused = 0
    for rate in rates:
        try:
            clerk.refuse(rate, by=signed_in_user(request))
            refused += 1
        except NotDecidable as error:
            model_admin.message_user(request, str(error), messages.WARNING)
    if refused:
        text = ngettext("%d rate is refused.", "%d rates are refused.", refused) % refused
        model_admin.message_user(request, text)


class FiguresMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Columns with figures as people write them."""

    @admin.display(description=_("rate"), ordering="value")
    def display_value(self, rate: Rate) -> Decimal:
        return to_tiyn(rate.value)

    @admin.display(description=_("change"), ordering="change")
    def display_change(self, rate: Rate) -> Decimal | None:
        return None if rate.change is None else to_tiyn(rate.change)

    @admin.display(description=_("answer of the bank"))
    def display_answer(self, rate: Rate) -> str:
        if rate.answer_id is None:
            return self.get_empty_value_display()
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:rates_bankanswer_change", args=[rate.answer_id]), rate.answer
        )


@admin.register(Rate)
class RateAdmin(FiguresMixin, GrowingListMixin):
    """Every rate there ever was, in force or not. Nobody changes one; a correction is another rate, entered by hand."""

    form = RateForm
    actions = [accept, refuse]
    list_display = [
        "day",
        "currency",
        "nominal",
        "display_value",
        "display_change",
        "state",
        "origin",
        "entered_by",
        "stored_at",
    ]
    list_filter = ["state", "origin", "currency"]
    list_select_related = ["currency", "entered_by"]
    date_hierarchy = "day"
    search_fields = ["currency__code", *localized_columns("currency__name")]
    autocomplete_fields = ["currency"]
    fields = ["currency", "day", "nominal", "value", "change", "reason"]

    def get_fields(self, request: HttpRequest, obj: Rate | None = None) -> list[Any]:
        if obj is None:
            return self.fields
        return [
            *self.fields,
            "state",
            "origin",
            "display_answer",
            "entered_by",
            "stored_at",
            "decided_by",
            "decided_at",
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Rate | None = None) -> list[Any]:
        return self.get_fields(request, obj) if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("answer__compressed")

    def save_model(self, request: HttpRequest, obj: Rate, form: Any, change: bool) -> None:
        clerk.enter(obj, by=signed_in_user(request))
        if obj.state == Rate.State.HELD_BACK:
            self.message_user(
                request,
                _("This rate is far from the one before it. It waits among the rates held back for a second look."),
                messages.WARNING,
            )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(HeldRate)
class HeldRateAdmin(FiguresMixin, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """The rates clerk's page: rates held back, each beside the one it is compared with, to be accepted or refused."""

    actions = [accept, refuse]
    list_display = ["day", "currency", "nominal", "display_value", "before", "display_difference", "origin", "reason"]
    list_display_links = None
    list_filter = ["currency"]
    list_select_related = ["currency"]
    list_per_page = 200
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        before = Rate.objects.in_force().filter(currency=OuterRef("currency"), day__lt=OuterRef("day")).order_by("-day")
        columns = {f"{name}_before": Subquery(before.values(name)[:1]) for name in ("day", "value", "nominal")}
        rates: RateQuerySet = super().get_queryset(request)  # type: ignore[assignment]  # the stubs see any QuerySet
        return rates.held_back().annotate(**columns)

    @admin.display(description=_("in force before"))
    def before(self, rate: Any) -> str | None:
        if rate.value_before is None:
            return None
        figure = number_format(to_tiyn(rate.value_before))
        nominal = "" if rate.nominal_before == rate.nominal else f" / {number_format(rate.nominal_before)}"
        return f"{figure}{nominal} ({rate.day_before:%d.%m.%Y})"

    @admin.display(description=_("difference"))
    def display_difference(self, rate: Any) -> str | None:
        if rate.value_before is None:
            return None
        return f"{number_format(percent_change(rate.value_before, rate.nominal_before, rate.value, rate.nominal))} %"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(BankAnswer)
class BankAnswerAdmin(GrowingListMixin):
    """The answers of the bank, byte for byte."""

    list_display = ["fetched_at", "asked_for", "size", "place", "sha256"]
    date_hierarchy = "fetched_at"
    fields = ("fetched_at", "confirmed_at", "asked_for", "place", "size", "sha256", "is_intact", "rates_read", "text")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("compressed")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """No filter by the bytes: an address has none that could be compared with them."""
        return not lookup.startswith("compressed") and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("bytes as they came"), boolean=True)
    def is_intact(self, answer: BankAnswer) -> bool:
        return answer.is_intact

    @admin.display(description=_("rates read from it"))
    def rates_read(self, answer: BankAnswer) -> str:
        address = reverse("admin:rates_rate_changelist", query={"answer": answer.pk})
        return format_html('<a href="{}">{}</a>', address, answer.rates.count())

    @admin.display(description=_("text"))
    def text(self, answer: BankAnswer) -> str:
        return format_html("<pre>{}</pre>", answer.data.decode(errors="replace"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
