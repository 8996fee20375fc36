"""Who sent a request, and whether by TLS, behind the proxies that this installation trusts.

Everything that counts or logs addresses takes them from here: sign-ins, the API's limit and the form of subscriptions.
"""

import re
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address

PORT = re.compile(r"\[(?P<v6>[^\]]+)\](?::\d+)?|(?P<v4>[\d.]+):\d+")
"""An address with a port, as some proxies write it."""
THIS_MACHINE = IPv4Address("127.0.0.1")


def behind_proxies(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """A WSGI application that knows whether the client came by TLS, if it was one of our own proxies that served it."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told = environ.get("HTTP_X_FORWARDED_PROTO")
        if told in ("http", "https") and is_trusted(parse_address(environ.get("REMOTE_ADDR", "")) or THIS_MACHINE):
            environ["wsgi.url_scheme"] = told
        return application(environ, start_response)

    return answer


def client_address(request: HttpRequest) -> str:
    """The last address on the way of the request that is none of our own proxies (`settings.TRUSTED_PROXIES`).

    Each proxy adds the address it was called from at the end of X-Forwarded-For. So the header is read backwards, and
    only as long as a trusted proxy has written what is read; whatever stands further left may be invented. What cannot
    be read as an address counts as its proxy's own.
    """
    # A server that listens on a Unix socket knows no address: whoever writes there is on this machine.
    address = parse_address(request.META.get("REMOTE_ADDR", "")) or THIS_MACHINE
    for entry in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        before = parse_address(entry)
        if before is None or not is_trusted(address):
            break
        address = before
    return str(address)


def network_of(address: str) -> str:
    """What is counted as one client: an IPv4 address, or the /64 of an IPv6 address, as one household has all of it."""
    parsed = ip_address(address)
    return str(ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)


def client_network(request: HttpRequest) -> str:
    """The network of the client's address."""
    return network_of(client_address(request))


def is_trusted(address: Address) -> bool:
    """Whether the address is one of our own proxies."""
    return any(address in network for network in settings.TRUSTED_PROXIES)


def parse_address(text: str) -> Address | None:
    """The address, without a port and a zone; None where the text is no address."""
    text = text.strip()
    if with_port := PORT.fullmatch(text):
        text = with_port["v6"] or with_port["v4"]
    try:
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
