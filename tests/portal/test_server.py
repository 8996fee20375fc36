"""The portal's own server: strange requests, how it ends and begins, and that slow clients harm nobody."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.hits import HEADERS
from bench.load import cpu_alone
from bench.own_portal import ROOT, Portal, Server, _children, free_port, make_certificate, own_portal
from bench.slow_clients import LARGE_FILE, make_large_file
from portal import slow_clients
from tests.support.database import own_database_url
from tests.support.doors import wait_for

pytestmark = [pytest.mark.once, pytest.mark.own_portal]

READER = "\r\n".join(f"{name}: {value}" for name, value in HEADERS.items())
THREADS = 8


@pytest.fixture(scope="module")
def portal(migrated_database) -> Iterator[Portal]:
    with own_portal(own_database_url("server"), migrated_database) as portal:
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


@pytest.mark.parametrize(("trusted", "status"), [("127.0.0.1", 200), ("192.0.2.1", 301)])
def test_a_proxy_of_ours_is_believed_that_the_reader_came_by_tls_and_nobody_else(portal, monkeypatch, trusted, status):
    monkeypatch.setattr(portal, "settings", {"SITE_URL": "https://127.0.0.1", "TRUSTED_PROXIES": trusted})
    with Server(portal) as server:
        answer = get(server, "/", "X-Forwarded-Proto: https\r\n")

    assert status_of(answer) == status


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
    assert "Байланыс үзілді" in answer


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


def test_what_cannot_be_kept_meanwhile_is_refused_in_a_sentence(portal, tmp_path, monkeypatch):
    """Here the folder for it is gone, as a disk may be."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    head = "POST /subscribe/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    large = f"{head}Content-Type: text/plain\r\nContent-Length: {2 * slow_clients.IN_MEMORY}\r\n\r\n"
    large += "x" * 2 * slow_clients.IN_MEMORY
    with Server(portal) as server:
        before = send(server, large)
        folder.rmdir()
        refused = send(server, large)
        small = send(server, f"{head}Content-Length: 9\r\n\r\nemail=a@b")

    assert status_of(before) == 200
    assert status_of(refused) == 503
    assert "Қазір сұрау тым көп" in refused
    assert status_of(small) == 200


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


def test_long_answers_that_nobody_takes_leave_threads_to_readers_and_their_places_to_the_next(portal, server):
    path = make_large_file(portal)
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    takers = [server.connect() for _ in range(THREADS // 4)]
    for taker in takers:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        taker.sendall(asked.encode())
        assert status_of(taker.recv(100).decode("latin-1")) == 200
    one_more, page = get(server, path), get(server, "/")
    for taker in takers:
        taker.close()
    is_given_again = wait_for(lambda: status_of(get(server, path)) == 200, 20)

    assert status_of(one_more) == 503
    assert "Retry-After: 5".lower() in one_more.lower()
    assert status_of(page) == 200
    assert is_given_again


def test_a_long_answer_comes_whole(portal, server):
    answer = get(server, make_large_file(portal))

    assert len(answer.partition("\r\n\r\n")[2]) == LARGE_FILE


def test_a_worker_that_is_killed_is_replaced(server, portal):
    before = {*server.workers()}
    server.kill_worker()

    assert wait_for(lambda: bool(server.workers()) and not before & {*server.workers()}, 20)
    server.wait_for_worker()
    assert status_of(get(server, "/")) == 200


def test_a_server_that_is_told_to_end_while_it_loads_ends_at_once(portal):
    server = subprocess.Popen(
        [sys.executable, "-m", "portal.server", "--bind", f"127.0.0.1:{free_port()}", "--workers", "1"],
        cwd=ROOT, env=portal.environment("-loading"),
    )  # fmt: skip
    assert wait_for(lambda: bool(_children(server.pid)))
    time.sleep(0.3)  # it has begun to import, which takes seconds
    begun = time.monotonic()
    server.terminate()
    server.wait()

    assert time.monotonic() - begun < 10


def test_a_worker_goes_on_if_its_successor_cannot_begin(portal):
    """As when a new version has a fault; and the server can still be told to end."""
    with Server(portal) as server:
        [before] = server.workers()
        server.load_anew()
        assert wait_for(lambda: len(server.workers()) == 2)
        [successor] = {*server.workers()} - {before}
        os.kill(successor, signal.SIGKILL)
        used = cpu_alone(server.process.pid)
        time.sleep(6)  # longer than granian calls a worker that died a loop of crashes
        used = cpu_alone(server.process.pid) - used
        left, status = server.workers(), status_of(get(server, "/"))
        begun = time.monotonic()
        server.end()
        took = time.monotonic() - begun

    assert left == [before]
    assert status == 200
    assert used < 0.5  # it waits, and does not look again and again
    assert took < 10
    assert server.process.returncode == 0


def test_a_server_that_is_told_to_load_anew_again_and_again_still_ends(portal):
    """The handler of a signal may run at any moment of the thread that waits for it."""
    with Server(portal) as server:
        for number in range(300):
            server.load_anew()
            time.sleep(number % 7 / 1000)
        server.process.terminate()
        returned = server.process.wait(60)

    assert returned == 0


def test_new_code_is_loaded_anew_and_says_its_version(portal, tmp_path):
    for folder in ("portal", "news", "rates", "templates", "static"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    package = tmp_path / "portal" / "__init__.py"
    with Server(portal, root=tmp_path) as server:
        before = {*server.workers()}
        package.write_text(re.sub('__version__ = ".*"', '__version__ = "77.7.7"', package.read_text()))
        first = tmp_path / "portal" / "wsgi.py"
        first.write_text(
            "from pathlib import Path\nimport portal\n"
            f"Path({str(tmp_path / 'seen')!r}).write_text(portal.__version__)\n" + first.read_text()
        )
        server.load_anew()
        assert wait_for(lambda: not before & {*server.workers()}, seconds=60)

    assert (tmp_path / "seen").read_text() == "77.7.7"


def test_socket_that_a_killed_server_left_is_taken_over(portal, tmp_path):
    with Server(portal, path=tmp_path / "portal.sock") as server:
        get(server, "/")  # until its worker is there
        server.kill_all()
        answer = get(server, "/")

    assert status_of(answer) == 200


@pytest.mark.parametrize("sent", [signal.SIGHUP, signal.SIGTERM])
def test_who_has_connected_to_a_socket_is_answered_by_a_worker_that_is_to_end(portal, tmp_path, sent):
    path = tmp_path / "portal.sock"
    with Server(portal, path=path, workers=2) as server:
        get(server, "/")  # until its workers have loaded the code
        before = path.stat().st_ino
        with server.connect() as connection:
            server.process.send_signal(sent)
            assert wait_for(lambda: not path.exists() or path.stat().st_ino != before, seconds=60)
            connection.sendall(b"POST /language/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 11\r\n\r\nlanguage=ru")
            status = status_of(connection.recv(65536).decode("utf-8", "replace"))

    assert status == 403  # it has no token
    assert [each.name for each in tmp_path.iterdir()] == []


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
    certificate, key = make_certificate(tmp_path)
    context = ssl.create_default_context(cafile=str(certificate))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with Server(portal, options=["--certificate", certificate, "--key", key]) as server:
        with context.wrap_socket(server.connect(), server_hostname="127.0.0.1") as connection:
            chosen = connection.selected_alpn_protocol()
        context.set_alpn_protocols(["http/1.1"])
        with context.wrap_socket(server.connect(), server_hostname="127.0.0.1") as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            status = status_of(connection.recv(65536).decode("utf-8", "replace"))

    assert chosen == "h2"
    assert status == 200
