"""What an editor decides about a post or a letter that is not sent automatically."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from news.editorial.workflow import Refused
from news.models.delivery import Delivery

State = Delivery.State


@dataclass(frozen=True)
class Decision:
    label: Promise
    log: str
    """A fixed English sentence for the log, translated when it is displayed (`portal.admin.audit`)."""
    of: tuple[str, ...]
    """The states in which this decision is possible."""
    to: str


DECISIONS = {
    "release": Decision(
        gettext_lazy("Release it"), gettext_noop("Released."), (State.HELD, State.SKIPPED, State.REFUSED), State.DUE
    ),
    "again": Decision(
        gettext_lazy("It has not arrived: send it again"), gettext_noop("Sent again."), (State.UNKNOWN,), State.DUE
    ),
    "arrived": Decision(
        gettext_lazy("It has arrived"), gettext_noop("Confirmed as arrived."), (State.UNKNOWN,), State.SENT
    ),
    "skip": Decision(
        gettext_lazy("Do not send it"),
        gettext_noop("Will not be sent."),
        (State.HELD, State.DUE, State.REFUSED, State.UNKNOWN),
        State.SKIPPED,
    ),
}


def possible_decisions(delivery: Delivery) -> dict[str, Decision]:
    return {name: each for name, each in DECISIONS.items() if delivery.state in each.of}


@transaction.atomic
def decide(delivery: Delivery, name: str, *, by: User, **values: Any) -> None:
    """Raises Refused if the state has changed meanwhile."""
    decision = DECISIONS[name]
    if not delivery.same.filter(state__in=decision.of).update(state=decision.to, claim="", trouble="", **values):
        raise Refused(_("This was changed meanwhile; reload the page."))
    LogEntry.objects.log_actions(by.pk, [delivery], CHANGE, change_message=decision.log, single_object=True)
