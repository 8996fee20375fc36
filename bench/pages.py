"""What a full page costs, counted, beside an empty Django view.

    python -m bench.pages --database-url postgres://postgres@127.0.0.1/bench   in a database of its own

Turn about in one run, by wrk on the same machine, each server with two workers that run where the kernel puts them: the
portal (`portal.server`) with articles made by `bench.loading`, compressed; the portal behind the shipped nginx, over
TLS as it ships; a Django view without middleware under gunicorn and under granian, and a function without Django
under granian, all of them returning a constant of the same size; a file of that size from nginx.

Printed for each page: CPU per request of the server's processes and of PostgreSQL together, requests a second and p99,
then the ratios (minimum, median, maximum). What counting costs is the CPU per request of a reader's beside that of a
robot's, whose readings do not count, over many short pairs, for it is less than two runs differ by themselves. Exits
with 1 where a promise is missed (LIMITS).
"""

import argparse
import statistics
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.hits import HEADERS, ROBOT
from bench.load import Bare, cpu, database_cpu, get, in_turn, warm_up, wrk
from bench.own_nginx import NGINX, Nginx
from bench.own_portal import Portal, Server, own_portal

VIEW, FUNCTION = "Django/gunicorn", "function/granian"
LIMITS = {"articles": {VIEW: 0.3, FUNCTION: 1.6}, "behind nginx": {VIEW: 0.5}}
"""CPU per request as a share of a rival's, at most."""
OTHERS = {VIEW: 0.25}
PAGES = ["articles", "one article", "front page", "feed", "source", "search", "behind nginx"]
DEAREST_COUNTING = 1.05


@dataclass(frozen=True)
class Site:
    """A server on a port; the processes below the pids are what a request to it costs."""

    port: int
    pids: tuple[int, ...]
    script: Path
    scheme: str = "http"

    def cpu(self) -> float:
        return sum(map(cpu, self.pids)) + database_cpu()


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


def run(site: Site, connections: int, seconds: int, headers: dict[str, str]) -> Run:
    before = site.cpu()
    load = wrk(site.port, site.script, seconds, connections, headers, site.scheme)
    time.sleep(0.8)  # until the last readings are folded, which costs too
    return Run((site.cpu() - before) / (load.per_second * seconds) * 1000, load.per_second, load.p99)


def compare(name: str, sites: dict[str, Site], options: argparse.Namespace, connections: int) -> list[str]:
    """What is missed."""
    found: dict[str, list[Run]] = {each: [] for each in sites}
    for _ in range(options.rounds):
        for each, site in sites.items():
            found[each].append(run(site, connections, options.seconds, HEADERS))
    for each, runs in found.items():
        print(
            f"{name:12} {connections:2} {each:17} {statistics.median(one.cpu for one in runs):.4f} ms "
            f"{statistics.median(one.per_second for one in runs):7.0f}/s   p99 "
            f"{statistics.median(one.p99 for one in runs):.1f} ms"
        )
    missed = []
    for other in [each for each in sites if each != "portal"]:
        pairs = list(zip(found["portal"], found[other], strict=True))
        limit = LIMITS.get(name, OTHERS).get(other)
        for what, ratios in (
            ("CPU", [ours.cpu / theirs.cpu for ours, theirs in pairs]),
            ("p99", [ours.p99 / theirs.p99 for ours, theirs in pairs]),
        ):
            middle = statistics.median(ratios)
            print(f"    {what:4} / {other:17} {min(ratios):.3f}  {middle:.3f}  {max(ratios):.3f}", flush=True)
            if (what == "CPU" and limit and middle > limit) or (what == "p99" and other == VIEW and middle > 1):
                missed.append(f"{name}, {connections} connections: {what} {middle:.3f} of {other}")
    return missed


def compare_counting(name: str, site: Site, options: argparse.Namespace, connections: int) -> list[str]:
    """The same. Of each pair now one goes first, now the other."""
    sides: list[tuple[dict[str, str], list[float]]] = [(HEADERS, []), (ROBOT, [])]
    for number in range(options.pairs):
        for headers, found in sides[:: 1 if number % 2 else -1]:
            found.append(run(site, connections, 1, headers).cpu)
    (_, counted), (_, not_counted) = sides
    pairs = list(zip(counted, not_counted, strict=True))
    ratio = sum(counted) / sum(not_counted)
    # Of a ratio of sums (Cochran, Sampling Techniques, 6.3).
    error = statistics.stdev(a - ratio * b for a, b in pairs) / statistics.mean(not_counted) / len(pairs) ** 0.5
    print(
        f"    CPU  / not counted       {ratio:.3f}, give or take {error:.3f}  "
        f"(medians {statistics.median(counted):.4f} and {statistics.median(not_counted):.4f} ms, {len(pairs)} pairs)",
        flush=True,
    )
    missed = ratio > DEAREST_COUNTING
    return [f"{name}, {connections} connections: counting costs {ratio:.3f}"] if missed else []


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
    with own_portal(options.database_url) as portal, ExitStack() as servers:
        portal.go_live()
        addresses = load_articles(portal, options.articles)
        # Both nodes agree on what is served by TLS, so that nginx may pass pages on; wrk tells the first of it itself.
        server = servers.enter_context(Server(portal, workers=2))
        length = len(get(server.port, addresses[0], HEADERS | {"Accept-Encoding": "gzip"})[1])
        print(f"an article has {length} bytes", flush=True)
        root = in_turn(portal.folder, "root", ["/"])
        rivals = {
            f"{name}/{under}": servers.enter_context(Bare(application, length, under))
            for name, application, under in (
                ("Django", "bench.bare:application", "gunicorn"),
                ("Django", "bench.bare:application", "granian"),
                ("function", "bench.bare:function", "granian"),
            )
        }
        yardsticks = {name: Site(each.port, (each.process.pid,), root) for name, each in rivals.items()}
        nginx = None
        if NGINX:
            behind = servers.enter_context(Server(portal, workers=2, path=portal.folder / "portal.sock"))
            static = portal.folder / "data" / "static"
            (static / "file").write_bytes(b"x" * length)
            nginx = servers.enter_context(Nginx(portal.folder / "nginx", [behind.bound], static, workers=2))
            file = in_turn(portal.folder, "file", ["/static/file"])
            yardsticks["file/nginx"] = Site(nginx.tls_port, (nginx.process.pid,), file, "https")
        source = portal.shell(SOURCE).strip()
        asked = {
            "articles": addresses, "one article": addresses[:1], "front page": ["/"], "feed": ["/news/"],
            "source": [source], "search": ["/search/?q=%D0%A1%D0%B5%D0%BD%D0%B0%D1%82"], "behind nginx": addresses,
        }  # fmt: skip
        for number, name in enumerate(options.pages):
            script = in_turn(portal.folder, f"pages-{number}", asked[name])
            ours = Site(server.port, (server.process.pid,), script)
            if name == "behind nginx":
                if not nginx:
                    continue
                ours = Site(nginx.tls_port, (nginx.process.pid, behind.process.pid), script, "https")
            warm_up(ours.port, script, scheme=ours.scheme)
            for connections in options.connections:
                missed += compare(name, {"portal": ours} | yardsticks, options, connections) if options.rounds else []
                if "article" in name and options.pairs:
                    missed += compare_counting(name, ours, options, connections)
    print("\n".join(["", *(f"missed: {each}" for each in missed)]))
    return bool(missed)


SOURCE = "from news.models import Source; print(Source.objects.first().get_absolute_url())"


if __name__ == "__main__":
    sys.exit(main())
