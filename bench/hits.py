"""Does every reading count once, also those of a server process that is killed?

    python -m bench.hits                                                      on SQLite
    python -m bench.hits --database-url postgres://postgres@127.0.0.1/bench   on PostgreSQL, in a database of its own

Two server processes, sixteen readers, 20,000 readings of fifty articles; in the middle one process gets `kill -9`.
With `--nodes` each process has a disk of its own, as on two machines (PostgreSQL only).

What it prints:
  answered   readings whose whole answer arrived: each must be counted
  in flight  requests that the kill cut off: they may be counted or not, no design can know
  lost       answered readings that are not counted; must be 0
  doubled    counted readings beyond those answered and those in flight; must be 0
  shown      seconds until the number on the page, asked from either process, includes a reading
Exits with 1 when a reading was lost or doubled, or was shown later than after a second.
"""

import argparse
import http.client
import math
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.own_portal import Portal, Server, own_portal

HEADERS = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}
ROBOT = {"User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"}
BROUGHT = 7_000_000
"""So large a number of readings is recognised on a page whatever stands around it."""


@dataclass
class Outcome:
    answered: Counter[int] = field(default_factory=Counter)
    in_flight: Counter[int] = field(default_factory=Counter)
    other_answers: Counter[int] = field(default_factory=Counter)
    """Other statuses than 200; there should be none."""
    counted: dict[int, int] = field(default_factory=dict)
    seconds: float = 0
    shown: list[float] = field(default_factory=list)

    @property
    def lost(self) -> int:
        return sum(max(0, count - self.counted.get(article, 0)) for article, count in self.answered.items())

    @property
    def doubled(self) -> int:
        return sum(
            max(0, count - self.answered[article] - self.in_flight[article]) for article, count in self.counted.items()
        )


class Reader(threading.Thread):
    """Reads one article after another over one connection, as long as it holds."""

    def __init__(self, port: int, addresses: list[str], outcome: Outcome, half_time: threading.Barrier) -> None:
        super().__init__()
        self.port, self.addresses, self.outcome, self.half_time = port, addresses, outcome, half_time
        self.answered: Counter[int] = Counter()
        self.in_flight: Counter[int] = Counter()
        self.other_answers: Counter[int] = Counter()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for number, address in enumerate(self.addresses):
            if number == len(self.addresses) // 2:
                self.half_time.wait()
            article = id_of(address)
            try:
                self.connect(connection)
                connection.request("GET", address, headers=HEADERS)
                response = connection.getresponse()
                response.read()
            except (OSError, http.client.HTTPException):
                self.in_flight[article] += 1
                connection.close()
            else:
                if response.status == 200:
                    self.answered[article] += 1
                else:
                    self.other_answers[response.status] += 1
        connection.close()

    @staticmethod
    def connect(connection: http.client.HTTPConnection) -> None:
        """Waits while nobody listens: a server that was killed begins anew."""
        while connection.sock is None:
            try:
                connection.connect()
            except ConnectionRefusedError:
                time.sleep(0.05)


def id_of(address: str) -> int:
    return int(address.split("/")[2].split("-")[0])


def read(
    ports: list[int], addresses: list[str], readings: int, clients: int, events: list[Callable[[], None]]
) -> Outcome:
    """All readers go; when each has half of its readings behind it they go on, and the events come one by one."""
    outcome = Outcome()
    half_time = threading.Barrier(clients + 1)
    each = readings // clients
    readers = [
        Reader(
            ports[n % len(ports)],
            [addresses[(n + i) % len(addresses)] for i in range(each)],
            outcome,
            half_time,
        )
        for n in range(clients)
    ]
    began = time.monotonic()
    for reader in readers:
        reader.start()
    half_time.wait()
    for event in events:
        time.sleep(0.25)
        event()
    for reader in readers:
        reader.join()
    outcome.seconds = time.monotonic() - began
    for reader in readers:
        outcome.answered += reader.answered
        outcome.in_flight += reader.in_flight
        outcome.other_answers += reader.other_answers
    return outcome


def seconds_until_number(portal: Portal, servers: list[Server], address: str) -> list[float]:
    """One reading at each process; how long until both show it, infinite after ten seconds.

    Those who look are robots, who do not count.
    """
    article = id_of(address)
    portal.execute(f"UPDATE news_hittotal SET brought = {BROUGHT} WHERE article_id = {article}")
    time.sleep(1)  # the same second for pages to show it
    seconds = []
    for server in servers:
        before = number_on_page(server, address)
        get(server, address, HEADERS)
        began = time.monotonic()
        is_shown = False
        while not is_shown and time.monotonic() - began < 10:
            time.sleep(0.01)
            is_shown = all(number_on_page(each, address) == before + 1 for each in servers)
        seconds.append(time.monotonic() - began if is_shown else math.inf)
    return seconds


def number_on_page(server: Server, address: str) -> int:
    """The number of readings on the page: of all numbers on it the one of its size."""
    digits = re.sub(r"(?<=\d)(?:[\s,\u00a0\u202f]|&nbsp;|&#160;)(?=\d)", "", get(server, address, ROBOT))
    [number] = {int(number) for number in re.findall(r"\d+", digits) if BROUGHT <= int(number) < BROUGHT + 1_000_000}
    return number


def get(server: Server, address: str, headers: dict[str, str]) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", address, headers=headers)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def measure(
    portal: Portal,
    addresses: list[str],
    *,
    readings: int,
    clients: int = 16,
    rounds: int = 5,
    nodes: bool = False,
    events: Callable[[Server], list[Callable[[], None]]] = lambda server: [server.kill_worker],
) -> Outcome:
    with (
        Server(portal, node="-a" if nodes else "") as first,
        Server(portal, node="-b" if nodes else "") as second,
    ):
        outcome = read([first.port, second.port], addresses, readings, clients, events(first))
        first.wait_for_worker()
        end = time.monotonic() + 60  # on a busy machine the killed worker's successor takes long to begin
        while sum(portal.read_counts().values()) < outcome.answered.total() and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(1)
        outcome.counted = portal.read_counts()
        for _ in range(rounds):
            outcome.shown += seconds_until_number(portal, [first, second], addresses[0])
    return outcome


def all_events(server: Server) -> list[Callable[[], None]]:
    """A worker is killed, and its successor when it has begun; then the whole server; then it is restarted."""
    pause = server.wait_for_worker
    return [server.kill_worker, pause, server.kill_all, pause, server.restart]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", default="", help="a PostgreSQL database that does not exist yet")
    parser.add_argument("--readings", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--all-events", action="store_true", help="kill the whole server too, and restart it in peace")
    parser.add_argument("--nodes", action="store_true", help="a disk of its own for each process")
    options = parser.parse_args()
    with own_portal(options.database_url) as portal:
        addresses = portal.add_articles(50)
        outcome = measure(
            portal, addresses, readings=options.readings, clients=options.clients, nodes=options.nodes,
            **({"events": all_events} if options.all_events else {}),
        )  # fmt: skip
    print(f"answered   {outcome.answered.total()} in {outcome.seconds:.1f} s")
    print(f"in flight  {outcome.in_flight.total()}")
    print(f"others     {dict(outcome.other_answers)}")
    print(f"counted    {sum(outcome.counted.values())}")
    print(f"lost       {outcome.lost}")
    print(f"doubled    {outcome.doubled}")
    print(f"shown      after {', '.join(f'{seconds:.2f}' for seconds in sorted(outcome.shown))} s")
    return bool(outcome.lost or outcome.doubled or outcome.other_answers or max(outcome.shown) > 1)


if __name__ == "__main__":
    sys.exit(main())
