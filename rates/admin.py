from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from rates.display import to_tiyn
from rates.models import Currency, Rate


@admin.register(Currency)
class CurrencyAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "in_widget", "position"]
    list_editable = ["in_widget", "position"]
    list_filter = ["in_widget"]
    search_fields = ["code", "name_kk", "name_ru", "name_en"]
    fields = ["code", "name_kk", "name_ru", "name_en", "in_widget", "position"]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []  # another code would make another currency of its whole history


@admin.register(Rate)
class RateAdmin(admin.ModelAdmin):
    """The bank's rates are to be seen only. Who has to correct one deletes it and enters another, marked as by hand."""

    list_display = ["day", "currency", "nominal", "shown_value", "shown_change", "origin", "entered_by"]
    list_filter = ["origin", "currency"]
    list_select_related = ["currency", "entered_by"]
    date_hierarchy = "day"
    search_fields = ["currency__code", "currency__name_kk", "currency__name_ru", "currency__name_en"]
    show_full_result_count = False
    autocomplete_fields = ["currency"]
    fields = ["currency", "day", "nominal", "value", "change", "origin", "entered_by", "fetched_at"]
    readonly_fields = ["origin", "entered_by", "fetched_at"]

    @admin.display(description=_("rate"), ordering="value")
    def shown_value(self, rate):
        return to_tiyn(rate.value)

    @admin.display(description=_("change"), ordering="change")
    def shown_change(self, rate):
        return None if rate.change is None else to_tiyn(rate.change)

    def has_change_permission(self, request, obj=None):
        return (obj is None or obj.origin == Rate.Origin.HAND) and super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        obj.origin = Rate.Origin.HAND
        obj.entered_by = request.user
        super().save_model(request, obj, form, change)
