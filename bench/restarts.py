"""Does a restart under load lose a request?

    python -m bench.restarts --database-url postgres://postgres@127.0.0.1/bench

Two nodes behind the shipped nginx, readers and people who send forms all the while. Ten times a node loads its code
anew (SIGHUP), ten times one is stopped and started again. Prints what was answered; anything but a page, or for
a form the refusal of the portal itself, is a failure.
"""

import argparse
import http.client
import ssl
import sys
import threading
import time
from collections import Counter

from bench.hits import HEADERS
from bench.own_nginx import Nginx
from bench.own_portal import ROOT, Server, own_portal

READERS, WRITERS = 8, 2
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Client(threading.Thread):
    def __init__(self, nginx: Nginx, method: str, path: str) -> None:
        super().__init__()
        self.nginx, self.method, self.path = nginx, method, path
        self.answered: Counter[int | str] = Counter()
        self.is_over = threading.Event()

    def run(self) -> None:
        trusted = ssl.create_default_context(cafile=str(self.nginx.certificate))
        while not self.is_over.is_set():
            connection = http.client.HTTPSConnection("127.0.0.1", self.nginx.tls_port, timeout=30, context=trusted)
            try:
                for _ in range(20):  # as a browser keeps a connection
                    body = "language=ru" if self.method == "POST" else None
                    connection.request(self.method, self.path, headers=HEADERS | FORM, body=body)
                    answer = connection.getresponse()
                    answer.read()
                    self.answered[answer.status] += 1
            except (OSError, http.client.HTTPException) as error:
                self.answered[repr(error)] += 1
            connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", default="", help="a PostgreSQL database that does not exist yet")
    parser.add_argument("--times", type=int, default=10, help="of each kind")
    options = parser.parse_args()
    with own_portal(options.database_url) as portal:
        portal.settings["SITE_URL"] = "https://127.0.0.1"
        [address] = portal.add_articles(1)
        with (
            Server(portal, node="-a", workers=1, path=portal.folder / "a.sock") as first,
            Server(portal, node="-b", workers=1, path=portal.folder / "b.sock") as second,
            Nginx(portal.folder / "nginx", [first.bound, second.bound], ROOT / "static") as nginx,
        ):
            clients = [Client(nginx, "GET", address) for _ in range(READERS)]
            clients += [Client(nginx, "POST", "/language/") for _ in range(WRITERS)]
            for client in clients:
                client.start()
            for number in range(options.times):
                server = (first, second)[number % 2]
                server.renew()
                time.sleep(1)
                server.restart()
                time.sleep(3)  # nginx asks a node again after two seconds
                print(f"{number + 1}: {dict(sum((each.answered for each in clients), Counter()))}", flush=True)
            for client in clients:
                client.is_over.set()
                client.join()
    answered = sum((each.answered for each in clients), Counter())
    failed = {what: count for what, count in answered.items() if what not in (200, 403)}
    print(f"answered   {answered[200]} pages, {answered[403]} forms")
    print(f"failed     {failed}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
