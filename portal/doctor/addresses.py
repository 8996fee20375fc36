"""Checks of keys, names and addresses: what the settings say, and how the portal answers at its public address."""

import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from ipaddress import IPv4Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils.translation import gettext as _

from portal.doctor.findings import Finding, one_line, wrong

LEAST_KEY, LEAST_LETTERS = 50, 5
PATIENCE = 5.0
"""Seconds for an answer of the portal's own address."""
CERTIFICATE_DAYS = 14
HTTP_PORT = 80
WIDEST = {4: 8, 6: 16}
"""The bits of the widest network that can be one's own proxies: 10.0.0.0/8 is the widest private one."""


def check_secret_key() -> Iterator[Finding]:
    key = settings.SECRET_KEY
    if len(key) < LEAST_KEY or len(set(key)) < LEAST_LETTERS or key.startswith("django-insecure"):
        yield wrong(
            _(
                "SECRET_KEY can be guessed, and with it anybody signs in as anybody. Set it to a random string of at "
                "least 50 letters; everybody has to sign in again."
            )
        )


def check_debug() -> Iterator[Finding]:
    if settings.DEBUG:
        yield wrong(_("DEBUG is on: error pages show readers code and settings. Remove it from the environment."))


def check_hosts() -> Iterator[Finding]:
    if "*" in settings.ALLOWED_HOSTS:
        yield wrong(_("ALLOWED_HOSTS has *, so anybody's host name gets into pages. List the names of this portal."))
    host = urlsplit(settings.SITE_URL).hostname or ""
    if not validate_host(host, settings.ALLOWED_HOSTS):
        yield wrong(
            _("ALLOWED_HOSTS lacks the host of SITE_URL, so readers get 400: add %s.") % (host or settings.SITE_URL)
        )


def check_proxies() -> Iterator[Finding]:
    for network in settings.TRUSTED_PROXIES:
        kind = 4 if isinstance(network, IPv4Network) else 6
        if network.prefixlen < WIDEST[kind]:
            yield wrong(
                _(
                    "TRUSTED_PROXIES has %s, which is wider than any network of proxies: strangers can invent their "
                    "address. List your own proxies alone."
                )
                % network
            )


def is_this_machine(host: str) -> bool:
    """Whether an address leads nowhere else."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def check_site_url() -> Iterator[Finding]:
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        yield wrong(_("SITE_URL is no address such as https://portal.example: %s") % one_line(settings.SITE_URL))
    elif parts.scheme == "http" and not is_this_machine(parts.hostname):
        yield wrong(
            _(
                "SITE_URL begins with http://, so passwords travel unencrypted. Give the proxy a certificate and write "
                "https://."
            )
        )


def check_tls() -> Iterator[Finding]:
    """Only for an address with https, which is asked as a reader would."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme != "https" or not parts.hostname:
        return
    connection = http.client.HTTPSConnection(
        parts.hostname, parts.port or 443, timeout=PATIENCE, context=ssl.create_default_context()
    )
    try:
        connection.connect()
        days = days_left(connection.sock)
        connection.request("GET", "/", headers={"User-Agent": "doctor (bot)"})
        answer = connection.getresponse()
        answer.read()
    except ssl.SSLCertVerificationError as error:
        yield wrong(
            _("Browsers refuse the certificate of %(site)s: %(error)s. Renew it, or give the proxy the whole chain.")
            % {"site": settings.SITE_URL, "error": error.verify_message}
        )
        return
    except (OSError, http.client.HTTPException) as error:
        yield wrong(
            _("%(site)s does not answer: %(error)s. See whether the proxy runs and the name leads to it.")
            % {"site": settings.SITE_URL, "error": one_line(error)}
        )
        return
    finally:
        connection.close()
    if days < CERTIFICATE_DAYS:
        yield wrong(_("The certificate of the site ends in %d days. See why it is not renewed by itself.") % days)
    if answer.status in (301, 302, 307, 308) and is_same_address(answer.getheader("Location", "")):
        yield wrong(
            _("The site redirects to itself for ever: let the proxy send X-Forwarded-Proto, and the server believe it.")
        )
    elif not answer.getheader("Strict-Transport-Security"):
        yield wrong(_("Answers lack Strict-Transport-Security: something before the portal removes the header."))
    yield from find_plain_answer(parts.hostname)


def days_left(connection: ssl.SSLSocket) -> int:
    """Whole days until the certificate of the other side ends."""
    ends = ssl.cert_time_to_seconds(str((connection.getpeercert() or {})["notAfter"]))
    return int((ends - time.time()) // 86400)


def is_same_address(location: str) -> bool:
    there, here = urlsplit(location), urlsplit(settings.SITE_URL)
    return (there.scheme, there.netloc, there.path or "/") == (here.scheme, here.netloc, "/")


def find_plain_answer(host: str) -> Iterator[Finding]:
    """Whether pages are also given without TLS."""
    connection = http.client.HTTPConnection(host, HTTP_PORT, timeout=PATIENCE)
    try:
        connection.request("GET", "/", headers={"User-Agent": "doctor (bot)"})
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException):
        return  # nobody answers there, which is safe
    finally:
        connection.close()
    if not answer.getheader("Location", "").startswith("https://"):
        yield wrong(_("http://%s answers without a redirect to https://. Let the proxy redirect every address.") % host)


def check_name() -> Iterator[Finding]:
    host = urlsplit(settings.SITE_URL).hostname or ""
    try:
        socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        yield wrong(_("The name %s leads nowhere. Enter it in the DNS.") % host)
