"""Rates in templates: the header's widget, and changes with their sign."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format

from rates.display import shown
from rates.models import Rate

register = template.Library()


@register.inclusion_tag("rates/widget.html")
def rates_widget() -> dict[str, Any]:
    """The day's rates of the currencies chosen in the admin; nothing while there are none."""
    rates = list(Rate.objects.in_widget().current())
    return {"rates": shown(rates), "day": rates[0].day if rates else None}


@register.filter
def signed(change: Decimal | None) -> str:
    """+0.97, −2.84 with a true minus, 0.00; nothing where the change is unknown."""
    if change is None:
        return ""
    sign = "+" if change > 0 else "\N{MINUS SIGN}" if change < 0 else ""
    return sign + number_format(abs(change))
