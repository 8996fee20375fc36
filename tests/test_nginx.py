"""The shipped nginx configuration beside Debian's own, in front of the portal's server, over TLS."""

import http.client
import re
import shutil
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest
from django.template.loader import render_to_string

from bench.hits import HEADERS
from bench.own_nginx import NGINX, Nginx
from bench.own_portal import ROOT, Portal, Server, own_portal
from tests.support.doors import wait_for

pytestmark = [
    pytest.mark.once,
    pytest.mark.own_portal,
    pytest.mark.skipif(not NGINX, reason="nginx is not on this machine"),
]


@pytest.fixture(scope="module")
def portal(migrated_database) -> Iterator[Portal]:
    with own_portal(migrated=migrated_database) as portal:
        portal.settings |= {"SITE_URL": "https://127.0.0.1", "TRUSTED_PROXIES": "127.0.0.1"}
        portal.addresses = portal.add_articles(1)  # type: ignore[attr-defined]
        shutil.copytree(ROOT / "static", portal.folder / "static")
        (portal.folder / "static" / "css" / "base.0123456789ab.css").write_text("p {}")
        yield portal


def ask(nginx: Nginx, path: str, headers: dict[str, str] = HEADERS, **kwargs) -> http.client.HTTPResponse:
    trusted = ssl.create_default_context(cafile=str(nginx.certificate))
    with closing(http.client.HTTPSConnection("127.0.0.1", nginx.tls_port, timeout=30, context=trusted)) as connection:
        connection.request(kwargs.pop("method", "GET"), path, headers=headers, **kwargs)
        with connection.getresponse() as answer:
            answer.text = answer.read().decode("utf-8", "replace")  # type: ignore[attr-defined]
    return answer


def in_front_of(portal: Portal, *servers: Server, name: str = "nginx") -> Nginx:
    return Nginx(portal.folder / name, [each.bound for each in servers], portal.folder / "static")


def test_it_starts_as_shipped_and_passes_pages_and_forms_on(portal):
    [address] = portal.addresses
    with Server(portal, path=portal.folder / "portal.sock") as server, in_front_of(portal, server) as nginx:
        said = nginx.check()
        page = ask(nginx, address)
        with closing(http.client.HTTPConnection("127.0.0.1", nginx.port, timeout=30)) as plain:
            plain.request("GET", "/ru/?q=1")
            moved = plain.getresponse()
            moved.read()
        sign_in = ask(nginx, "/admin/login/")
        style = ask(nginx, "/static/css/base.0123456789ab.css")
        metrics = ask(nginx, "/metrics")
        pasted = ask(nginx, "/search/?q=" + "%D0%B7%D0%B0%D2%A3" * 3000)
        foreign = ask(nginx, "/", HEADERS | {"Host": "other.example"})
        counted = wait_for(lambda: portal.read_counts() == {1: 1}, seconds=60)
        log = (nginx.folder / "portal.log").read_text()

    assert "test is successful" in said
    assert "warn" not in said
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert (moved.status, moved.headers["Location"]) == (301, "https://127.0.0.1/ru/?q=1")
    assert "; Secure" in sign_in.headers["Set-Cookie"]
    assert style.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert metrics.status == 404
    assert pasted.status == 200
    assert foreign.status == 400
    assert counted is True
    assert log == ""


def test_a_page_says_that_no_node_answers(portal):
    with Server(portal, path=portal.folder / "gone.sock") as server, in_front_of(portal, server, name="down") as nginx:
        server.end()
        answer = ask(nginx, "/ru/")
        static = ask(nginx, re.search(r'href="(/static/css/base\.css)"', answer.text)[1])

    sentences = re.compile(r"<(?:title|h1|p)\b.*")
    assert answer.status == 503
    # A file, because no node is there to make it: it says what the portal says when it cannot answer.
    assert sentences.findall(answer.text) == sentences.findall(render_to_string("503.html"))
    assert static.status == 200


@contextmanager
def readers_and_an_editor(ask_one: Callable[[], int], ask_other: Callable[[], int]) -> Iterator[Counter[int | str]]:
    """What three readers and one who sends a form are answered while the block runs."""
    answers: Counter[int | str] = Counter()
    ended = threading.Event()

    def go_on(ask_next: Callable[[], int]) -> None:
        while not ended.is_set():
            try:
                answers[ask_next()] += 1
            except OSError as error:
                answers[repr(error)] += 1

    threads = [threading.Thread(target=go_on, args=[each]) for each in (ask_one, ask_one, ask_one, ask_other)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def test_a_version_is_loaded_anew_and_nodes_taken_out_without_a_failed_request(portal):
    with (
        Server(portal, node="-a", path=portal.folder / "a.sock", workers=2) as first,
        Server(portal, node="-b", path=portal.folder / "b.sock") as second,
        in_front_of(portal, first, second, name="two") as nginx,
        ExitStack() as servers,
    ):

        def read() -> int:
            return ask(nginx, portal.addresses[0]).status

        def send() -> int:  # without its token: the portal itself refuses it
            return ask(nginx, "/language/", method="POST", body="language=ru").status

        with readers_and_an_editor(read, send) as answers:
            renewed = []
            for server in (first, second):
                before = {*server.workers()}
                server.load_anew()
                renewed.append(wait_for(lambda now=server.workers, before=before: not before & {*now()}, 60))
            second.end()
            third = servers.enter_context(Server(portal, node="-b", path=portal.folder / "b.sock"))
            with third.connect() as connection:
                connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                connection.recv(1)  # comes once its worker has loaded the code
            time.sleep(3)  # nginx tries a node again after two seconds
            first.end()
            time.sleep(1)

    assert third.process.returncode == 0

    assert renewed == [True, True]
    assert {*answers} == {200, 403}
    assert min(answers.values()) > 20
