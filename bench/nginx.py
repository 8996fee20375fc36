"""The shipped nginx configuration: how fast, how exact, how fresh?

    python -m bench.nginx                                                     on SQLite
    python -m bench.nginx --database-url postgres://postgres@127.0.0.1/bench  on PostgreSQL, in a database of its own

Needs nginx and wrk. Speed: 1,000 articles in turn, compressed and counted, by wrk on the same machine, turn about with
the same nginx without its log and with a bare Django view (`bench.bare`) of as many bytes under gunicorn with two
workers. Printed: requests a second and CPU per request of each, and the ratios (minimum, median, maximum).
Exactness: 20,000 readings while a worker of nginx and one of the portal get `kill -9`, the log is rotated and nginx
reloaded.
Freshness: seconds from publishing, under load, until the front page shows it.
Exits with 1 when a reading is lost or doubled, or a limit of issue 4 is missed (10 times, 0.85, two seconds).
"""

import argparse
import http.client
import statistics
import sys
import threading
import time
from contextlib import ExitStack

from bench.hits import HEADERS, ROBOT, Outcome, read
from bench.load import Bare, cpu, in_turn, warm_up, wrk
from bench.own_nginx import Nginx
from bench.own_portal import Portal, Server, own_portal


def speed(portal: Portal, server: Server, options: argparse.Namespace) -> dict[str, list[float]]:
    addresses = portal.add_articles(options.articles)
    folder = portal.folder
    articles, root = in_turn(folder, "articles", addresses), in_turn(folder, "root", ["/"])
    with (
        Nginx(folder / "counting", folder / "data", [server.port]) as counting,
        Nginx(folder / "plain", folder / "elsewhere", [server.port], counts=False) as plain,
        ExitStack() as others,
    ):
        length = len(get(counting.port, addresses[0], HEADERS | {"Accept-Encoding": "gzip"})[1])
        bare = others.enter_context(Bare("bench.bare", length))
        rivals = {
            "bare Django": (bare.port, bare.process.pid, root),
            "nginx, counting": (counting.port, counting.process.pid, articles),
            "nginx, not counting": (plain.port, plain.process.pid, articles),
        }
        found: dict[str, list[float]] = {name: [] for name in rivals}
        warm_up(server.port, articles)
        for port, _, script in rivals.values():
            wrk(port, script, 2, options.connections)
        for _ in range(options.rounds):
            for name, (port, pid, script) in rivals.items():
                before = cpu(pid)
                found[name].append(per_second := wrk(port, script, options.seconds, options.connections).per_second)
                spent = (cpu(pid) - before) / (per_second * options.seconds) * 1000
                print(f"{name:20} {per_second:9.0f} requests/s   {spent:.4f} ms of CPU each", flush=True)
    return found


def exactness(portal: Portal, server: Server, options: argparse.Namespace) -> tuple[Outcome, list[float]]:
    addresses = portal.add_articles(50)
    before = wait_for_counts(portal)
    with Nginx(portal.folder / "nginx", portal.folder / "data", [server.port]) as nginx:
        events = [nginx.kill_worker, nginx.rotate, server.kill_worker, nginx.reload]
        outcome = read([nginx.port], addresses, options.readings, options.clients, events)
        after = wait_for_counts(portal)
        outcome.counted = {
            key: count - before.get(key, 0) for key, count in after.items() if count > before.get(key, 0)
        }
        server.wait_for_worker()
        load = threading.Thread(
            target=wrk, args=(nginx.port, portal.folder / "articles.lua", 4 * options.publications + 4, 8)
        )
        load.start()
        fresh = [seconds_until_published(portal, nginx, f"Жаңа {number}") for number in range(options.publications)]
        load.join()
    return outcome, fresh


def wait_for_counts(portal: Portal) -> dict[int, int]:
    portal.manage("fold_hits")
    return portal.read_counts()


def seconds_until_published(portal: Portal, nginx: Nginx, title: str) -> float:
    """From the moment it is published, in another process than the server's."""
    moment = float(
        portal.shell(
            f"""
import time
from django.utils import timezone
from django.db import transaction
from news.models import Article, Source
from portal.page_cache.generation import invalidate_pages
with transaction.atomic():
    Article.objects.create(
        source=Source.objects.first(), status="approved", publish_at=timezone.now(), title_kk="{title}", slug_kk="zhana"
    )
    invalidate_pages()
print(time.time())
"""
        )
    )
    while title not in get(nginx.port, "/", ROBOT)[1].decode():
        time.sleep(0.01)
    return time.time() - moment


def get(port: int, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    found = response.status, response.read()
    connection.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", default="", help="a PostgreSQL database that does not exist yet")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--readings", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--publications", type=int, default=5)
    options = parser.parse_args()
    with own_portal(options.database_url) as portal:
        portal.go_live()
        with Server(portal, workers=2, threads=4) as server:
            found = speed(portal, server, options)
            outcome, fresh = exactness(portal, server, options)
    bare, counting, plain = found.values()
    missed = []
    for name, ratios, limit in (
        ("nginx, counting / bare Django", [a / b for a, b in zip(counting, bare, strict=True)], 10),
        ("nginx, counting / not counting", [a / b for a, b in zip(counting, plain, strict=True)], 0.85),
    ):
        print(f"{name:32} {min(ratios):.2f}  {statistics.median(ratios):.2f}  {max(ratios):.2f}")
        missed += [name] if statistics.median(ratios) < limit else []
    print(f"answered   {outcome.answered.total()} in {outcome.seconds:.1f} s")
    print(f"in flight  {outcome.in_flight.total()}")
    print(f"others     {dict(outcome.other_answers)}")
    print(f"counted    {sum(outcome.counted.values())}")
    print(f"lost       {outcome.lost}")
    print(f"doubled    {outcome.doubled}")
    print(f"shown      after {', '.join(f'{seconds:.2f}' for seconds in sorted(fresh))} s")
    return bool(missed or outcome.lost or outcome.doubled or outcome.other_answers or max(fresh) > 2)


if __name__ == "__main__":
    sys.exit(main())
