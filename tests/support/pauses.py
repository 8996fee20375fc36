"""The pauses that follow a failure of a service; without an end to them one test would be felt by the next."""

from news.channels import telegram
from news.newsletter import sender
from news.syndication import pings
from portal import storage
from portal.shared_cache import shared_cache

CIRCUITS = [shared_cache.circuit, storage.circuit, telegram.circuit, sender.circuit, *pings.circuits.values()]


def end_pauses() -> None:
    """As if so much time had passed since the last failure that each service may be tried again."""
    for circuit in CIRCUITS:
        circuit.close()
