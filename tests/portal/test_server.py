"""The portal's own server: strange requests, how it ends and begins, and that slow clients harm nobody."""

import os
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.hits import HEADERS
from bench.own_portal import Portal, Server, own_portal
from portal import slow_clients
from tests.support.doors import wait_for

pytestmark = pytest.mark.own_portal

READER = "\r\n".join(f"{name}: {value}" for name, value in HEADERS.items())
THREADS = 8


@pytest.fixture(scope="module")
def portal(migrated_database) -> Iterator[Portal]:
    url = os.environ.get("TEST_DATABASE_URL")
    with own_portal(url and f"{url}_server_{os.getpid()}", migrated_database) as portal:
        portal.addresses = portal.add_articles(2)  # type: ignore[attr-defined]
        yield portal


@pytest.fixture(scope="module")
def server(portal) -> Iterator[Server]:
    with Server(portal, threads=THREADS) as server:
        yield server


def send(server: Server, request: str | bytes, seconds: float = 30) -> str:
    """All that is answered to bytes until the server closes the connection, or for so many seconds."""
    said = b""
    with server.connect() as connection:
        connection.settimeout(seconds)
        connection.sendall(request.encode() if isinstance(request, str) else request)
        try:
            while piece := connection.recv(65536):
                said += piece
        except TimeoutError:
            pass
    return said.decode("utf-8", "replace")


def get(server: Server, path: str, head: str = "", method: str = "GET") -> str:
    return send(server, f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{head}\r\n")


def status_of(answer: str) -> int:
    return int(answer.split(maxsplit=2)[1]) if answer else 0


def test_a_whole_article_in_the_search_box_is_answered_by_the_search_page(server):
    answer = get(server, "/search/?q=" + "%D0%B7%D0%B0%D2%A3%20" * 2800)  # 58,000 characters

    assert status_of(answer) == 200
    assert "<h1" in answer


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/" + "a" * 70_000, 414),
        ("/a b", 400),
        ("/\x01", 400),
        ("/" + "a" * 3000, 400),
    ],
)
def test_an_address_that_cannot_be_is_refused_calmly(server, path, status):
    answer = get(server, path)

    assert status_of(answer) == status
    assert "Traceback" not in answer


def test_a_long_head_is_refused(server):
    assert status_of(get(server, "/", f"X-Long: {'a' * 600_000}\r\n")) == 431


def test_letters_that_are_not_escaped_are_understood(server):
    answer = get(server, "/search/?q=Мақала")

    assert status_of(answer) == 200
    assert 'value="Мақала"' in answer


@pytest.mark.parametrize(("method", "status"), [("TRACE", 405), ("FOO", 403)])
def test_other_methods_are_refused(server, method, status):
    assert status_of(get(server, "/", method=method)) == status


def test_a_reading_counts_once_whatever_is_asked_besides(portal, server):
    [address, _] = portal.addresses
    pk = int(re.search(r"\d+", address)[0])

    for path in (address, address + "?" + "x" * 9000, address):
        get(server, path, f"{READER}\r\n")
    get(server, address, f"{READER}\r\n", method="HEAD")

    assert wait_for(lambda: portal.read_counts().get(pk) == 3)


def test_a_user_agent_of_twenty_kilobytes_counts(portal, server):
    [_, address] = portal.addresses
    pk = int(re.search(r"\d+", address)[0])

    get(server, address, f"User-Agent: Mozilla/5.0 {'a' * 20_000} Firefox/130\r\n")

    assert wait_for(lambda: portal.read_counts().get(pk) == 1)


def test_a_form_that_breaks_off_is_refused_as_a_whole(server):
    """Django would take the half of a form for the whole."""
    with server.connect() as connection:
        connection.sendall(
            b"POST /subscribe/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: 1000\r\n\r\nemail=reader@example.org&about="
        )
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(30)
        answer = connection.recv(65536).decode()

    assert status_of(answer) == 400
    assert "Байланыс үзілді" in answer or "Bad Request" in answer


