"""The server: granian with the portal's application. Its limits and their reasons are here, and nowhere else.

    python -m portal.server --bind 127.0.0.1:8000

SIGTERM ends it when all requests are answered. SIGHUP loads the code anew: the old workers end when the new ones serve.
Where it listens on a socket at a path, not a single request is lost by either; on a port, one that connects in the
moment when a worker ends may be closed unanswered. What is imported of the portal here is forgotten by the workers,
which load it anew.
"""

import argparse
import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from multiprocessing.synchronize import Event
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels, logger
from granian.server.mp import MPServer

from portal.bell import Bell

THREADS = 16
"""Of each worker, made when they are needed. Each keeps a connection to the database, so this times the workers of all
nodes stays below what the database allows (100, as it comes). Finished pages take microseconds of them; what takes long
is a page that is made, an editor's form, and a slow client (portal.slow_clients)."""
CONNECTIONS = 8192
"""Of each worker; those above it wait in the kernel's queue. An idle one takes a few kilobytes."""
SECONDS_FOR_A_HEAD = 30
"""In which a head has to come; so long an idle connection is kept, too. A proxy in front must close its own sooner."""
LONGEST_HEAD = 256 * 1024
"""Bytes: room for a whole article in the search box, of which hyper takes an address of 65,534 bytes."""
SECONDS_TO_END = 30
"""For the requests that are being answered when a worker is to end."""
SECONDS_TO_ACCEPT = 1
"""For what has connected to a socket that nobody finds any more, before its workers are told to end."""
SECONDS_TO_BEGIN = 120
"""In which a worker has to load the code. Its predecessor serves until then."""


class PortalServer(MPServer):
    """granian, but that no worker ends before all successors can serve, and none if one cannot.

    granian itself waits for a fixed time, and then ends the old worker in any case.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.main_loop_interrupt: Any = Bell()  # type: ignore[assignment]

    def _respawn_workers(self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        before = [self.wrks[idx] for idx in workers if self.wrks[idx].is_alive()]
        successors = {}
        with self.socket_beside(self.bind_uds) if before and self.bind_uds else nullcontext(lambda: None) as take_over:
            for idx in workers:
                self.respawned_wrks[idx] = time.monotonic()
                ready = multiprocessing.Event()
                successors[idx] = self._spawn_worker(idx, spawn_target, partial(target_loader, ready))  # type: ignore[call-arg]
                successors[idx].inner.start()
                if not self.wait_until(ready, successors[idx]) and before:
                    for new in successors.values():
                        new.kill()
                    logger.error("The code cannot be loaded anew: the workers go on with what they have")
                    return
            take_over()
        for idx, new in successors.items():
            new._watch()  # only now: whoever watches a worker that dies has it replaced
            self.wrks[idx] = new
        end_workers(before)

    @contextmanager
    def socket_beside(self, path: Path) -> Iterator[Callable[[], None]]:
        """Lets new workers listen on a socket of their own. It takes the place of the old one when they can serve.

        The old workers answer what has come to theirs. On one socket for both, a worker that ends would close what it
        has just accepted, unread.
        """
        before: tuple[Any, ...] = (self._shd, self._sfd, self._sso)
        beside = path.with_name(f"{path.name}.next")
        beside.unlink(missing_ok=True)
        self.bind_uds = beside
        self._init_shared_socket()
        self.bind_uds, in_charge = path, False

        def take_over() -> None:
            nonlocal in_charge
            beside.rename(path)
            in_charge = True

        try:
            yield take_over
        finally:
            if in_charge:
                before[2].close()
                time.sleep(SECONDS_TO_ACCEPT)
            else:
                super()._drop_shared_socket()
                beside.unlink()
                self._shd, self._sfd, self._sso = before

    def _drop_shared_socket(self) -> None:
        """From now on nobody can connect, so that a proxy sends what comes to another node; then it is ended."""
        if self.bind_uds:
            self.bind_uds.unlink(missing_ok=True)
            self.bind_uds = None  # the next server may bind to it
            time.sleep(SECONDS_TO_ACCEPT)
        super()._drop_shared_socket()

    def wait_until(self, ready: Event, worker: Any) -> bool:
        """Whether the worker can serve; False if it has died or is too slow, or the server is told to end."""
        latest = time.monotonic() + SECONDS_TO_BEGIN
        while not ready.wait(0.2):
            if not worker.is_alive() or self.interrupt_signal or time.monotonic() > latest:
                return False
        return True


def end_workers(workers: list[Any]) -> None:
    """Once they have answered what they were asked, or after SECONDS_TO_END."""
    for worker in workers:
        worker.terminate()
    latest = time.monotonic() + SECONDS_TO_END
    for worker in workers:
        worker.join(max(0, latest - time.monotonic()))
        if worker.is_alive():
            worker.kill()
            worker.join()


def load_application(threads: int, ready: Event | None = None) -> Callable[..., Any]:
    """The portal's application, in a worker. From now on the worker counts readings, whether it is asked or not."""
    # Until granian has handlers of its own here, those of its parent are inherited, which would not end this process.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    wake_for_signals()
    for name in [name for name in sys.modules if name.partition(".")[0] == "portal"]:
        del sys.modules[name]  # what the parent has loaded of it is of the version before
    from portal import wsgi  # first, for it makes Django ready

    # isort: split
    from portal.metrics import counted
    from portal.slow_clients import SlowClients

    wsgi.worker.start_folding()
    Finalize(None, wsgi.worker.stop_folding, exitpriority=1)  # multiprocessing ends a worker without atexit
    if ready:
        ready.set()
    return counted(SlowClients(wsgi.door, threads))


