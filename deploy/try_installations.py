# ruff: noqa: E501, UP031  # images and questions, each on its line
"""Follows docs/deployment.md on an empty machine: in containers, with systemd. Run as root on Debian 12 or newer:

    apt-get install --no-install-recommends buildah catatonit conmon debootstrap netavark aardvark-dns iptables openssl podman runc systemd-container
    pip install podman-compose
    python deploy/try_installations.py

The commands are those of the page, but for what `Containers.replace` and `Systemd.replace` say: no registry of images
is asked, so a base that debootstrap makes stands in for Python's image, and Debian's packages on it for PostgreSQL's,
Valkey's and nginx's. What the second way downloads is downloaded beforehand, for its machine has no way out.
Then it asks what a reader, an editor and an operator would, and prints what it found. All is in one folder and in
namespaces of its own; both are gone afterwards, but for the folder if --folder names it, which spares the next time
most of the downloads.
"""

import argparse
import http.client
import json
import os
import re
import resource
import secrets
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "portal.example"
USER, PASSWORD = "operator", secrets.token_urlsafe(16)
READER = "198.51.100.23"
"""An address that a reader comes from, as a proxy says, and that no log may have."""
SEARCHED = "qupiyasoz"
"""What that reader searches for, which no log may have either."""
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
MAIL = "EMAIL_URL=smtp+tls://mail.example"
"""A mail server, which the settings name as a comment alone and which is nowhere here."""
CHECK = "manage.py check --deploy --fail-level WARNING && echo clean"
PATIENCE = 180
"""Seconds until everything that begins by itself has to have begun."""
BANK_PORT = 9009
BANK = (
    """
import http.server, urllib.parse
class Bank(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        day = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)["fdate"][0]
        items = "".join(
            f"<item><fullname>{code}</fullname><title>{code}</title><description>{value}</description><quant>1</quant>"
            "<index>UP</index><change>+0.5</change></item>"
            for code, value in (("USD", "477.03"), ("EUR", "520.11"), ("RUB", "5.31"))
        )
        body = f'<?xml version="1.0" encoding="utf-8"?><rates><date>{day}</date>{items}</rates>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("", %d), Bank).serve_forever()
"""
    % BANK_PORT
)
"""The National Bank, which is out of reach here."""

PODMAN = """#!/bin/sh
# As podman 4.6 beside systemd: it waits for health, which it asks for itself, and does not fail at containers that have ended.
case "$*" in
--version*) echo podman version 4.6.0 ;;
"wait --condition=healthy "*)
    shift 2
    for each; do until /usr/bin/podman healthcheck run "$each"; do sleep 1; done; done ;;
*)
    for each; do
        shift
        case $each in --requires=*) ;; *) set -- "$@" "$each" ;; esac
    done
    exec /usr/bin/podman "$@" ;;
esac
"""
"""Debian 12 has podman 4.3, and where this runs there may be no systemd, by whose timers podman checks health."""

DATABASE_IMAGE = """
FROM localhost/base
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-17 >/dev/null \\
    && rm -rf /var/lib/postgresql/* && install -d -o postgres -m 0700 /var/lib/postgresql/data
COPY database.sh /usr/local/bin/
ENV PATH=/usr/lib/postgresql/17/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data
ENTRYPOINT ["sh", "/usr/local/bin/database.sh"]
"""
DATABASE_ENTRY = """set -eu
if ! test -s $PGDATA/PG_VERSION; then
    echo "$POSTGRES_PASSWORD" >/tmp/password
    initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth-host=scram-sha-256 $POSTGRES_INITDB_ARGS >/dev/null
    rm /tmp/password
    echo "host all all all scram-sha-256" >>$PGDATA/pg_hba.conf
    pg_ctl -w -o "-c listen_addresses='' -c unix_socket_directories=/tmp" start >/dev/null
    createdb --host=/tmp --username="$POSTGRES_USER" "$POSTGRES_USER"
    pg_ctl -w stop >/dev/null
fi
exec "$@" -c listen_addresses='*' -c unix_socket_directories=/tmp  # Debian 12's runc lets root alone write elsewhere
"""
CACHE_IMAGE = """
FROM localhost/base
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends valkey-server >/dev/null
ENTRYPOINT ["sh", "-c", "exec \\"$@\\" --protected-mode no", "sh"]
"""
NGINX_IMAGE = """
FROM localhost/base
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light >/dev/null \\
    && rm -rf /etc/nginx/sites-enabled/* /var/lib/nginx && ln -s /var/cache/nginx /var/lib/nginx \\
    && mkdir -p /var/cache/nginx /etc/ssl/portal \\
    && ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log
"""


