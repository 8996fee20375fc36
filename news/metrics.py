"""What /metrics reports of the news (settings.METRICS): readings that are not counted yet, letters, posts."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from news.hits import journals
from news.models import ChannelPost, HitJournal, Letter
from news.models.delivery import Delivery

State = Delivery.State
OPEN = (State.HELD, State.DUE, State.SENDING, State.UNKNOWN, State.REFUSED)


def report_metrics() -> Iterator[Metric]:
    """Raises DatabaseError."""
    waiting = GaugeMetricFamily("portal_readings_waiting", "Readings in the journals of this node, not counted yet.")
    waiting.add_metric([], count_waiting_readings())
    yield waiting
    yield report_deliveries("portal_letters", "Letters to subscribers that are not sent.", Letter)
    yield report_deliveries("portal_posts", "Posts in channels that are not sent.", ChannelPost)


def count_waiting_readings() -> int:
    """The lines of the journals that are not in the database."""
    ends = journals.sizes(settings.HITS_DIR)
    rows = HitJournal.objects.filter(name__in=[path.stem for path in ends])
    offsets = dict(rows.values_list("name", "offset"))
    count = 0
    for path, end in ends.items():
        start = offsets.get(path.stem, 0)
        while piece := journals.read_lines(path, start, end):
            count += piece.count(b"\n")
            start += len(piece)
    return count


def report_deliveries(name: str, help_text: str, model: type[Delivery]) -> Metric:
    """How many there are in each state in which something is still to be done, or went wrong."""
    family = GaugeMetricFamily(name, help_text, labels=["state"])
    rows = model._base_manager.filter(state__in=OPEN).order_by().values_list("state").annotate(count=Count("pk"))
    counts = dict(rows)
    for state in OPEN:
        family.add_metric([state.value], counts.get(state, 0))
    return family
