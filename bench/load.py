"""Load by wrk, and what it costs the processes that answer it."""

import http.client
import os
import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bench.hits import HEADERS
from bench.own_portal import ROOT, _children, free_port

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


def wrk(
    port: int, script: Path, seconds: int, connections: int, headers: dict[str, str] = HEADERS, scheme: str = "http"
) -> Load:
    """Every request must have been answered; what failed is said."""
    headers = headers | {"Accept-Encoding": "gzip"}
    said = subprocess.run(
        ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script,
         *(part for name, value in headers.items() for part in ("-H", f"{name}: {value}")),
         f"{scheme}://127.0.0.1:{port}/"],
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


def warm_up(port: int, script: Path, headers: dict[str, str] = HEADERS, scheme: str = "http") -> None:
    """Until every worker has made every page: each request on a connection of its own, so that none stays with one."""
    pages = len(script.with_suffix(".paths").read_text().split())
    wrk(port, script, 2 + pages // 8, 8, headers | {"Connection": "close"}, scheme)
    before, now = 0.0, wrk(port, script, 2, 8, headers, scheme).per_second
    while now > 1.1 * before or now < 100:
        before, now = now, wrk(port, script, 2, 8, headers, scheme).per_second


def cpu(pid: int) -> float:
    """Seconds of a process and its children so far."""
    return sum(map(cpu_alone, (pid, *map(int, _children(pid)))))


def cpu_alone(pid: int) -> float:
    """Seconds of a process so far, with its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def database_cpu() -> float:
    """Seconds of all processes of PostgreSQL on this machine so far, with those that have ended."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
            if name == "postgres":
                ticks += sum(map(int, rest.split()[11:15]))  # its own, and its children's that it has waited for
    return ticks / os.sysconf("SC_CLK_TCK")


def get(port: int, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """The status and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    found = response.status, response.read()
    connection.close()
    return found


COMMANDS = {
    "gunicorn": "gunicorn {application} --bind 127.0.0.1:{port} --worker-class gthread --workers {workers} --threads 4 "
    "--keep-alive 60 --no-control-socket --log-level warning --pythonpath {root}",
    "granian": "granian {application} --interface wsgi --host 127.0.0.1 --port {port} --workers {workers} "
    "--blocking-threads 4 --backpressure 4096 --log-level error --working-dir {root}",
}


class Bare:
    """An application that answers a constant of `length` bytes, under a server of COMMANDS."""

    def __init__(self, application: str, length: int, server: str = "granian", workers: int = 2) -> None:
        self.port = free_port()
        command = COMMANDS[server].format(application=application, port=self.port, workers=workers, root=ROOT)
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command.split()], cwd=ROOT, env=os.environ | {"BARE_BYTES": str(length)}
        )
        time.sleep(3)

    def __enter__(self) -> "Bare":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
