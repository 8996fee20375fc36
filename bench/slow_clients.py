"""Do 500 slow clients harm readers, and does the memory grow with requests?

    python -m bench.slow_clients --requests 2000000

A third of the slow clients sends its head a letter a second, a third stops within a form, a third asks for a large file
and does not take it. Meanwhile wrk reads articles. First straight at the server, then through the shipped nginx.
Then so many requests, and 100,000 to addresses that do not exist, with the memory of the server before and after.
"""

import argparse
import random
import socket
import ssl
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from bench.load import in_turn, warm_up, wrk
from bench.own_nginx import NGINX, Nginx
from bench.own_portal import Portal, Server, own_portal
from bench.pages import load_articles
from bench.strange import megabytes

SLOW = 500
LONGEST_P99 = 200
"""Milliseconds."""
LARGE_FILE = 10_000_008
"""Bytes."""


class SlowClients(threading.Thread):
    """All of them in one thread."""

    def __init__(self, port: int, large: str, context: ssl.SSLContext | None = None) -> None:
        super().__init__(daemon=True)
        self.is_over = threading.Event()
        host = b"Host: 127.0.0.1\r\n"
        self.heads, self.others = [], []
        for number in range(SLOW):
            connection = socket.create_connection(("127.0.0.1", port), timeout=30)
            if context:
                connection = context.wrap_socket(connection, server_hostname="127.0.0.1")
            if number % 3 == 0:
                connection.sendall(b"GET / HTTP/1.1\r\n")
                self.heads.append(connection)
            elif number % 3 == 1:
                connection.sendall(b"POST /subscribe/ HTTP/1.1\r\n" + host + b"Content-Length: 1000\r\n\r\nemail=")
                self.others.append(connection)
            else:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.sendall(b"GET " + large.encode() + b" HTTP/1.1\r\n" + host + b"\r\n")
                self.others.append(connection)

    def run(self) -> None:
        while not self.is_over.wait(1):
            for connection in self.heads:
                with suppress(OSError):  # the server has given it up
                    connection.sendall(b"X")
        for connection in self.heads + self.others:
            connection.close()


def harm(name: str, port: int, script: Path, large: str, scheme: str, certificate: Path | None) -> float:
    """The p99 of readers beside slow clients, in milliseconds."""
    warm_up(port, script, scheme=scheme)
    quiet = wrk(port, script, 5, 8, scheme=scheme)
    slow = SlowClients(port, large, ssl.create_default_context(cafile=str(certificate)) if certificate else None)
    slow.start()
    time.sleep(2)
    busy = wrk(port, script, 20, 8, scheme=scheme)
    slow.is_over.set()
    slow.join()
    print(
        f"{name:14} p99 {busy.p99:.1f} ms at {busy.per_second:.0f}/s beside {SLOW} slow clients; "
        f"{quiet.p99:.1f} ms at {quiet.per_second:.0f}/s without {busy.failures}",
        flush=True,
    )
    return float("inf") if busy.failures else busy.p99


def make_large_file(portal: Portal) -> str:
    """The address of a public document of ten megabytes."""
    return portal.shell(LARGE).strip()


LARGE = f"""
from django.core.files.base import ContentFile
from news.models import Article, Attachment
from portal.page_cache.generation import invalidate_pages
attachment = Attachment(filename="large.pdf", kind="pdf", size={LARGE_FILE}, sha256="0" * 64, title_kk="Үлкен")
attachment.file.save("large.pdf", ContentFile(b"%PDF-1.4" + b"0" * 10_000_000))
Article.objects.filter(title_kk__gt="").published().first().attachments.add(attachment)
invalidate_pages()
print(attachment.address)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", default="", help="a PostgreSQL database that does not exist yet")
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--requests", type=int, default=2_000_000)
    parser.add_argument(
        "--random-addresses", type=int, default=100_000, help="each is a page of its own that says it is not there"
    )
    options = parser.parse_args()
    found = []
    with own_portal(options.database_url) as portal:
        portal.go_live()
        script = in_turn(portal.folder, "known", load_articles(portal, options.articles))
        large = make_large_file(portal)
        with Server(portal, workers=2) as server:
            found.append(harm("straight", server.port, script, large, "http", None))
            time.sleep(35)  # until the last head is given up
            unknown = [f"/news/{random.randrange(10**9)}-{n:x}/" for n in range(options.random_addresses)]
            strange = in_turn(portal.folder, "strange", unknown)
            memory, asked = [megabytes(server)], 0.0
            while asked < options.requests:
                asked += wrk(server.port, script, 10, 16).per_second * 10
                memory.append(megabytes(server))
                print(f"    {asked:9.0f} requests  {memory[-1]:6.0f} MB", flush=True)
            asked = 0.0
            while asked < options.random_addresses:
                asked += wrk(server.port, strange, 10, 16).per_second * 10
                memory.append(megabytes(server))
                print(f"    {asked:9.0f} random addresses  {memory[-1]:6.0f} MB", flush=True)
        if NGINX:
            portal.settings["SITE_URL"] = "https://127.0.0.1"
            with (
                Server(portal, workers=2, path=portal.folder / "portal.sock") as server,
                Nginx(portal.folder / "nginx", [server.bound], portal.folder / "data" / "static") as nginx,
            ):
                found.append(harm("through nginx", nginx.tls_port, script, large, "https", nginx.certificate))
    grown = memory[-1] / memory[len(memory) // 3]
    print(f"memory     {grown:.3f} of what it was after a third of the requests")
    return bool(max(found) > LONGEST_P99 or grown > 1.05)


if __name__ == "__main__":
    sys.exit(main())
