"""Is the full page, counted, as quick as an empty Django view?

    python -m bench.pages                                                     on SQLite
    python -m bench.pages --database-url postgres://postgres@127.0.0.1/bench  on PostgreSQL, in a database of its own

Under gunicorn with two workers of four threads each, a worker on each core, turn about in one run, by wrk on the same
machine: the portal with articles made by `bench.loading`, compressed; a Django view without middleware and a
function without Django, both returning a constant of the same size. Articles are read in turn, then one alone, then
the front page and the feed.

Printed for each page: CPU of the server's processes per request, requests a second and p99, then the ratios to
the bare view and to the bare function (minimum, median, maximum). What counting costs is the CPU per request of a
reader's beside that of a robot's, whose readings do not count, over many short pairs, for it is less than two runs
differ by themselves. Exits with 1 where issue 4 is missed: more CPU or fewer requests than the bare view, p99 above its
by more than half, counting dearer than 5 %.
"""

import argparse
import statistics
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.hits import HEADERS, ROBOT
from bench.load import Bare, cpu, in_turn, pin, warm_up, wrk
from bench.nginx import get
from bench.own_portal import Portal, Server, own_portal

THREADS = 4
PAGES = ["articles", "one article", "front page", "feed"]


@dataclass(frozen=True)
class Run:
    cpu: float
    """Milliseconds per request."""
    per_second: float
    p99: float


def load_articles(portal: Portal, number: int) -> list[str]:
    portal.python("-m", "bench.loading", "--articles", str(number))
    return portal.shell(
        "from news.models import Article\nfor each in Article.objects.all(): print(each.get_absolute_url())"
    ).split()


def run(port: int, pid: int, script: Path, connections: int, seconds: int, headers: dict[str, str]) -> Run:
    before = cpu(pid)
    load = wrk(port, script, seconds, connections, headers)
    time.sleep(0.8)  # until the last readings are folded, which costs too
    return Run((cpu(pid) - before) / (load.per_second * seconds) * 1000, load.per_second, load.p99)


def compare(name: str, rivals: dict[str, tuple], options: argparse.Namespace, connections: int) -> list[str]:
    """What is missed."""
    for port, _pid, script in rivals.values():
        warm_up(port, script)
    found: dict[str, list[Run]] = {rival: [] for rival in rivals}
    for _ in range(options.rounds):
        for rival, (port, pid, script) in rivals.items():
            found[rival].append(run(port, pid, script, connections, options.seconds, HEADERS))
    for rival, runs in found.items():
        print(
            f"{name:12} {connections:2} {rival:12} {statistics.median(each.cpu for each in runs):.3f} ms "
            f"{statistics.median(each.per_second for each in runs):7.0f}/s   p99 "
            f"{statistics.median(each.p99 for each in runs):.1f} ms"
        )
    missed = []
    for of, limits in (("bare Django", (1, 1, 1.5)), ("function", (None,) * 3)):
        pairs = list(zip(found["portal"], found[of], strict=True))
        for what, limit, ratios in (
            ("CPU", limits[0], [ours.cpu / theirs.cpu for ours, theirs in pairs]),
            ("requests/s", limits[1], [ours.per_second / theirs.per_second for ours, theirs in pairs]),
            ("p99", limits[2], [ours.p99 / theirs.p99 for ours, theirs in pairs]),
        ):
            middle = statistics.median(ratios)
            print(f"    {what:10} / {of:12} {min(ratios):.2f}  {middle:.2f}  {max(ratios):.2f}", flush=True)
            if limit and (middle < limit if what == "requests/s" else middle > limit):
                missed.append(f"{name}, {connections} connections: {what} {middle:.2f} of {of}")
    return missed


def compare_counting(name: str, portal: tuple, options: argparse.Namespace, connections: int) -> list[str]:
    """The same. Of each pair now one goes first, now the other."""
    port, pid, script = portal
    sides: list[tuple[dict[str, str], list[float]]] = [(HEADERS, []), (ROBOT, [])]
    for headers, _ in sides:
        warm_up(port, script, headers)
    for number in range(options.pairs):
        for headers, found in sides[:: 1 if number % 2 else -1]:
            found.append(run(port, pid, script, connections, 1, headers).cpu)
    (_, counted), (_, not_counted) = sides
    pairs = list(zip(counted, not_counted, strict=True))
    ratio = sum(counted) / sum(not_counted)
    # Of a ratio of sums (Cochran, Sampling Techniques, 6.3).
    error = statistics.stdev(a - ratio * b for a, b in pairs) / statistics.mean(not_counted) / len(pairs) ** 0.5
    print(
        f"    CPU        / not counted  {ratio:.3f}, give or take {error:.3f}  "
        f"({statistics.mean(counted):.3f} and {statistics.mean(not_counted):.3f} ms, {len(pairs)} pairs)",
        flush=True,
    )
    return [f"{name}, {connections} connections: counting costs {ratio:.3f}"] if ratio > 1.05 else []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", default="", help="a PostgreSQL database that does not exist yet")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--pages", nargs="+", default=PAGES, choices=PAGES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--pairs", type=int, default=60, help="for what counting costs; 0 leaves it out")
    parser.add_argument("--connections", type=int, nargs="+", default=[8, 32])
    options = parser.parse_args()
    missed = []
    with own_portal(options.database_url) as portal:
        portal.go_live()
        addresses = load_articles(portal, options.articles)
        with Server(portal, workers=2, threads=THREADS) as server, ExitStack() as others:
            length = len(get(server.port, addresses[0], HEADERS | {"Accept-Encoding": "gzip"})[1])
            print(f"an article has {length} bytes", flush=True)
            django, function = (
                others.enter_context(Bare(name, length, threads=THREADS))
                for name in ("bench.bare", "bench.bare:function")
            )
            for each in (server, django, function):
                pin(each.process.pid)
            pages = dict(zip(PAGES, (addresses, addresses[:1], ["/"], ["/news/"]), strict=True))
            root = in_turn(portal.folder, "root", ["/"])
            for number, (name, asked) in enumerate((name, pages[name]) for name in options.pages):
                script = in_turn(portal.folder, f"pages-{number}", asked)
                portal_itself = server.port, server.process.pid, script
                rivals = {
                    "portal": portal_itself,
                    "bare Django": (django.port, django.process.pid, root),
                    "function": (function.port, function.process.pid, root),
                }
                for connections in options.connections:
                    missed += compare(name, rivals, options, connections) if options.rounds else []
                    if "article" in name and options.pairs:
                        missed += compare_counting(name, portal_itself, options, connections)
    print("\n".join(["", *(f"missed: {each}" for each in missed)]))
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
