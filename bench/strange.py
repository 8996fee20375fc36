"""Do a hundred thousand senseless requests fill the memory, or throw out what readers read?

    python -m bench.strange                                                     on SQLite
    python -m bench.strange --database-url postgres://postgres@127.0.0.1/bench  on PostgreSQL, in a database of its own

Needs wrk. Two workers of four threads keep finished pages in 16 MB each. Readers read 200 articles, the front page and
the feed; then eight strangers ask for random queries on every page, for random and huge cursors, for words nobody
wrote, for articles that are not there, for addresses that do not exist, and under unknown hosts, while readers go on
reading now and then.

Printed, before and after each quarter of the requests: megabytes of the workers together, and requests a second of the
readers' pages; and how long a reader and a stranger waited meanwhile (median). Exits with 1 when memory grew in the
last half by more than a twentieth, when the readers' pages came at less than 0.8 of the speed before, or when a
stranger got another answer than a page, a refusal or "not found".
"""

import argparse
import http.client
import random
import statistics
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from bench.hits import HEADERS, ROBOT
from bench.load import in_turn, wrk
from bench.own_portal import Server, own_portal

QUARTERS = 4
STRANGERS = 8
A_READER_AFTER = 20
"""Requests of a stranger."""


def address(chance: random.Random, known: list[str]) -> str:
    """None of these twice."""
    number, word = chance.getrandbits(60), f"{chance.getrandbits(80):x}"
    return chance.choice(
        [
            f"{chance.choice(known)}?utm_source={word}&fbclid={word}",
            f"{chance.choice(known)}?{word}={word}",
            f"/news/?before={number}-{number}",
            f"/news/?before={'9' * chance.randint(1, 500)}-1",
            f"/news/?before={word}",
            f"/search/?q={word}",
            f"/rates/?q={word}&date={chance.randint(1, 9999)}-01-01",
            f"/rates/converter/?amount={number}&from={word[:3]}&to=kzt",
            f"/news/{number}-{word}/",
            f"/archive/{chance.randint(1, 99999)}/{chance.randint(0, 99)}/",
            f"/{word}/{word}",
            f"/en/sources/{word}/?{word}",
        ]
    )


class Stranger(threading.Thread):
    def __init__(self, port: int, known: list[str], requests: int, seed: int) -> None:
        super().__init__()
        self.port, self.known, self.requests = port, known, requests
        self.chance = random.Random(seed)
        self.answered: Counter[int] = Counter()
        self.seconds: dict[bool, list[float]] = {True: [], False: []}
        """Of each answer to a reader, and to the stranger."""

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for number in range(self.requests):
            is_reader = not number % A_READER_AFTER
            asked = self.chance.choice(self.known) if is_reader else address(self.chance, self.known)
            host = {"Host": f"{self.chance.getrandbits(40):x}.example"} if not self.chance.randrange(8) else {}
            began = time.perf_counter()
            connection.request("GET", asked, headers=ROBOT | ({} if is_reader else host))
            response = connection.getresponse()
            response.read()
            self.seconds[is_reader].append(time.perf_counter() - began)
            self.answered[response.status] += 1
        connection.close()


def megabytes(server: Server) -> float:
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in server.workers())
    return pages * 4096 / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", default="", help="a PostgreSQL database that does not exist yet")
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--articles", type=int, default=200)
    options = parser.parse_args()
    answered: Counter[int] = Counter()
    with own_portal(options.database_url) as portal:
        portal.go_live()
        portal.settings |= {"DEBUG": "", "PAGE_CACHE_MB": "16"}
        portal.manage("collectstatic", "--noinput", "--verbosity=0")
        known = [*portal.add_articles(options.articles), "/", "/news/"]
        script = in_turn(portal.folder, "known", known)
        with Server(portal, workers=2, threads=4) as server:
            for _ in range(3):
                wrk(server.port, script, 2, 8, HEADERS)
            memory, speed = [], []
            for quarter in range(QUARTERS + 1):
                if quarter:
                    strangers = [
                        Stranger(server.port, known, options.requests // STRANGERS // QUARTERS, quarter * STRANGERS + n)
                        for n in range(STRANGERS)
                    ]
                    began = time.monotonic()
                    for each in strangers:
                        each.start()
                    for each in strangers:
                        each.join()
                    asked = sum((each.answered for each in strangers), Counter())
                    answered += asked
                    readers, others = (
                        statistics.median(seconds for each in strangers for seconds in each.seconds[is_reader]) * 1000
                        for is_reader in (True, False)
                    )
                    print(
                        f"{asked.total()} requests in {time.monotonic() - began:.0f} s, "
                        f"readers' in {readers:.1f} ms, strangers' in {others:.1f} ms",
                        flush=True,
                    )
                    wrk(server.port, script, 3, 8, HEADERS)  # what became five minutes old meanwhile is made anew
                memory.append(megabytes(server))
                speed.append(wrk(server.port, script, 3, 8, HEADERS).per_second)
                print(f"    {memory[-1]:6.0f} MB   {speed[-1]:6.0f} readings/s", flush=True)
    print(f"answers    {dict(sorted(answered.items()))}")
    grown, slowed = memory[-1] / memory[QUARTERS // 2], speed[-1] / speed[0]
    print(f"memory     {grown:.3f} of what it was after half of the requests")
    print(f"readers    {slowed:.2f} of the speed before")
    return bool(grown > 1.05 or slowed < 0.8 or set(answered) - {200, 301, 302, 400, 404})


if __name__ == "__main__":
    sys.exit(main())
