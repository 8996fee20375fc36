"""Load by wrk, and what it costs the processes that answer it."""

import os
import re
import socket
import subprocess
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from bench.hits import HEADERS
from bench.own_portal import ROOT, _children

IN_TURN = """
local paths = {}
for path in io.lines("%s") do paths[#paths + 1] = path end
local number = math.random(#paths)
request = function()
  number = number %% #paths + 1
  return wrk.format("GET", paths[number])
end
"""


class Load(NamedTuple):
    per_second: float
    p99: float
    """Milliseconds, as is the next."""
    longest: float
    failures: str


def in_turn(folder: Path, name: str, addresses: list[str]) -> Path:
    """A script for wrk that asks for one after the other."""
    paths, script = folder / f"{name}.paths", folder / f"{name}.lua"
    paths.write_text("\n".join(addresses))
    script.write_text(IN_TURN % paths)
    return script


def wrk(port: int, script: Path, seconds: int, connections: int, headers: dict[str, str] = HEADERS) -> Load:
    """Every request must have been answered; what failed is said."""
    headers = headers | {"Accept-Encoding": "gzip"}
    said = subprocess.run(
        ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script,
         *(part for name, value in headers.items() for part in ("-H", f"{name}: {value}")),
         f"http://127.0.0.1:{port}/"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    failures = " ".join(re.findall(r"(?:Socket errors|Non-2xx).*", said))
    if failures:
        print(said)
    p99, longest = (
        float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
        for number, unit in (
            re.search(rf"{before}\s+([\d.]+)(us|ms|s)", said).groups() for before in ("99%", r"Latency\s+\S+\s+\S+")
        )
    )
    return Load(float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), p99, longest, failures)


def warm_up(port: int, script: Path, headers: dict[str, str] = HEADERS) -> None:
    """Until every worker has made every page: each request on a connection of its own, so that none stays with one."""
    pages = len(script.with_suffix(".paths").read_text().split())
    wrk(port, script, 2 + pages // 20, 8, headers | {"Connection": "close"})
    before, now = 0.0, wrk(port, script, 2, 8, headers).per_second
    while now > 1.1 * before or now < 100:
        before, now = now, wrk(port, script, 2, 8, headers).per_second


def cpu(pid: int) -> float:
    """Seconds of a process and its children so far."""
    total = 0
    for each in (str(pid), *_children(pid)):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def pin(pid: int) -> None:
    """Each worker of a server to a core. Else its threads now and then hand the interpreter's lock from core to core,
    ten times a request, for seconds: the same server then takes half as much again."""
    for worker, core in zip(_children(pid), cycle(sorted(os.sched_getaffinity(0)))):
        for thread in Path(f"/proc/{worker}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {core})


class Bare:
    """An application that answers a constant of `length` bytes, under gunicorn as the portal is."""

    def __init__(self, application: str, length: int, *, workers: int = 2, threads: int = 4) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{self.port}",
             "--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads), "--keep-alive", "60",
             "--no-control-socket", "--log-level", "warning", "--pythonpath", str(ROOT)],
            cwd=ROOT / "bench",  # away from the portal's gunicorn.conf.py
            env=os.environ | {"BARE_BYTES": str(length)},
        )  # fmt: skip
        time.sleep(2)

    def __enter__(self) -> "Bare":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
