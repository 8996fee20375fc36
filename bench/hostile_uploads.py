"""How long do hostile uploads take, how much memory do they get, and do readers notice?

    python -m bench.hostile_uploads [--database-url postgres://postgres@127.0.0.1/bench]

Two workers of four threads. Four readers load the front page, the feed and articles, fifty pages a second in all, first
alone, then while an editor sends every file of `tests.support.hostile_files` to the admin's forms, one after another.
Exits with 1 when a hostile file is taken, a harmless one refused, an answer to a hostile file takes five seconds, a
process that looks into a file more than 300 MB, or when readers wait 300 ms (p99).
"""

import argparse
import http.cookiejar
import os
import re
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from bench.own_portal import Portal, Server, own_portal  # noqa: E402
from tests.support.hostile_files import HARMLESS, HOSTILE, Upload  # noqa: E402

PAUSE = 0.08
"""Seconds of each reader between two pages."""


def read_pages(port: int, paths: list[str], is_over: threading.Event, seconds: list[float]) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for path in cycle(paths):
        if is_over.wait(PAUSE):
            break
        began = time.perf_counter()
        connection.request("GET", path)
        connection.getresponse().read()
        seconds.append(time.perf_counter() - began)


def time_readers(port: int, paths: list[str], work: Callable[[], object]) -> float:
    """The readers' p99 in milliseconds while something else is done."""
    is_over, seconds = threading.Event(), []
    readers = [threading.Thread(target=read_pages, args=[port, paths, is_over, seconds]) for _ in range(4)]
    for each in readers:
        each.start()
    work()
    is_over.set()
    for each in readers:
        each.join()
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1000


def watch_memory(peaks: list[int]) -> None:
    """Notes the most memory that each process which looks into a file has had, in bytes."""
    while True:
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has ended
                if b"news.media.inspector" in (process / "cmdline").read_bytes():
                    peaks += [int(kb) * 1024 for kb in re.findall(r"VmHWM:\s+(\d+)", (process / "status").read_text())]
        time.sleep(0.005)


class Editor:
    def __init__(self, portal: Portal, port: int) -> None:
        portal.shell("from django.contrib.auth.models import User; User.objects.create_superuser('e', password='e')")
        self.base = f"http://127.0.0.1:{port}/admin"
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())).open
        self.post("/login/", {"username": b"e", "password": b"e", "next": b"/admin/"})

    def post(self, path: str, fields: dict[str, bytes], file: tuple[str, bytes] | None = None) -> str:
        """The address one comes to."""
        form = self.open(self.base + path).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        boundary = uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="'
        fields |= {"csrfmiddlewaretoken": token.encode()}
        parts = [f'{head}{name}"\r\n\r\n'.encode() + value for name, value in fields.items()]
        if file:
            parts.append(f'{head}upload"; filename="{file[0]}"\r\n\r\n'.encode() + file[1])
        body = b"\r\n".join([*parts, f"--{boundary}--\r\n".encode()])
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Referer": self.base}
        return self.open(urllib.request.Request(self.base + path, body, kind)).url

    def send(self, file: Upload) -> tuple[float, bool]:
        """Seconds until the answer, and whether the file was taken."""
        content, kind = file.make(), "image" if file.is_picture else "attachment"
        path, title = f"/news/{kind}/add/", {"alt_kk" if file.is_picture else "title_kk": b"x"}
        began = time.perf_counter()
        address = self.post(path, title, (f"a.{file.extension}", content))
        return time.perf_counter() - began, not address.endswith("/add/")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--database-url", default="", help="a PostgreSQL database that does not exist yet")
    with own_portal(arguments.parse_args().database_url) as portal:
        portal.go_live()
        paths = ["/", "/news/", *portal.add_articles(50)]
        with Server(portal, workers=2, threads=4) as server:
            editor, peaks, answers = Editor(portal, server.port), [0], {}
            threading.Thread(target=watch_memory, args=[peaks], daemon=True).start()
            alone = time_readers(server.port, paths, lambda: time.sleep(15))
            meanwhile = time_readers(
                server.port, paths, lambda: answers.update((each, editor.send(each)) for each in HOSTILE + HARMLESS)
            )
    wrong = [
        f"{each.extension} {each.name}" for each, (_s, is_taken) in answers.items() if is_taken == bool(each.refusal)
    ]
    hostile = max(seconds for each, (seconds, _taken) in answers.items() if each.refusal)
    harmless = max(seconds for each, (seconds, _taken) in answers.items() if not each.refusal)
    print(f"hostile files {len(HOSTILE)}, harmless {len(HARMLESS)}; answered wrongly: {wrong}")
    print(f"slowest answer to a hostile file {hostile:.2f} s, to a harmless one {harmless:.2f} s")
    print(f"most memory of a process that looks into a file: {max(peaks) / 1e6:.0f} MB")
    print(f"readers' p99 {meanwhile:.0f} ms; without uploads {alone:.0f} ms")
    return bool(wrong or hostile >= 5 or max(peaks) > 300_000_000 or meanwhile >= 300)


if __name__ == "__main__":
    sys.exit(main())
