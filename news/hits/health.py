"""For operators: whether readings wait that nobody counts."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from news.hits import journals
from news.models import HitJournal
from portal.doctor.findings import Finding, wrong

PATIENCE = 60
"""Seconds after which a running portal has certainly counted what was read."""


def check_readings() -> Iterator[Finding]:
    sizes = journals.sizes(settings.HITS_DIR)
    counted = dict(HitJournal.objects.filter(name__in=[path.stem for path in sizes]).values_list("name", "offset"))
    if journals.seconds_since_folding(settings.HITS_DIR) > PATIENCE and any(
        journals.read_lines(path, counted.get(path.stem, 0), size) for path, size in sizes.items()
    ):
        yield wrong(_("Readings wait to be counted. Start the portal, or run manage.py fold_hits."))
