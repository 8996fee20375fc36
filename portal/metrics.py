"""Numbers for Prometheus: the requests that this node answered, how long they took, and what waits to be done.

Each process counts into files of its own in settings.METRICS_DIR (prometheus_client's multi-process mode), so one
process can tell what all of its node did, and what a killed one has written is not lost. A process holds a lock on its
files as long as it lives. The next one to begin adds files without a lock to those of the dead, and deletes them.
"""

import atexit
import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from portal.client_address import client_address, parse_address

logger = logging.getLogger(__name__)

KIND, CACHE = "portal.kind", "portal.cache"
"""Where a WSGI environment says which kind of page was answered, and whether the page cache had it."""
HIT, MISS, NONE = "hit", "miss", "none"
"""None: the page is in no cache."""
TYPES = ("counter", "histogram")
"""The kinds of our files."""
DEAD = "dead"
FILE_BYTES = 1024 * 1024
"""As prometheus_client makes them: room for some thousand numbers."""
LOCK = "lock"
INTERVAL = 0.5
"""Seconds until another process can tell what this one counted; a killed one takes so much with it."""

requests = Counter("portal_requests", "Requests answered.", ["kind", "status", "cache"], registry=None)
render_seconds = Histogram(
    "portal_render_seconds",
    "Seconds in which Django made an answer.",
    ["kind"],
    registry=None,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
sql_seconds = Counter(
    "portal_sql_seconds", "Seconds of these in which the database was waited for.", ["kind"], registry=None
)
sql_queries = Counter("portal_sql_queries", "Queries to the database.", ["kind"], registry=None)

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def counted(application: Application) -> Application:
    """A WSGI application whose answers are counted, whoever gave them."""

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        said = ""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal said  # a later one takes the place of an earlier one (PEP 3333)
            said = status
            return start_response(status, headers, exc_info)

        body = application(environ, start)
        count_request(environ.get(KIND, "other"), said, environ.get(CACHE, NONE))
        return body

    return answer


def count_request(kind: str, status: str, cache: str) -> None:
    """Counts an answer. As a cached page takes microseconds in all, only this process knows of it until the next
    `write_requests`."""
    key = (kind, status, cache)
    with _files.lock:
        _files.waiting[key] = _files.waiting.get(key, 0) + 1
    if not _files.is_writing:
        _files.start_writing()


def write_requests() -> None:
    """Writes what was counted to the files, and tries again to make them if the disk refused them before."""
    if _files.prepare(tries_again=True):
        with _files.lock:
            waiting, _files.waiting = _files.waiting, {}
        for (kind, status, cache), number in waiting.items():
            requests.labels(kind, status[:3], cache).inc(number)


def count_rendering(kind: str, seconds: float, in_sql: float, queries: int) -> None:
    """Counts what an answer of Django cost."""
    if _files.prepare():
        render_seconds.labels(kind).observe(seconds)
        sql_seconds.labels(kind).inc(in_sql)
        sql_queries.labels(kind).inc(queries)


def kind_of(request: HttpRequest) -> str:
    """The name of the page's address, which is the same in all editions; `admin` for all of the editors' side."""
    if match := request.resolver_match:
        return "admin" if match.app_name == "admin" else match.url_name or "other"
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "other"


class Files:
    """The files of this process, and what it has yet to write to them."""

    def __init__(self) -> None:
        self.lock, self.making = threading.Lock(), threading.Lock()
        self.waiting: dict[tuple[str, str, str], int] = {}
        self.held: list[int] = []
        self.is_refused = self.is_writing = False

    def start_writing(self) -> None:
        """Starts the thread that writes twice a second."""
        with self.making:
            if not self.is_writing:
                self.is_writing = True
                threading.Thread(target=self.write_for_ever, name="metrics", daemon=True).start()
                atexit.register(write_requests)

    def write_for_ever(self) -> None:
        never = threading.Event()
        while not never.wait(INTERVAL):
            write_requests()

    def prepare(self, *, tries_again: bool = False) -> bool:
        """Makes the files of this process, once. Returns whether they are there: nothing fails by its counting."""
        if self.held:
            return True
        with self.making:
            if not self.held and (tries_again or not self.is_refused):
                try:
                    with files_lock(fcntl.LOCK_EX):
                        add_dead_files()
                        self.held = [make_file(f"{each}_{os.getpid()}") for each in TYPES]
                except OSError as error:
                    if not self.is_refused:
                        logger.error("Requests wait in memory to be counted for /metrics: %s", error)
                    self.is_refused = True
        return bool(self.held)

    def forget(self) -> None:
        """In a forked child, whose files are others."""
        for fd in self.held:
            os.close(fd)
        self.__init__()  # type: ignore[misc]


_files = Files()
os.register_at_fork(after_in_child=lambda: _files.forget())


def make_file(name: str) -> int:
    """Makes a file with all of its bytes on the disk, and returns it locked: a full disk would kill who writes to a
    page of a mapped file that is not there yet."""
    fd = os.open(settings.METRICS_DIR / f"{name}.db", os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        os.posix_fallocate(fd, 0, FILE_BYTES)
    except OSError:
        os.close(fd)
        raise
    return fd


@contextmanager
def files_lock(mode: int) -> Iterator[None]:
    """Locks the folder: shared while its files are read, alone while files come and go. Raises OSError."""
    fd = os.open(settings.METRICS_DIR / LOCK, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(fd, mode)
        yield
    finally:
        os.close(fd)


def add_dead_files() -> None:
    """Adds the files of dead processes to those of the dead, so that no sum ever falls and no file stays."""
    for path in sorted(settings.METRICS_DIR.glob("*_*.db")):
        kind, _, process = path.stem.partition("_")
        if process == DEAD:
            continue
        fd = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            add_to_dead(path, kind)
            path.unlink()
        except BlockingIOError:  # alive
            continue
        finally:
            os.close(fd)


def add_to_dead(path: Path, kind: str) -> None:
    os.close(make_file(f"{kind}_{DEAD}"))
    total = MmapedDict(str(path.with_name(f"{kind}_{DEAD}.db")))
    try:
        for key, value, _time, _position in MmapedDict.read_all_values_from_file(str(path)):
            total.write_value(key, total.read_value(key)[0] + value, 0.0)
    except (ValueError, RuntimeError) as error:
        logger.error("A file of /metrics is damaged and its numbers are lost: %s: %s", path.name, error)
    finally:
        total.close()


class Gauges(Collector):
    """What is looked up when somebody asks: the reports of settings.METRICS."""

    def collect(self) -> Iterator[Metric]:
        reports = GaugeMetricFamily("portal_report", "Whether these numbers could be looked up.", labels=["of"])
        for path in settings.METRICS:
            try:
                yield from list(import_string(path)())
                reports.add_metric([path], 1)
            except (DatabaseError, OSError):
                reports.add_metric([path], 0)
        yield reports


def collect_metrics() -> bytes:
    """All numbers of this node, in Prometheus' text format."""
    registry, gauges = CollectorRegistry(), CollectorRegistry()
    gauges.register(Gauges())
    write_requests()
    counted = b""
    with suppress(OSError), files_lock(fcntl.LOCK_SH):
        MultiProcessCollector(registry, str(settings.METRICS_DIR))
        counted = generate_latest(registry)
    return counted + generate_latest(gauges)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, by its address or its token; for others there is nothing here."""
    if not may_read(request):
        raise Http404
    return HttpResponse(collect_metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")


def may_read(request: HttpRequest) -> bool:
    """Whether a request has METRICS_TOKEN, or comes from METRICS_ADDRESSES."""
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and constant_time_compare(sent, settings.METRICS_TOKEN):
        return True
    address = parse_address(client_address(request))
    return any(address in network for network in settings.METRICS_ADDRESSES)
