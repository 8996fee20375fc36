"""What a reader can do with a subscription. Its link is the key, and it is sent to the subscribed address only."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from news.models import Arrival, Letter, Subscription
from news.search import saved
from news.taxonomy import MODELS

LINK_EVERY = timedelta(minutes=10)
"""The shortest time between two links to one address, whoever requests them."""
UNCONFIRMED_FOR = timedelta(days=7)
UNREACHED_FOR = timedelta(days=30)
"""As the page about privacy says."""
FORGOTTEN_AFTER = timedelta(weeks=3)
"""A bounce that is older than this does not count any more."""
LETTERS_THAT_HEAL = 20
"""So many letters that a server took, with no bounce in between, clear the count."""


class BounceKind(StrEnum):
    """Why a letter came back. Each has a patience of its own."""

    UNKNOWN = "unknown"
    """There is no such mailbox."""
    FULL = "full"
    """The mailbox is full, or its server could not be reached for days."""
    POLICY = "policy"
    """The server does not want letters from us, or not this one: rarely the reader's fault."""
    COMPLAINT = "complaint"
    """The reader called the letter spam."""


PATIENCE = {
    BounceKind.UNKNOWN: (3, timedelta(0)),
    BounceKind.FULL: (5, timedelta(days=14)),
    BounceKind.POLICY: (10, timedelta(days=30)),
    BounceKind.COMPLAINT: (1, timedelta(0)),
}
"""After so many bounces in a row, over at least so long a time, an address is given up."""

NO_BOUNCES = {"bounces": 0, "bounced_at": None, "bouncing_since": None, "taken": 0}

token_signer = Signer(salt="news.subscription", sep=".")


@transaction.atomic
def request_subscription(email: str, edition: str, frequency: str, about: list[str]) -> None:
    """Sends the link with which the owner of the address confirms, or changes what there is.

    A stranger who types the address changes nothing that is confirmed, and learns nothing.
    """
    values = {"frequency": frequency, "about": about}
    row, is_new = Subscription.objects.get_or_create(email=email.lower(), edition=edition, defaults=values)
    if not is_new and row.confirmed_at is None:
        Subscription.objects.filter(pk=row.pk).update(**values)
    now = timezone.now()
    recent = Subscription.objects.filter(email=row.email, asked_at__gt=now - LINK_EVERY)
    if not recent.filter(edition=edition).exists() and recent.count() < 3:
        Subscription.objects.filter(pk=row.pk).update(asked_at=now)
        Letter.objects.create(subscription=row)


def confirm_subscription(row: Subscription) -> None:
    """Starts the letters from now on; also to an address that was given up, because a letter has reached it."""
    now = timezone.now()
    newest = Arrival.objects.aggregate(newest=Max("pk", default=0))["newest"]
    fresh = {"confirmed_at": now, "told": newest, "told_at": now, "dead_at": None} | NO_BOUNCES
    Subscription.objects.filter(pk=row.pk).update(**fresh)


def change_subscription(row: Subscription, frequency: str, about: list[str]) -> None:
    Subscription.objects.filter(pk=row.pk).update(frequency=frequency, about=about)


def delete_subscription(row: Subscription) -> None:
    row.delete()


@transaction.atomic
def record_bounce(row: Subscription, kind: BounceKind = BounceKind.UNKNOWN) -> None:
    """Counts a letter that was permanently refused; after the PATIENCE of its kind the address gets no more letters."""
    now = timezone.now()
    locked = Subscription.objects.select_for_update().filter(pk=row.pk).first()
    if locked is None:  # its owner has unsubscribed meanwhile
        return
    if locked.bounced_at is None or now - locked.bounced_at > FORGOTTEN_AFTER:
        locked.bounces, locked.bouncing_since = 0, now
    locked.bounces, locked.bounced_at, locked.taken = locked.bounces + 1, now, 0
    count, duration = PATIENCE[kind]
    if locked.bounces >= count and now - (locked.bouncing_since or now) >= duration:
        locked.dead_at = locked.dead_at or now
    locked.save(update_fields=["bounces", "bounced_at", "bouncing_since", "taken", "dead_at"])


def record_taken(row: Subscription) -> None:
    """Counts a letter that the server took from us; after LETTERS_THAT_HEAL of them the bounces are forgotten."""
    if not row.bounces:
        return
    Subscription.objects.filter(pk=row.pk).update(taken=F("taken") + 1)
    Subscription.objects.filter(pk=row.pk, taken__gte=LETTERS_THAT_HEAL).update(**NO_BOUNCES)


def describe_interests(about: Sequence[str]) -> str:
    """What a subscription is about, in words of the active language; empty if it is about everything."""
    keys = [each.partition("-") for each in about if not each.startswith(saved.MARK)]
    things = [MODELS[name][0]._default_manager.filter(pk=int(number)).first() for name, _dash, number in keys]
    searches = [words for _key, words in saved.describe_keys(list(about))]
    return ", ".join([*(str(each) for each in things if each), *searches])


def delete_unconfirmed() -> int:
    """Deletes addresses whose owners never confirmed. Returns how many."""
    return _delete(Subscription.objects.filter(confirmed_at=None, made_at__lt=timezone.now() - UNCONFIRMED_FOR))


def delete_unreached() -> int:
    """Deletes addresses that were given up some time ago. Returns how many."""
    return _delete(Subscription.objects.filter(dead_at__lt=timezone.now() - UNREACHED_FOR))


def _delete(rows: QuerySet[Subscription]) -> int:
    _all, of_each = rows.delete()  # their letters go with them
    return of_each.get(Subscription._meta.label, 0)


def token_of(row: Subscription) -> str:
    return token_signer.sign(str(row.pk))


def subscription_of_token(token: str) -> Subscription | None:
    """None if the token is not ours, or its subscription has been deleted."""
    try:
        return Subscription.objects.filter(pk=int(token_signer.unsign(token))).first()
    except (BadSignature, ValueError):
        return None
