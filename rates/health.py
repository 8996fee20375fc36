"""For operators: whether the rates are as new as they should be, and how many wait for the rates clerk."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

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


def report_metrics() -> Iterator[Metric]:
    """The same for /metrics (settings.METRICS)."""
    newest = newest_day(Rate.objects.current())
    if newest:
        age = GaugeMetricFamily("portal_rates_age_days", "Days since the newest day of the rates.")
        age.add_metric([], (timezone.localdate() - newest).days)
        yield age
    old = GaugeMetricFamily("portal_rates_old", "Whether the rates are older than they should be.")
    old.add_metric([], are_old(newest))
    held_back = GaugeMetricFamily("portal_rates_held_back", "Rates that wait for the rates clerk.")
    held_back.add_metric([], Rate.objects.held_back().count())
    yield from (old, held_back)
