"""Rates in templates: the header's widget, the rates of an article's day, amounts in its text, numbers with a sign."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.safestring import mark_safe

from rates import amounts, conversion
from rates.display import are_old, display_rates, load_week, newest_day, to_tiyn
from rates.models import LONGEST_HOLIDAYS, Rate, leave_out_ended

register = template.Library()

RENDER_KEY = "rates on %s"
"""Under which the rates of a day are cached in the context while a page is rendered."""


@register.inclusion_tag("rates/widget.html", takes_context=True)
def rates_widget(context: Context, moment: datetime | date | None = None) -> dict[str, Any]:
    """Today's rates of the currencies chosen for the header; nothing while there are none.

    A page that also shows the rates of another day passes its `moment`, so that one query loads both.
    """
    if moment is None:
        rates = Rate.objects.in_widget().current()
    else:
        today, then = timezone.localdate(), day_of(moment)
        on = Rate.objects.current_on([today, then])
        context.render_context[RENDER_KEY % then] = on[then]
        rates = leave_out_ended([rate for rate in on[today] if rate.currency.in_widget])
    day = newest_day(rates)
    return {"rates": display_rates(rates), "day": day, "are_old": are_old(day)}


@register.inclusion_tag("rates/week.html")
def rates_of_week(block: Any) -> dict[str, Any]:
    """How the header's currencies went in the last seven days; nothing while there are no rates of them.

    `block` is the place on the page: it has a name and a heading.
    """
    return {"block": block, "rows": load_week(timezone.localdate())}


@register.inclusion_tag("admin/rates/desk.html", takes_context=True)
def desk_rates(context: Context) -> dict[str, Any]:
    """Today's rates on the editors' first page, and whether any are old or held back, for those who may see them."""
    user = context["user"]
    if not user.has_perm("rates.view_rate"):
        return {}
    rates = Rate.objects.in_widget().current()
    day = newest_day(rates)
    held_back = Rate.objects.held_back().count() if user.has_perm("rates.view_heldrate") else 0
    return {
        "rates": display_rates(rates),
        "day": day,
        "are_old": are_old(day),
        "held_back": held_back,
        "is_allowed": True,
    }


@register.inclusion_tag("rates/of_day.html", takes_context=True)
def rates_of_day(context: Context, moment: datetime | date | None) -> dict[str, Any]:
    """The header's currencies on the day of an article; nothing where there are no rates of that time."""
    rates = [rate for rate in _load_rates(context, moment) if rate.currency.in_widget]
    return {"rates": display_rates(rates), "day": newest_day(rates)}


@register.inclusion_tag("rates/body.html", takes_context=True)
def body_with_amounts(context: Context, body: str, moment: datetime | date | None) -> dict[str, Any]:
    """A sanitized text in which each amount of money has a button that shows its value on the day of the article."""
    rates = _load_rates(context, moment) if amounts.has_amounts(body) else []
    into = [rate.currency.code for rate in rates if rate.currency.in_widget]
    html, opened = amounts.add_amount_buttons(
        body, conversion.units_by_code(rates), into, commas_group=amounts.uses_comma_grouping()
    )
    return {"body": mark_safe(html), "opened": opened, "day": newest_day(rates)}  # noqa: S308  # see the docstring


def _load_rates(context: Context, moment: datetime | date | None) -> list[Rate]:
    """The rates of a day, queried once for a page."""
    if moment is None:
        return []
    day = day_of(moment)
    cached = context.render_context
    if RENDER_KEY % day not in cached:
        cached[RENDER_KEY % day] = Rate.objects.current(on=day)
    return [rate for rate in cached[RENDER_KEY % day] if day - rate.day <= LONGEST_HOLIDAYS]


def day_of(moment: datetime | date) -> date:
    """The day in Kazakhstan."""
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


@register.filter
def tenge(value: Decimal) -> str:
    """A rate or an amount with two decimals, or with as many more as it needs."""
    return number_format(to_tiyn(value))


@register.filter
def with_sign(change: Decimal | None) -> str:
    """A change as +0.97, −2.84 (with a minus sign, not a hyphen) or 0.00; empty where it is unknown."""
    if change is None:
        return ""
    sign = "+" if change > 0 else "\N{MINUS SIGN}" if change < 0 else ""
    return sign + number_format(to_tiyn(abs(change)))
