"""What the doctor says of keys, names and addresses: of an installation that is well, and of one that is not."""

import http.server
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from portal.doctor import addresses
from tests.support.servers import serving


@pytest.mark.parametrize("key", ["short", "a" * 60, "django-insecure-" + "0123456789" * 5, "0123456789" * 4])
def test_key_that_can_be_guessed_is_wrong(settings, key):
    settings.SECRET_KEY = key

    assert len(list(addresses.check_secret_key())) == 1


def test_long_random_key_is_well(settings):
    settings.SECRET_KEY = "0123456789" * 5

    assert list(addresses.check_secret_key()) == []


@pytest.mark.parametrize(("debug", "count"), [(True, 1), (False, 0)])
def test_debug(settings, debug, count):
    settings.DEBUG = debug

    assert len(list(addresses.check_debug())) == count


@pytest.mark.parametrize(
    ("hosts", "url", "count"),
    [
        (["portal.example"], "https://portal.example", 0),
        ([".example"], "https://portal.example", 0),
        (["other.example"], "https://portal.example", 1),
        ([], "https://portal.example", 1),
        (["*"], "https://portal.example", 1),
    ],
)
def test_hosts(settings, hosts, url, count):
    settings.ALLOWED_HOSTS, settings.SITE_URL = hosts, url

    assert len(list(addresses.check_hosts())) == count


@pytest.mark.parametrize(
    ("url", "count"),
    [
        ("https://portal.example", 0),
        ("http://127.0.0.1:8000", 0),
        ("http://localhost", 0),
        ("http://portal.example", 1),
        ("portal.example", 1),
        ("ftp://portal.example", 1),
        ("https://portal.example/news", 1),
    ],
)
def test_site_url(settings, url, count):
    settings.SITE_URL = url

    assert len(list(addresses.check_site_url())) == count


@pytest.mark.parametrize(("host", "count"), [("localhost", 0), ("no-such-name.invalid", 1)])
def test_name(settings, host, count):
    settings.SITE_URL = f"https://{host}"

    assert len(list(addresses.check_name())) == count


@pytest.mark.parametrize(
    ("networks", "count"),
    [
        (["127.0.0.0/8", "::1", "10.0.0.0/8", "192.0.2.7", "2001:db8::/32"], 0),
        (["0.0.0.0/0"], 1),
        (["64.0.0.0/2", "::/0"], 2),
    ],
)
def test_proxies(settings, networks, count):
    settings.TRUSTED_PROXIES = [ip_network(each) for each in networks]

    assert len(list(addresses.check_proxies())) == count


class Site(http.server.ThreadingHTTPServer):
    """Answers each request with the same status and headers."""

    daemon_threads = True
    answer: tuple[int, dict[str, str]] = (200, {})


class Handler(http.server.BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        status, headers = self.server.answer
        self.send_response(status)
        for name, value in ({"Content-Length": "0"} | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    """A certificate for localhost that ends in 30 days, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def site(certificate, settings, monkeypatch) -> Iterator[Site]:
    """A site with TLS that is as it should be, whose certificate this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server = Site(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.answer = (200, {"Strict-Transport-Security": "max-age=31536000"})
    settings.SITE_URL = f"https://localhost:{server.server_address[1]}"
    monkeypatch.setattr(addresses, "HTTP_PORT", closed_port())
    with serving(server):
        yield server


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def said() -> str:
    return " ".join(sentence for _level, sentence in addresses.check_tls())


def test_site_with_tls_is_well(site):
    assert said() == ""


def test_site_without_tls_is_not_asked(settings):
    settings.SITE_URL = "http://127.0.0.1:9"

    assert said() == ""


def test_certificate_that_nobody_trusts(site, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")

    assert "self-signed certificate" in said()


def test_certificate_of_another_name(site, settings):
    settings.SITE_URL = settings.SITE_URL.replace("localhost", "127.0.0.1")

    assert "IP address mismatch" in said()


@pytest.mark.parametrize(("days", "is_told"), [(10, False), (20, True)])
def test_certificate_that_ends_soon(site, days, is_told, monkeypatch):
    ahead = time.time() + timedelta(days=days).total_seconds()
    monkeypatch.setattr(addresses.time, "time", lambda: ahead)

    assert ("29" in said() or str(29 - days) in said()) is is_told


def test_site_that_does_not_answer(settings):
    settings.SITE_URL = f"https://localhost:{closed_port()}"

    assert settings.SITE_URL in said()


def test_redirect_to_itself(site, settings):
    site.answer = (301, {"Location": f"{settings.SITE_URL}/"})

    assert "X-Forwarded-Proto" in said()


def test_redirect_to_another_page_is_well(site, settings):
    site.answer = (301, {"Location": f"{settings.SITE_URL}/kk/", "Strict-Transport-Security": "max-age=1"})

    assert said() == ""


def test_answers_without_hsts(site):
    site.answer = (200, {})

    assert "Strict-Transport-Security" in said()


@pytest.mark.parametrize(
    ("answer", "is_told"),
    [((200, {}), True), ((301, {"Location": "https://localhost/"}), False), ((301, {"Location": "/news/"}), True)],
)
def test_pages_without_tls(site, monkeypatch, answer, is_told):
    with serving(Site(("127.0.0.1", 0), Handler)) as plain:
        plain.answer = answer
        monkeypatch.setattr(addresses, "HTTP_PORT", plain.server_address[1])

        assert ("http://localhost" in said()) is is_told


def test_nothing_of_a_password_in_an_address_is_said():
    assert addresses.one_line("no\n postgres://me:secret@db/x") == "no postgres://db/x"
