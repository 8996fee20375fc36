"""The shipped nginx configuration on ports and in folders of its own, for a measurement or a test."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from bench.own_portal import ROOT, _children

CONFIGURATION = ROOT / "deploy" / "nginx"
MEMORY = "/dev/shm"
"""In the place of /run, which is memory on a Debian machine, but not in every container."""
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Nginx:
    """In front of the servers on `upstreams` (ports); its journal is in `data/hits`, unless it does not count."""

    def __init__(self, folder: Path, data: Path, upstreams: list[int], *, counts: bool = True) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.folder, self.data = folder, data
        folder.mkdir()
        in_memory = MEMORY if os.access(MEMORY, os.W_OK) else folder
        self.pages = Path(tempfile.mkdtemp(prefix="portal-pages-", dir=in_memory))
        (data / "hits").mkdir(parents=True, exist_ok=True)
        servers = "\n".join(f"server 127.0.0.1:{port};" for port in upstreams)
        changed = {
            "server 127.0.0.1:8000;": servers,
            "/run/portal-pages": str(self.pages),
            "/var/lib/portal": str(data),
        }
        for name in ("portal.conf", "portal-locations.conf"):
            text = (CONFIGURATION / name).read_text()
            for shipped, ours in changed.items():
                text = text.replace(shipped, ours)
            if not counts:
                text = "\n".join(line for line in text.splitlines() if not line.startswith("access_log "))
            (folder / name).write_text(text)
        user = "user root;" if os.geteuid() == 0 else ""
        temporary = " ".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"""
{user} worker_processes 2; pcre_jit on; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    {temporary} access_log off; keepalive_requests 100000000; sendfile on; tcp_nopush on;
    include /etc/nginx/mime.types;
    include {folder}/portal.conf;
    server {{ listen 127.0.0.1:{self.port} reuseport; include {folder}/portal-locations.conf; }}
}}
"""
        )
        assert NGINX, "nginx is not on this machine"
        self.process = subprocess.Popen([NGINX, "-c", folder / "nginx.conf", "-e", folder / "error.log"])
        self.wait()

    def __enter__(self) -> "Nginx":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.pages)

    def wait(self) -> None:
        end = time.monotonic() + 10
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError((self.folder / "error.log").read_text())

    def kill_worker(self) -> None:
        os.kill(int(_children(self.process.pid)[0]), signal.SIGKILL)

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def rotate(self) -> None:
        subprocess.run([CONFIGURATION / "rotate", self.data / "hits", "-1", self.folder / "nginx.pid"], check=True)
