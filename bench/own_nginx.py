"""The shipped nginx configuration beside Debian's own, on ports and in a folder of its own, for a measurement or test.

Only what says CHANGE is changed, and the ports, which a machine may have taken already.
"""

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from bench.own_portal import ROOT, free_port, make_certificate

SHIPPED = ROOT / "deploy" / "nginx" / "portal.conf"
DEBIANS = Path("/etc/nginx")
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") if DEBIANS.exists() else None


class Nginx:
    """In front of the servers that are bound to `upstreams`; it takes static files from `static`."""

    def __init__(self, folder: Path, upstreams: list[str], static: Path, *, workers: int = 1) -> None:
        assert NGINX, "nginx is not on this machine"
        self.folder = folder
        shutil.copytree(DEBIANS, folder, symlinks=False, ignore=shutil.ignore_patterns("modules-*"))
        (folder / "modules-enabled").mkdir()
        self.port, self.tls_port = free_port(), free_port()
        self.certificate, _key = make_certificate(folder)
        self.configure(upstreams, static)
        own = (folder / "nginx.conf").read_text().replace(str(DEBIANS), str(folder))
        own = re.sub("/var/log/nginx/", f"{folder}/", own).replace("/run/nginx.pid", f"{folder}/nginx.pid")
        own = own.replace("worker_processes auto", f"worker_processes {workers}").replace("user www-data", "user root")
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi"))
        own = own.replace(
            "http {", f"http {{ {temporary} uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;"
        )
        (folder / "nginx.conf").write_text(own if os.geteuid() == 0 else own.replace("user root;", ""))
        for site in (folder / "sites-enabled").iterdir():  # Debian's page of welcome
            site.write_text(self.on_own_ports(site.read_text()))
        self.command = [NGINX, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
        self.process = subprocess.Popen([*self.command, "-g", "daemon off;"])
        self.wait()

    def configure(self, upstreams: list[str], static: Path) -> None:
        """Writes the configuration for these servers; `reload` lets it take effect."""
        text = SHIPPED.read_text()
        lines = "\n".join(f"    server {upstream} max_fails=10 fail_timeout=2s;" for upstream in upstreams)
        for shipped, ours in {
            r".*server unix:.*# CHANGE.*": lines,
            r"portal\.example;  # CHANGE": "127.0.0.1;",
            "/etc/ssl/portal/": f"{self.folder}/",
            "/opt/portal/static/;  # CHANGE.*": f"{static}/;",
            "/var/log/nginx/": f"{self.folder}/",
        }.items():
            text, number = re.subn(shipped, ours, text)
            assert number, shipped
        (self.folder / "conf.d" / "portal.conf").write_text(self.on_own_ports(text))

    def on_own_ports(self, text: str) -> str:
        """A configuration that listens on ports of its own, and on this machine only."""
        text = re.sub(r"listen 80\b", f"listen 127.0.0.1:{self.port}", text)
        text = re.sub(r"listen 443\b", f"listen 127.0.0.1:{self.tls_port}", text)
        return re.sub(r".*listen \[::\]:.*\n", "", text)  # not every container has IPv6

    def __enter__(self) -> "Nginx":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def wait(self) -> None:
        end = time.monotonic() + 10
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.tls_port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError((self.folder / "error.log").read_text())

    def check(self) -> str:
        """What `nginx -t` says of the configuration."""
        return subprocess.run([*self.command, "-t"], capture_output=True, text=True).stderr

    def reload(self) -> None:
        subprocess.run([*self.command, "-s", "reload"], check=True)
