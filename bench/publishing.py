"""Does what is published under full load reach every reader within a second, and does anybody wait for it?

    python -m bench.publishing                                                     on SQLite
    python -m bench.publishing --database-url postgres://postgres@127.0.0.1/bench  on PostgreSQL, in one of its own

Needs wrk. Two workers of four threads; 32 connections read the front page, the feed, a source's feed and 200 articles
without a pause, first with nothing published, then while an editor in another process publishes one article after
another by the verb of the newsroom. Four onlookers ask for the front page and the feed all the time.

Printed: the longest time of any answer in each, the longest of the pages' first answers under the same load (a cold
render), how long after the verb's moment an onlooker last asked and got an old page, and answers that were none.
Exits with 1 when an old page was given to who asked a second later, when anything failed, or when an answer took
longer than a cold render and the longest wait without publications together.
"""

import argparse
import http.client
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

from bench.hits import HEADERS
from bench.load import Load, in_turn, wrk
from bench.own_portal import ROOT, Portal, Server, own_portal

CONNECTIONS = 32
PAGES = ["/", "/news/", "/sources/senat/"]
EDITOR = """
import sys
import django; django.setup()
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from news.editorial import revisions, workflow
from news.models import Article, Source
writer, editor = (User.objects.create_superuser(name) for name in ("writer", "editor"))
for title in map(str.strip, sys.stdin):
    with transaction.atomic():
        article = Article.objects.create(
            source=Source.objects.get(), title_kk=title, slug_kk="zhana", body_kk="<p>Мәтін.</p>"
        )
        revisions.begin(article, by=writer)
    workflow.publish(article, by=editor)
    print(timezone.now().timestamp(), flush=True)
"""


@dataclass(frozen=True)
class Request:
    at: float
    seconds: float
    status: int
    page: str


class Onlooker(threading.Thread):
    def __init__(self, port: int, path: str) -> None:
        super().__init__()
        self.port, self.path = port, path
        self.is_over = threading.Event()
        self.asked: list[Request] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not self.is_over.wait(0.01):
            began, clock = time.time(), time.perf_counter()
            connection.request("GET", self.path, headers=HEADERS)
            response = connection.getresponse()
            page = response.read().decode()
            self.asked.append(Request(began, time.perf_counter() - clock, response.status, page))
        connection.close()


def publish(portal: Portal, number: int, pause: float) -> dict[str, float]:
    """Titles, and the moment of each."""
    editor = subprocess.Popen(
        [sys.executable, "-c", EDITOR], cwd=ROOT, env=portal.environment(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    published = {}
    for title in (f"Жаңа мақала {each}" for each in range(number)):
        time.sleep(pause)
        print(title, file=editor.stdin, flush=True)
        published[title] = float(editor.stdout.readline())
    time.sleep(pause)
    editor.communicate()
    return published


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", default="", help="a PostgreSQL database that does not exist yet")
    parser.add_argument("--publications", type=int, default=10)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between two")
    options = parser.parse_args()
    seconds = int((options.publications + 2) * (options.pause + 0.5))
    with own_portal(options.database_url) as portal:
        portal.go_live()
        articles = portal.add_articles(200)
        script = in_turn(portal.folder, "pages", [*PAGES * 20, *articles])
        with Server(portal, workers=2, threads=4) as server:
            wrk(server.port, script, 4, CONNECTIONS)  # imports, templates
            portal.shell("from portal.page_cache.generation import invalidate_pages; invalidate_pages()")
            cold = wrk(server.port, script, 4, CONNECTIONS)
            quiet = wrk(server.port, script, seconds, CONNECTIONS)
            onlookers = [Onlooker(server.port, path) for path in PAGES[:2] * 2]
            for each in onlookers:
                each.start()
            found: list[Load] = []
            readers = threading.Thread(target=lambda: found.append(wrk(server.port, script, seconds, CONNECTIONS)))
            readers.start()
            published = publish(portal, options.publications, options.pause)
            readers.join()
            for each in onlookers:
                each.is_over.set()
                each.join()
    [busy] = found
    answers = [answer for each in onlookers for answer in each.asked]
    last_old = [
        max((answer.at - moment for answer in answers if answer.status == 200 and title not in answer.page), default=0)
        for title, moment in published.items()
    ]
    failures = [each.failures for each in (cold, quiet, busy) if each.failures]
    failures += [str(answer.status) for answer in answers if answer.status != 200]
    longest = max([busy.longest, *(answer.seconds * 1000 for answer in answers)])
    print(f"readings    {busy.per_second:.0f}/s; with nothing published {quiet.per_second:.0f}/s")
    print(f"onlookers   {len(answers)} answers to four")
    print(f"old pages   last asked for {', '.join(f'{each:.2f}' for each in sorted(last_old))} s after the moment")
    print(f"longest     {longest:.0f} ms; with nothing published {quiet.longest:.0f} ms; cold {cold.longest:.0f} ms")
    print(f"failures    {failures}")
    return bool(failures or max(last_old) > 1 or longest > cold.longest + quiet.longest)


if __name__ == "__main__":
    sys.exit(main())