def test_a_form_in_chunks_is_understood(server):
    answer = send(
        server,
        "POST /subscribe/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n9\r\nemail=a@b\r\n0\r\n\r\n",
    )

    assert status_of(answer) == 200
    assert 'value="a@b"' in answer


def test_what_is_too_large_is_refused_before_it_is_sent(server):
    answer = send(
        server,
        f"POST /subscribe/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {slow_clients.LARGEST + 1}\r\n\r\n",
        seconds=5,
    )

    assert status_of(answer) == 413
    assert "тым үлкен" in answer


def test_clients_that_send_nothing_more_leave_threads_to_readers(server):
    """Twice as many as there are threads. Those that find no place are told to come again; readers notice nothing."""
    head = b"POST /subscribe/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nemail="
    clients = [server.connect() for _ in range(2 * THREADS)]
    for client in clients:
        client.sendall(head)
    time.sleep(0.5)
    begun = time.monotonic()
    page = get(server, "/")
    took = time.monotonic() - begun
    answered = []
    for client in clients:
        client.settimeout(3)
        try:
            answered.append(status_of(client.recv(65536).decode()))
        except TimeoutError:
            answered.append(0)
        client.close()

    assert status_of(page) == 200
    assert took < 2
    assert sorted(answered) == [0] * (THREADS // 4) + [503] * (2 * THREADS - THREADS // 4)


def test_many_who_send_at_the_same_moment_are_all_answered(server):
    """As editors do: what they send has come with its head, so each takes a place for a moment only."""
    form = "POST /subscribe/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\nConnection: close\r\n\r\nemail=a@b"
    with ThreadPoolExecutor(THREADS // 2) as people:
        answers = list(people.map(lambda _: status_of(send(server, form)), range(8 * THREADS)))

    assert set(answers) == {200}


def test_a_place_is_free_again_when_a_client_is_given_up(server, portal):
    head = b"POST /subscribe/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nemail="
    with server.connect() as client:
        client.sendall(head)
        client.settimeout(slow_clients.PATIENCE + 15)
        answer = client.recv(65536).decode()

    assert status_of(answer) == 408
    assert "тым баяу" in answer


def test_a_worker_that_is_killed_is_replaced(server, portal):
    before = {*server.workers()}
    server.kill_worker()

    assert wait_for(lambda: bool(server.workers()) and not before & {*server.workers()}, 20)
    server.wait_for_worker()
    assert status_of(get(server, "/")) == 200


def test_what_was_asked_before_the_end_is_answered(portal):
    """And the last readings are counted then, for the disk of the node may be deleted with it."""
    address = portal.addresses[0]
    before = sum(portal.read_counts().values())
    with Server(portal, threads=THREADS) as server:
        idle = server.connect()
        idle.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        idle.recv(65536)
        with server.connect() as connection:
            connection.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n{READER}\r\n\r\n".encode())
            time.sleep(0.05)
            begun = time.monotonic()
            server.process.terminate()
            connection.settimeout(20)
            status = status_of(connection.recv(65536).decode("utf-8", "replace"))
        server.process.wait()
        took = time.monotonic() - begun
        idle.close()

    assert status == 200
    assert took < 10
    assert server.process.returncode == 0
    assert sum(portal.read_counts().values()) == before + 1


def test_the_server_speaks_tls_and_http_2_itself(portal, tmp_path):
    import ssl
    import subprocess

    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", tmp_path / "key.pem",
         "-out", tmp_path / "chain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(cafile=str(tmp_path / "chain.pem"))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with Server(portal, options=["--certificate", tmp_path / "chain.pem", "--key", tmp_path / "key.pem"]) as server:
        with context.wrap_socket(server.connect(), server_hostname="127.0.0.1") as connection:
            chosen = connection.selected_alpn_protocol()
        context.set_alpn_protocols(["http/1.1"])
        with context.wrap_socket(server.connect(), server_hostname="127.0.0.1") as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            status = status_of(connection.recv(65536).decode("utf-8", "replace"))

    assert chosen == "h2"
    assert status == 200
