"""For operators: whether the rates are as new as they should be, and how many wait for the rates clerk."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from portal.doctor.findings import Finding, hint, wrong
from rates.display import are_old, newest_day
from rates.models import Rate


def report_health() -> dict[str, Any]:
    """What /health/ready reports of the rates (settings.HEALTH_DETAILS)."""
    newest = newest_day(Rate.objects.current())
    return {
        "day": newest and newest.isoformat(),
        "old": are_old(newest),
        "held_back": Rate.objects.held_back().count(),
    }


def check_rates() -> Iterator[Finding]:
    """For `manage.py doctor`."""
    report = report_health()
    if report["day"] is None:
        yield wrong(_("There are no exchange rates. Run manage.py update_rates."))
    elif report["old"]:
        yield wrong(
            _("The newest exchange rates are of %s. Run manage.py update_rates and see what it says.") % report["day"]
        )
    if report["held_back"]:
        yield hint(_("Exchange rates wait for the clerk's decision in the admin: %d.") % report["held_back"])