def commands_of(way: str) -> list[str]:
    """The commands of the first block under a heading of docs/deployment.md."""
    page = (ROOT / "docs" / "deployment.md").read_text()
    section = page.split(f"\n## {way}\n")[1].split("\n## ")[0]
    block = re.search(r"(?:^    \S.*\n)+", section, re.MULTILINE)
    assert block, way
    return [line.strip() for line in block[0].splitlines()]


def run(command: str | list[str], *, quiet: bool = True, check: bool = True, **options: object) -> str:
    """What a command prints. Raises RuntimeError with it if the command fails."""
    arguments = command if isinstance(command, list) else ["sh", "-c", command]
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)  # type: ignore[call-overload]
    if check and done.returncode:
        raise RuntimeError(f"{command}\n{done.stdout[-4000:]}")
    if not quiet:
        print(*(f"      {line}" for line in done.stdout.splitlines()[-12:]), sep="\n", flush=True)
    return str(done.stdout)


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> object:
    """The first true answer, or the last one."""
    end = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < end:
        time.sleep(0.5)
    return answer


class Workshop:
    """The folder in which everything is made: the base, a certificate and who signed it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.base = folder, folder / "base"
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "authority.pem").exists():
            self.make_certificate()
        if not (self.base / "usr/local/share/ca-certificates/try.crt").exists():
            shutil.rmtree(self.base, ignore_errors=True)
            self.make_base()

    def make_certificate(self) -> None:
        """As readers' browsers know it: signed by an authority, and good for three months."""
        new_key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        run(
            f"openssl req -x509 {new_key} -days 90 -subj /CN=authority -addext keyUsage=critical,keyCertSign"
            " -keyout authority.key -out authority.pem"
            f" && openssl req {new_key} -subj /CN={HOST} -keyout key.pem -out request.pem"
            f" && printf 'subjectAltName=DNS:{HOST}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid' >names"
            " && openssl x509 -req -in request.pem -CA authority.pem -CAkey authority.key -CAcreateserial -days 90"
            " -extfile names -out own.pem && cat own.pem authority.pem >fullchain.pem",
            cwd=self.folder,
        )

    def make_base(self) -> None:
        """Debian 13 with Python, which trusts our authority and whomever this machine trusts."""
        packages = "ca-certificates,python3,python3-venv,tzdata"
        run(["debootstrap", "--variant=minbase", f"--include={packages}", "trixie", str(self.base)])
        trusted = self.base / "usr/local/share/ca-certificates"
        bundle = Path("/etc/ssl/certs/ca-certificates.crt").read_text()
        for number, each in enumerate(re.findall(r"-----BEGIN.*?END CERTIFICATE-----\n", bundle, re.DOTALL)):
            (trusted / f"host-{number}.crt").write_text(each)
        shutil.copy(self.folder / "authority.pem", trusted / "try.crt")
        run(["chroot", str(self.base), "update-ca-certificates"])

    def copy_repository(self, place: Path) -> None:
        """As somebody has it who has just cloned it, with what has not been committed yet."""
        place.mkdir(parents=True)
        files = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT).split("\0")
        for name in filter(None, files):
            if (ROOT / name).exists():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, place / name)
        for name in ("fullchain.pem", "key.pem"):
            shutil.copy(self.folder / name, place)


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers = response.status, response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Visitor:
    """Somebody who asks the portal at its public address, and keeps cookies."""

    def __init__(self, authority: Path, address: str = "127.0.0.1", port: int = 443, plain_port: int = 80) -> None:
        self.trusted = ssl.create_default_context(cafile=str(authority))
        self.address, self.port, self.plain_port = address, port, plain_port
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, *, plain: bool = False, form: dict[str, str] | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection(HOST, timeout=30)
        connection.sock = socket.create_connection((self.address, self.plain_port if plain else self.port), timeout=30)
        if not plain:
            connection.sock = self.trusted.wrap_socket(connection.sock, server_hostname=HOST)
        headers = BROWSER | {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urllib.parse.urlencode(form) if form else None
        if form:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}{path}"}
        try:
            connection.request("POST" if form else "GET", path, body, headers)
            with connection.getresponse() as response:
                for cookie in response.headers.get_all("Set-Cookie", []):
                    name, _, rest = cookie.partition("=")
                    self.cookies[name] = rest.partition(";")[0]
                return Answer(response)
        finally:
            connection.close()

    def sign_in(self) -> Answer:
        page = self.ask("/admin/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, page[:2000]
        form = {"csrfmiddlewaretoken": token[1], "username": USER, "password": PASSWORD, "next": "/admin/"}
        answer = self.ask("/admin/login/?next=/admin/", form=form)
        return self.ask(answer.headers["Location"]) if answer.status == http.HTTPStatus.FOUND else answer


class Way:
    """One of the ways of the page. It is there between `follow` and `end`."""

    heading: str

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop

    def prepare(self) -> None: ...
    def replace(self, command: str) -> str: ...
    def execute(self, command: str) -> str: ...
    def manage(self, *arguments: str, check: bool = True) -> str: ...
    def check_deployment(self) -> str: ...
    def visitor(self) -> Visitor: ...
    def read_logs(self) -> str: ...
    def kill_server(self) -> None: ...
    def renew(self) -> None: ...
    def describe_rights(self) -> dict[str, bool]: ...
    def end(self) -> None: ...

    def after(self, command: str) -> None:
        """What the page leaves to its reader after a command."""

    def follow(self) -> None:
        commands = commands_of(self.heading)
        for number, command in enumerate(commands, 1):
            print(f"  {number}/{len(commands)} $ {command}", flush=True)
            begun = time.monotonic()
            if command.endswith("doctor"):
                # Jobs that are due begin by themselves, one after the other, and the doctor misses those that have not.
                wait_for(lambda: "✗" not in self.manage("doctor", check=False))
            print(*(f"      {line}" for line in self.execute(self.replace(command)).splitlines()[-8:]), sep="\n")
            self.after(command)
            print(f"      ({time.monotonic() - begun:.0f} s)", flush=True)

    @contextmanager
    def reading(self, path: str) -> Iterator[Counter[int | str]]:
        """What two readers are answered while the block runs."""
        answers: Counter[int | str] = Counter()
        ended = threading.Event()

        def read() -> None:
            while not ended.is_set():
                try:
                    answers[self.visitor().ask(path).status] += 1
                except OSError as error:
                    answers[repr(error)] += 1

        threads = [threading.Thread(target=read) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            yield answers
        finally:
            ended.set()
            for thread in threads:
                thread.join()


class Containers(Way):
    heading = "In containers"
    tls_port, plain_port = 18443, 18080

    def prepare(self) -> None:
        self.folder = self.workshop.folder / "containers"
        self.copy = self.folder / "portal"
        shutil.rmtree(self.copy, ignore_errors=True)
        self.workshop.copy_repository(self.copy)
        files, processes = (resource.getrlimit(kind)[1] for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC))
        # buildah lowers its own limit to this, and where root has not all rights it cannot raise it again.
        processes = min(processes, int(Path("/proc/sys/kernel/pid_max").read_text()))
        (self.folder / "storage.conf").write_text(
            f'[storage]\ndriver = "overlay"\ngraphroot = "{self.folder}/images"\nrunroot = "{self.folder}/run"\n'
        )
        (self.folder / "containers.conf").write_text(
            f'[containers]\ndefault_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]\n'
            'log_driver = "k8s-file"\n'
            '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
            '[network]\nnetwork_backend = "netavark"\n'
        )
        self.environment = os.environ | {
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "PATH": f"{self.folder}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        (self.folder / "podman").write_text(PODMAN)
        (self.folder / "podman").chmod(0o755)
        self.build_images()

    def build_images(self) -> None:
        if "localhost/base" not in self.sh("podman images --format '{{.Repository}}'"):
            self.sh(f"tar -C {self.workshop.base} -c . | podman import - localhost/base")
        for name, text in {"database": DATABASE_IMAGE, "cache": CACHE_IMAGE, "nginx": NGINX_IMAGE}.items():
            place = self.folder / name
            place.mkdir(exist_ok=True)
            (place / "Containerfile").write_text(text)
            (place / "database.sh").write_text(DATABASE_ENTRY)
            self.build(f"--tag localhost/{name} {place}")
        self.build_own()

    def build_own(self) -> None:
        bases = "--build-arg PYTHON_IMAGE=localhost/base --build-arg NGINX_IMAGE=localhost/nginx"
        for target, name in {"portal": "portal:local", "nginx": "portal-nginx:local"}.items():
            begun = time.monotonic()
            self.build(f"{bases} --target {target} --tag localhost/{name} --file {self.copy}/Containerfile {self.copy}")
            size = self.sh(f"podman image inspect --format '{{{{.Size}}}}' localhost/{name}")
            print(f"  {name}: {int(size) // 10**6} MB, built in {time.monotonic() - begun:.0f} s", flush=True)

    def build(self, arguments: str) -> None:
        self.sh(f"buildah bud --isolation chroot --format docker --layers {arguments}")

    def sh(self, command: str, check: bool = True) -> str:
        return run(command, check=check, env=self.environment, cwd=self.copy)

    execute = sh

    def replace(self, command: str) -> str:
        command = command.removeprefix("sudo ").replace("docker compose", "podman-compose").replace(" --build", "")
        command = command.replace("exec portal", f"exec -T -e DJANGO_SUPERUSER_PASSWORD={PASSWORD} portal")
        return command.replace("createsuperuser", f"createsuperuser --no-input --username {USER} --email a@{HOST}")

    def after(self, command: str) -> None:
        if "new_settings" in command:
            with (self.copy / ".env").open("a") as settings:
                settings.write(
                    "POSTGRES_IMAGE=localhost/database\nVALKEY_IMAGE=localhost/cache\n"
                    f"HTTP_PORT=127.0.0.1:{self.plain_port}\nHTTPS_PORT=127.0.0.1:{self.tls_port}\n"
                    f"RATES_URL=http://bank:{BANK_PORT}/\n"
                )
        if " up " in command:
            self.sh(
                f"podman run --detach --name bank --network portal_outside localhost/base python3 -c {shlex.quote(BANK)}"
            )

    def container(self, service: str) -> str:
        return self.sh(f"podman ps --quiet --filter label=com.docker.compose.service={service}").strip()

    def manage(self, *arguments: str, check: bool = True) -> str:
        return self.sh(f"podman exec {self.container('portal')} manage.py {shlex.join(arguments)}", check)

    def check_deployment(self) -> str:
        return self.sh(f"podman exec --env {MAIL} {self.container('portal')} sh -c {shlex.quote(CHECK)}", check=False)

    def visitor(self) -> Visitor:
        return Visitor(self.workshop.folder / "authority.pem", port=self.tls_port, plain_port=self.plain_port)

    def read_logs(self) -> str:
        return "".join(self.sh(f"podman logs {each}") for each in self.sh("podman ps --all --quiet").split())

    def kill_server(self) -> None:
        """As the kernel does. What an operator kills by podman is meant to stay away."""
        pid = self.sh(f"podman inspect --format '{{{{.State.Pid}}}}' {self.container('portal')}")
        os.kill(int(pid), signal.SIGKILL)

    def renew(self) -> None:
        self.build_own()
        self.sh("podman-compose up --detach --force-recreate portal")

    def describe_rights(self) -> dict[str, bool]:
        inside = f"podman exec {self.container('portal')}"
        everything = json.loads(self.sh("podman inspect $(podman ps --quiet --filter label=io.podman.compose.project)"))
        status = self.sh(f"{inside} cat /proc/self/status")
        return {
            "no container runs as root": not self.sh(
                "for each in $(podman ps --quiet --filter label=io.podman.compose.project); do"
                " podman exec $each cat /proc/1/status | grep -E '^Uid:.0'; done",
                check=False,
            ),
            "root file systems are read-only": all(each["HostConfig"]["ReadonlyRootfs"] for each in everything),
            "no capability": re.search(r"CapBnd:\s+0{16}", status) is not None,
            "no new privileges": "NoNewPrivs:\t1" in status,
            "no compiler in the image": not self.sh(f"{inside} sh -c 'command -v cc gcc pip; ls /opt/portal/venv/bin/pip*'", check=False).strip().startswith("/"),
            "no secret in the image": PASSWORD not in self.sh("podman history --no-trunc localhost/portal:local") and not self.sh(f"{inside} sh -c 'ls -a /opt/portal/app | grep -E \"env|tls|pem|git\"'", check=False),
        }  # fmt: skip

    def end(self) -> None:
        with suppress(RuntimeError):
            self.sh("podman rm --force --time 1 bank; podman-compose down --volumes --timeout 20")


class Systemd(Way):
    heading = "With systemd"

    def prepare(self) -> None:
        self.machine = self.workshop.folder / "machine"
        shutil.rmtree(self.machine, ignore_errors=True)
        server = self.workshop.folder / "server"
        if not (server / "wheels").exists():
            shutil.rmtree(server, ignore_errors=True)
            run(["cp", "-a", str(self.workshop.base), str(server)])
            self.download(server)
        run(["cp", "-a", str(server), str(self.machine)])
        self.copy = self.machine / "root" / "portal"
        self.workshop.copy_repository(self.copy)
        certificates = self.machine / "etc" / "ssl" / "portal"
        certificates.mkdir()
        for name in ("fullchain.pem", "key.pem"):
            shutil.copy(self.workshop.folder / name, certificates)
        (self.machine / "etc" / "hosts").write_text(f"127.0.0.1 localhost {HOST}\n")
        (self.machine / "etc" / "hostname").write_text("portal\n")
        self.boot()

    def download(self, server: Path) -> None:
        """An ordinary server, and what the commands of the page would download."""
        shutil.copy("/etc/resolv.conf", server / "etc" / "resolv.conf")
        shutil.copy(ROOT / "requirements.txt", server)
        install = "DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq --no-install-recommends"
        [apt] = [each for each in commands_of(self.heading) if each.startswith("apt-get")]
        run(
            f'chroot {server} sh -c \'echo >/etc/apt/apt.conf.d/00keep "Binary::apt::APT::Keep-Downloaded-Packages 1;"'
            f" && apt-get update -qq && {install} systemd systemd-sysv dbus"
            f" && DEBIAN_FRONTEND=noninteractive {apt} --download-only"
            " && python3 -m venv /tmp/venv && /tmp/venv/bin/pip download --quiet --require-hashes --only-binary=:all:"
            " --dest /wheels -r /requirements.txt'"
        )

    def boot(self) -> None:
        log = (self.workshop.folder / "console.log").open("wb")
        self.nspawn = subprocess.Popen(
            ["systemd-nspawn", "--register=no", "--keep-unit", "--private-network", "--boot", "--console=pipe",
             "--directory", str(self.machine), "systemd.log_target=console", "systemd.journald.forward_to_console=1"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
        )  # fmt: skip
        self.leader = ""
        while not self.leader:
            time.sleep(0.2)
            assert self.nspawn.poll() is None, (self.workshop.folder / "console.log").read_text()
            self.leader = run(["pgrep", "--parent", str(self.nspawn.pid)], check=False).strip()
        wait_for(lambda: self.inside("systemctl is-system-running", check=False).strip() in ("running", "degraded"), 60)
        subprocess.Popen([*self.enter(), "python3", "-c", BANK], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def enter(self) -> list[str]:
        settings = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
            "DEBIAN_FRONTEND": "noninteractive", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels",
        }  # fmt: skip
        return ["nsenter", "--target", self.leader, "--all", "--root", "--", "env", "-i",
                *(f"{name}={value}" for name, value in settings.items())]  # fmt: skip

    def inside(self, command: str, check: bool = True) -> str:
        return run([*self.enter(), "sh", "-c", f"cd ~/portal && {command}"], check=check)

    execute = inside

    def replace(self, command: str) -> str:
        if "createsuperuser" in command:  # the password would be asked for at a terminal
            with (self.machine / "etc/portal/portal.env").open("a") as settings:
                settings.write(f"DJANGO_SUPERUSER_PASSWORD={PASSWORD}\n")
            command += f" --no-input --username {USER} --email a@{HOST}"
        return command

    def after(self, command: str) -> None:
        settings = self.machine / "etc/portal/portal.env"
        if command.startswith("make install"):
            settings.write_text(f"{settings.read_text()}RATES_URL=http://127.0.0.1:{BANK_PORT}/\n")
        if "createsuperuser" in command:
            settings.write_text(re.sub("DJANGO_SUPERUSER_PASSWORD=.*\n", "", settings.read_text()))

    def manage(self, *arguments: str, check: bool = True) -> str:
        return self.inside(f"portal {shlex.join(arguments)}", check)

    def check_deployment(self) -> str:
        settings = self.machine / "etc/portal/portal.env"
        before = settings.read_text()
        settings.write_text(f"{before}{MAIL}\n")
        try:
            return self.inside(CHECK.replace("manage.py", "portal"), check=False)
        finally:
            settings.write_text(before)

    def visitor(self) -> Visitor:
        return InNamespace(self.workshop.folder / "authority.pem", self.leader)

    def read_logs(self) -> str:
        return self.inside("journalctl --no-pager --output cat; cat /var/log/nginx/*", check=False)

    def kill_server(self) -> None:
        self.inside("systemctl kill --kill-whom=all --signal KILL portal")

    def renew(self) -> None:
        version = self.copy / "portal" / "__init__.py"
        version.write_text(re.sub('__version__ = ".*"', '__version__ = "9.9.9"', version.read_text()))
        self.inside("make install && portal migrate && systemctl reload portal && systemctl restart portal-jobs")
        wait_for(lambda: "9.9.9" in self.signed_in.ask("/admin/").text, 60)

    def describe_rights(self) -> dict[str, bool]:
        levels = {
            unit: float(
                re.search(  # type: ignore[index]
                    r"exposure level for \S+: ([\d.]+)",
                    self.inside(f"systemd-analyze security --no-pager {unit}.service", check=False),
                )[1]
            )
            for unit in ("portal", "portal-jobs")
        }
        print(f"  exposure, running: {levels}")
        as_nginx = "runuser -u www-data -- "
        return {
            "exposure at most 2.5": max(levels.values()) <= 2.5,
            "settings are for root alone": not self.inside(f"{as_nginx} cat /etc/portal/portal.env 2>/dev/null", check=False),
            "nginx reads nothing but static files": not self.inside(f"{as_nginx} ls /var/lib/portal 2>/dev/null", check=False),
            "the portal cannot change its code": self.inside("find /opt/portal -user portal -o -perm /o=w -not -type l", check=False) == "",
            "no unit has failed": self.inside("systemctl --failed --plain --no-legend", check=False).strip() == "",
        }  # fmt: skip

    def end(self) -> None:
        self.nspawn.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.nspawn.wait(60)
        self.nspawn.kill()
        self.nspawn.wait()


class InNamespace(Visitor):
    """A visitor on the loopback of another network namespace."""

    def __init__(self, authority: Path, leader: str) -> None:
        super().__init__(authority)
        self.leader = leader

    def ask(self, path: str, **options: object) -> Answer:  # type: ignore[override]
        """In a thread that enters the namespace, and ends there."""
        answers: list[Answer | OSError] = []

        def ask() -> None:
            with Path(f"/proc/{self.leader}/ns/net").open() as namespace:
                os.setns(namespace.fileno(), os.CLONE_NEWNET)
            try:
                answers.append(Visitor.ask(self, path, **options))  # type: ignore[arg-type]
            except OSError as error:
                answers.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        [answer] = answers
        if isinstance(answer, OSError):
            raise answer
        return answer


def examine(way: Way) -> dict[str, bool]:
    """Asks what a reader, an editor and an operator would."""
    found: dict[str, bool] = {}
    reader, editor = way.visitor(), way.visitor()
    way.manage("load_demo")
    front = reader.ask("/")
    found["pages in three languages"] = [reader.ask(path).status for path in ("/", "/ru/", "/en/")] == [200] * 3
    address = re.search(r'href="(/news/\d+-[^"]+/)"', front.text)
    style = re.search(r'href="(/static/css/[^"]+\.css)"', front.text)
    picture = re.search(r'src="(/media/[^"]+)"', front.text)
    assert address, front.text
    assert style, front.text
    found["an article"] = reader.ask(address[1], X_Forwarded_For=READER).status == 200
    found["a style sheet for a year"] = "immutable" in reader.ask(style[1]).headers.get("Cache-Control", "")
    found["a picture"] = picture is not None and reader.ask(picture[1]).status == 200
    moved = reader.ask("/ru/", plain=True)
    found["http leads to https"] = (moved.status, moved.headers["Location"]) == (301, f"https://{HOST}/ru/")
    found["HSTS"] = "max-age=31536000" in front.headers.get("Strict-Transport-Security", "")
    found["another host is refused"] = reader.ask("/", Host="other.example").status == 400
    found["numbers are for nobody outside"] = reader.ask("/metrics").status == 404
    found["search"] = reader.ask(f"/search/?q={SEARCHED}", X_Forwarded_For=READER).status == 200
    found["the rates of the day"] = "477,03" in reader.ask("/rates/").text
    desk = editor.sign_in()
    way.signed_in = editor  # type: ignore[attr-defined]
    found["an editor signs in"] = desk.status == 200 and "/admin/news/article/" in desk.text
    found["no cookie for readers"] = not reader.cookies
    found["doctor is content"] = "✗" not in way.manage("doctor", check=False)
    checked = way.check_deployment()
    found["check --deploy is clean"] = checked.splitlines()[-1:] == ["clean"]
    if not found["check --deploy is clean"]:
        print(checked)
    found["a backup that is whole"] = "✗" not in way.manage(
        "backup", "/var/backups/portal" if isinstance(way, Systemd) else "/var/lib/portal/backups"
    )
    found |= way.describe_rights()

    begun = time.monotonic()
    way.kill_server()
    found["it comes back when it is killed"] = bool(wait_for(lambda: answers(reader, address[1]), 60))
    print(f"  back {time.monotonic() - begun:.1f} s after kill -9")
    with way.reading(address[1]) as read:
        way.renew()
        wait_for(lambda: answers(reader, address[1]), 60)
    print(f"  readers during a new version: {dict(read)}")
    if isinstance(way, Systemd):
        found["a new version without a failed page"] = {*read} == {200}
        found["the new version runs"] = "9.9.9" in editor.ask("/admin/").text
    logs = way.read_logs()
    found["no reader in the logs"] = READER not in logs and SEARCHED not in logs and len(logs) > 1000
    found["no key in the logs"] = PASSWORD not in logs
    return found


def answers(reader: Visitor, path: str) -> bool:
    with suppress(OSError):
        return reader.ask(path).status == http.HTTPStatus.OK
    return False


WAYS = {"containers": Containers, "systemd": Systemd}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ways", nargs="*", choices=[*WAYS, []], help="containers, systemd; both if none is named")
    parser.add_argument("--folder", type=Path, help="where to work; kept, with 4 GB of downloads and images")
    options = parser.parse_args()
    if os.geteuid():
        parser.error("Run it as root: it makes namespaces.")
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="try-")))
        workshop = Workshop(folder.resolve())
        failed = 0
        for name in options.ways or WAYS:
            way = WAYS[name](workshop)
            print(f"{way.heading}", flush=True)
            try:
                way.prepare()
                way.follow()
                found = examine(way)
            except BaseException:
                with suppress(Exception):
                    print(way.read_logs()[-6000:])
                raise
            finally:
                way.end()
            for what, is_so in found.items():
                print(f"  {'yes' if is_so else 'NO '}  {what}")
            failed += sum(not is_so for is_so in found.values())
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
