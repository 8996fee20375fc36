"""Times and days in words: how long ago, and a day with its weekday and month."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS_ALT, WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import editions

register = template.Library()

WITH_CAPITALS = ("de", "en", "tr")
"""Languages that write the names of days and months with a capital in the middle of a sentence."""


@register.filter
def ago(moment: datetime) -> str:
    """How long ago, as «5 минут бұрын»; before yesterday, the day itself."""
    passed = timezone.now() - moment
    minutes, hours = passed // timedelta(minutes=1), passed // timedelta(hours=1)
    then = timezone.localtime(moment)
    if minutes < 1:
        return _("just now")
    if hours < 1:
        return ngettext("%d minute ago", "%d minutes ago", minutes) % minutes
    if then.date() == timezone.localdate():
        return ngettext("%d hour ago", "%d hours ago", hours) % hours
    if then.date() == timezone.localdate() - timedelta(days=1):
        return _("yesterday at %s") % date_format(then, "TIME_FORMAT")
    return date_format(then, "DATETIME_FORMAT")


@register.filter
def in_full(day: date) -> str:
    """A day as «2024 жылғы 7 наурыз, бейсенбі»."""
    names = {"weekday": str(WEEKDAYS[day.weekday()]), "month": str(MONTHS_ALT[day.month])}
    if editions.current().language not in WITH_CAPITALS:
        names = {key: name.lower() for key, name in names.items()}
    return _("%(weekday)s, %(day)s %(month)s %(year)s") % {**names, "day": day.day, "year": day.year}