def wake_for_signals() -> None:
    """Lets the main thread act on a signal at once. Call it there.

    The kernel may hand a signal to any thread, and Python runs the handler when the main thread wakes up next. Those of
    granian sleep until they are told to end.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    main_thread = threading.get_ident()
    signal.signal(signal.SIGUSR1, lambda *_: None)  # does nothing but wake whom it is sent to
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

    def wake() -> None:
        while number := os.read(reader, 1):
            if number[0] != signal.SIGUSR1:
                signal.pthread_kill(main_thread, signal.SIGUSR1)

    threading.Thread(target=wake, name="signals", daemon=True).start()


def allow_open_files() -> None:
    """As many connections as the system allows, for a shell's own limit is often 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, 4 * CONNECTIONS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def remove_dead_socket(path: Path) -> None:
    """What a server that was killed has left there: nobody could bind to it again. One that answers stays."""
    if path.is_socket():
        with socket.socket(socket.AF_UNIX) as caller:
            try:
                caller.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()


def make_server(options: argparse.Namespace) -> Any:
    """The server for these options."""
    path = options.bind.removeprefix("unix:")
    is_socket = path != options.bind
    if is_socket:
        remove_dead_socket(Path(path))
    address, _, port = options.bind.rpartition(":")
    return PortalServer(
        "portal.wsgi:application",
        **({"uds": Path(path), "uds_permissions": 0o660} if is_socket else {"address": address, "port": int(port)}),
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads,
        backpressure=CONNECTIONS,
        backlog=CONNECTIONS,
        http=HTTPModes.auto,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=SECONDS_FOR_A_HEAD * 1000, max_buffer_size=LONGEST_HEAD),
        http2_settings=HTTP2Settings(
            keep_alive_interval=SECONDS_FOR_A_HEAD * 1000, max_concurrent_streams=100, max_headers_size=LONGEST_HEAD
        ),
        ssl_cert=options.certificate,
        ssl_key=options.key,
        ssl_protocol_min=SSLProtocols.tls12,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_END,
        log_level=LogLevels.info if options.verbose else LogLevels.warning,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m portal.server", description="Serves the portal until SIGTERM or Ctrl+C; SIGHUP loads it anew."
    )
    parser.add_argument(
        "--bind", default="127.0.0.1:8000", help="address:port or unix:/path of a socket (127.0.0.1:8000)"
    )
    parser.add_argument(
        "--workers", type=int, default=len(os.sched_getaffinity(0)), help="processes (one for each processor)"
    )
    parser.add_argument("--threads", type=int, default=THREADS, help=f"threads of each worker at most ({THREADS})")
    parser.add_argument("--certificate", type=Path, help="file with the certificate and its chain, to serve TLS itself")
    parser.add_argument("--key", type=Path, help="file with the certificate's key")
    parser.add_argument("--verbose", action="store_true", help="say which workers begin and end")
    allow_open_files()
    wake_for_signals()
    options = parser.parse_args()
    server = make_server(options)
    # More threads than processors are meant: most of them wait for the database or for a slow client.
    logger.addFilter(lambda line: "spawning up to" not in line.getMessage())
    server.serve(target_loader=partial(load_application, options.threads), wrap_loader=False)


if __name__ == "__main__":
    main()
