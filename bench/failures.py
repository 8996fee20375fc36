"""What do readers and editors notice when parts of a large installation fail, one after the other?

    python -m bench.failures --minutes 10

Everything is begun here, on ports of its own: a PostgreSQL primary with a streaming replica, PgBouncer in transaction
mode, Redis, two nodes, a runner of jobs on each, and the shipped nginx in front. Readers read articles, lists and
addresses that nobody keeps; editors save texts. Meanwhile, in turn: a worker and a node are killed (-9), Redis, the
replica, PgBouncer and the primary are restarted, the replica stands still, the disk of a node and the one for uploads
are full (as root, in file systems of their own), a new version with a migration is deployed, and the clock of a node is
an hour on (with Debian's libfaketime). Printed at the end: what readers were answered, readings
that were lost, texts that an editor was told are saved and that are not there, and runs of jobs. A page that nobody has
in his cache may be refused with 503 while the primary is away; any other failure ends it with 1.
"""

import argparse
import http.client
import os
import random
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, urlencode

import PIL.Image

from bench.hits import HEADERS, id_of
from bench.own_nginx import Nginx
from bench.own_portal import ROOT, Portal, Server, free_port

ARTICLES = 300
BINARIES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
CLOCK = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
AS_POSTGRES = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
"""PostgreSQL and PgBouncer refuse to run as root."""


class Cluster:
    """A PostgreSQL of its own, new or as a streaming replica of another one."""

    def __init__(self, folder: Path, primary: "Cluster | None" = None) -> None:
        self.folder, self.port = folder, free_port()
        if primary:
            source = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres", "-X", "stream", "-c", "fast"]
            self.run("pg_basebackup", "-D", str(folder), "-R", *source)
        else:
            self.run("initdb", "-D", str(folder), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()

    def run(self, program: str, *options: str) -> None:
        done = subprocess.run([*AS_POSTGRES, str(BINARIES / program), *options], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)

    def start(self) -> None:
        options = f"-c port={self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c hot_standby=on"
        subprocess.run(  # not through a pipe, which the server would hold open
            [*AS_POSTGRES, BINARIES / "pg_ctl", "-D", self.folder, "-l", self.folder.parent / f"{self.port}.log",
             "-o", options, "-w", "start"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "-D", str(self.folder), "-m", mode, "-w", "stop")

    def restart(self, seconds: float = 3) -> None:
        self.stop()
        time.sleep(seconds)
        self.start()

    def stand_still(self, seconds: float) -> None:
        """As a machine that hangs: it accepts and says nothing."""
        first = int((self.folder / "postmaster.pid").read_text().split()[0])
        everyone = [first, *map(int, Path(f"/proc/{first}/task/{first}/children").read_text().split())]
        for pid in everyone:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        for pid in everyone:
            os.kill(pid, signal.SIGCONT)

    def url(self, port: int = 0) -> str:
        return f"postgres://postgres@127.0.0.1:{port or self.port}/portal"


class Process:
    """A program that is begun again with the same command."""

    def __init__(self, *command: str | Path, environment: dict[str, str] | None = None, log: Path) -> None:
        self.command, self.environment, self.log = command, environment, log.open("ab")
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, env=self.environment, cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT
        )

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()

    def restart(self, seconds: float = 3) -> None:
        self.end()
        time.sleep(seconds)
        self.start()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.start()


class Client(threading.Thread):
    """Somebody who goes on asking through nginx until it is over."""

    def __init__(self, nginx: Nginx, seed: int) -> None:
        super().__init__(daemon=True)
        self.port, self.random = nginx.tls_port, random.Random(seed)
        self.address = f"127.0.1.{seed + 1}"  # each is somebody to the limits of requests
        self.trusted = ssl.create_default_context(cafile=str(nginx.certificate))
        self.is_over = threading.Event()
        self.connection: http.client.HTTPSConnection | None = None
        self.said: Counter[str] = Counter()
        """By moment (what failed then) and answer."""

    def ask(self, method: str, path: str, headers: dict[str, str], body: str | bytes | None = None) -> tuple[int, str]:
        """The status, 0 for a connection that broke, and where one is led to."""
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=60, context=self.trusted, source_address=(self.address, 0)
            )
        try:
            self.connection.request(method, path, body=body, headers=HEADERS | headers)
            answer = self.connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            self.connection = None
            self.said[f"{Moment.name}: {error!r}"] += 1
            return 0, ""
        return answer.status, answer.headers.get("Location", "")


class Moment:
    """What is being broken now."""

    name = "nothing"


class Reader(Client):
    """Reads articles, and now and then an address that no cache holds."""

    def __init__(self, nginx: Nginx, seed: int, addresses: list[str]) -> None:
        super().__init__(nginx, seed)
        self.addresses = addresses
        self.answered: Counter[int] = Counter()
        self.unsure: Counter[int] = Counter()

    def run(self) -> None:
        while not self.is_over.wait(0.03):
            kind = self.random.random()
            path = self.random.choice(self.addresses)
            if kind > 0.9:
                path = self.random.choice(["/", "/news/", "/ru/", f"/search/?q=сенат{self.random.random()}"])
            status, _ = self.ask("GET", quote(path, safe="/?="), {})
            is_article = path in self.addresses
            if is_article:
                (self.answered if status == 200 else self.unsure)[id_of(path)] += 1
            if status not in (0, 200):
                what = "an article" if is_article else "another page"
                self.said[f"{Moment.name}: {what} {status}"] += 1


class Editor(Client):
    """Saves one text again and again. What fails is sent again, as one does who sees the page that says so."""

    def __init__(self, nginx: Nginx, seed: int, session: str, source: str) -> None:
        super().__init__(nginx, seed)
        self.token = "t" * 32
        self.headers = {
            "Cookie": f"{session}; csrftoken={self.token}",
            "Referer": "https://127.0.0.1/admin/",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.source, self.seed = source, seed
        self.saved: list[str] = []
        self.repeated = 0

    def run(self) -> None:
        address, number = "/admin/news/article/add/", 0
        while not self.is_over.wait(0.5):
            number += 1
            mark = f"e{self.seed}-{number}."
            while True:
                status, place = self.ask("POST", address, self.headers, self.form(mark))
                if status == 302 and "/login/" not in place:
                    break
                self.repeated += 1
                self.said[f"{Moment.name}: a save {status}"] += status not in (0, 503)
                if self.is_over.wait(1):
                    return
            address = place if address.endswith("/add/") else address
            self.saved.append(mark)

    def form(self, mark: str) -> str:
        return urlencode(
            {
                "csrfmiddlewaretoken": self.token, "kind": "news", "source": self.source, "publish_at_0": "",
                "publish_at_1": "", "title_kk": f"Мақала {mark}", "body_kk": f"<p>Мәтін {mark}</p>", "_continue": "1",
            }
        )  # fmt: skip

    def upload(self) -> int:
        """The status after a picture was sent: 302 once it is stored, 200 for the form with a message."""
        picture = BytesIO()
        PIL.Image.new("RGB", (800, 600), (self.seed, 90, self.random.randrange(256))).save(picture, "PNG")
        texts = {"csrfmiddlewaretoken": self.token, "alt_kk": "Сурет"}
        body = b"".join(
            f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
            for name, text in texts.items()
        )
        head = '--part\r\nContent-Disposition: form-data; name="upload"; filename="a.png"\r\n'
        head += "Content-Type: image/png\r\n\r\n"
        body += head.encode() + picture.getvalue() + b"\r\n--part--\r\n"
        headers = self.headers | {"Content-Type": "multipart/form-data; boundary=part"}
        return self.ask("POST", "/admin/news/image/add/", headers, body)[0]


class Code:
    """A copy of the code, of which a next version can be made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        catalogues = [str(path.relative_to(ROOT)) for path in ROOT.glob("portal/locale*/*/LC_MESSAGES/*.mo")]
        for name in [*filter(None, files.split("\0")), *catalogues]:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)

    def deploy_next(self, portal: Portal, primary: "Cluster", *nodes: Server) -> None:
        """As docs/upgrade.md says: both nodes migrate at once while the version before serves, then load the code."""
        (self.folder / "portal" / "migrations" / "0002_next.py").write_text(MIGRATION)
        environment = portal.environment() | {"DATABASE_URL": primary.url(), "DATABASE_POOLED": ""}
        migrations = [
            subprocess.Popen([sys.executable, "manage.py", "migrate", "-v0"], cwd=self.folder, env=environment)
            for _node in nodes
        ]
        if sum(each.wait() for each in migrations):
            raise RuntimeError("A node could not migrate.")
        for node in nodes:
            node.renew()


MIGRATION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]
    operations = [migrations.AddField("job", "note", models.TextField(default="", db_default=""))]
"""


def set_clock(node: Server, library: Path, seconds: float) -> None:
    """The node is restarted with a clock that is an hour on, and later with the right one."""
    right = node.environment
    node.environment = right | {"LD_PRELOAD": str(library), "FAKETIME": "+1h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    node.restart()
    time.sleep(seconds)
    node.environment = right
    node.restart()


def fill_uploads(folder: Path, editor: Editor, seconds: float) -> None:
    """What an editor is told who uploads a picture onto a full disk, and once there is room again."""
    with full_disk(folder):
        status = editor.upload()
        editor.said[f"{Moment.name}: an upload {status}"] += status not in (200, 503)
        time.sleep(seconds)
    status = editor.upload()
    editor.said[f"{Moment.name}: an upload with room again {status}"] += status != 302


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A file system of 64 MB for a node, and whether there is one: only root can make it."""
    folder.mkdir(exist_ok=True)
    is_there = (
        os.geteuid() == 0 and not subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]).returncode
    )
    try:
        yield is_there
    finally:
        if is_there:
            subprocess.run(["umount", "-l", folder], check=False)


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    file = folder / "full"
    with file.open("wb") as full, suppress(OSError):
        while True:
            full.write(b"0" * 65536)
            full.flush()
    yield
    file.unlink()


def fill(folder: Path, seconds: float) -> None:
    with full_disk(folder):
        time.sleep(seconds)


SESSIONS = """
from django.contrib.auth.models import User
from django.conf import settings
from django.test import Client
from news.models import Source
print(Source.objects.first().pk)
for number in range(4):
    client = Client()
    client.force_login(User.objects.create_superuser(f"editor{number}", f"e{number}@example.org"))
    print(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
"""


def write_pgbouncer(folder: Path, primary: Cluster) -> tuple[int, Path]:
    port, file = free_port(), folder / "pgbouncer.ini"
    file.write_text(
        f"[databases]\n* = host=127.0.0.1 port={primary.port} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 20\n"
        f"max_client_conn = 500\nunix_socket_dir =\nserver_login_retry = 1\n"
    )
    return port, file


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--readers", type=int, default=32)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="failures-"))
    if AS_POSTGRES:
        shutil.chown(folder, "postgres")
    folder.chmod(0o755)
    primary = Cluster(folder / "primary")
    primary.run("createdb", "-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres", "portal")
    replica = Cluster(folder / "replica", primary)
    pooled, configuration = write_pgbouncer(folder, primary)
    redis_port = free_port()
    portal = Portal(folder, primary.url())
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(primary.stop, "immediate")
        stack.callback(replica.stop, "immediate")
        portal.manage("migrate", "--verbosity=0")
        addresses = portal.add_articles(ARTICLES)
        portal.settings |= {"SITE_URL": "https://127.0.0.1", "DEBUG": ""}
        portal.manage("collectstatic", "--no-input", "--verbosity=0")
        source, *sessions = portal.shell(SESSIONS).split()
        bouncer = Process(*AS_POSTGRES, "pgbouncer", configuration, log=folder / "pgbouncer.log")
        stack.callback(bouncer.end)
        redis = Process("redis-server", "--port", str(redis_port), "--save", "", log=folder / "redis.log")
        stack.callback(redis.end)
        portal.settings |= {
            "DATABASE_URL": primary.url(pooled), "DATABASE_POOLED": "1", "DATABASE_REPLICAS": replica.url(),
            "CACHE_URL": f"redis://127.0.0.1:{redis_port}/0",
        }  # fmt: skip
        has_small_disk = stack.enter_context(small_disk(folder / "data-a"))
        stack.enter_context(small_disk(folder / "uploads"))
        portal.settings["MEDIA_ROOT"] = str(folder / "uploads")
        code = Code(folder / "code")
        shutil.copytree(folder / "data" / "static", folder / "data-a" / "static", dirs_exist_ok=True)
        shutil.copytree(folder / "data" / "static", folder / "data-b" / "static", dirs_exist_ok=True)
        one = stack.enter_context(Server(portal, node="-a", workers=1, root=code.folder))
        other = stack.enter_context(Server(portal, node="-b", workers=1, root=code.folder))
        run_jobs = [sys.executable, "manage.py", "run_jobs"]
        runners = [
            Process(*run_jobs, environment=portal.environment(node), log=folder / f"jobs{node}")
            for node in ("-a", "-b")
        ]
        for runner in runners:
            stack.callback(runner.end)
        nginx = stack.enter_context(Nginx(folder / "nginx", [one.bound, other.bound], ROOT / "static"))
        readers = [Reader(nginx, n, addresses) for n in range(options.readers)]
        editors = [Editor(nginx, n, session, source) for n, session in enumerate(sessions)]
        faults: dict[str, Callable[[], object]] = {
            "a worker is killed": one.kill_worker,
            "a node is killed": other.kill_all,
            "Redis is restarted": redis.restart,
            "the replica is restarted": replica.restart,
            "the replica stands still": lambda: replica.stand_still(8),
            "PgBouncer is restarted": bouncer.restart,
            "the primary is restarted": primary.restart,
            "a runner of jobs is killed": runners[0].kill,
            "a version is deployed": lambda: code.deploy_next(portal, primary, one, other),
        }
        if CLOCK:
            faults["a clock is an hour on"] = lambda: set_clock(other, CLOCK, 10)
        if has_small_disk:
            uploader = Editor(nginx, len(sessions), sessions[0], source)
            uploader.said = editors[0].said  # for the report
            faults["the uploads' disk is full"] = lambda: fill_uploads(folder / "uploads", uploader, 8)
            faults["the disk of a node is full"] = lambda: fill(folder / "data-a", 8)
        for client in (*readers, *editors):
            client.start()
        time.sleep(20)  # until the pages are in a cache
        pause = options.minutes * 60 / len(faults)
        for name, fault in faults.items():
            began = time.monotonic()
            Moment.name = name
            before = sum(each.answered.total() for each in readers)
            fault()
            time.sleep(max(0.0, pause - (time.monotonic() - began)))
            read = sum(each.answered.total() for each in readers) - before
            said = sum(
                (Counter({k: v for k, v in c.said.items() if k.startswith(name)}) for c in (*readers, *editors)),
                Counter(),
            )
            print(f"{name:28} {read:7d} readings {dict(said)}", flush=True)
        for client in (*readers, *editors):
            client.is_over.set()
        for client in (*readers, *editors):
            client.join(90)
        return report(portal, readers, editors, folder)


def report(portal: Portal, readers: list[Reader], editors: list[Editor], folder: Path) -> int:
    answered = sum((each.answered for each in readers), Counter())
    unsure = sum((each.unsure for each in readers), Counter())
    end = time.monotonic() + 60
    while sum(portal.read_counts().values()) < answered.total() and time.monotonic() < end:
        time.sleep(0.5)
    counted = portal.read_counts()
    lost = sum(max(0, number - counted.get(article, 0)) for article, number in answered.items())
    doubled = sum(max(0, number - answered[article] - unsure[article]) for article, number in counted.items())
    texts = " ".join(text for (text,) in portal.execute("SELECT content::text FROM news_revision"))
    missing = [mark for editor in editors for mark in editor.saved if mark not in texts]
    runs = portal.execute("SELECT outcome, count(*) FROM portal_jobrun GROUP BY outcome")
    failed = portal.execute(
        "SELECT name, message FROM portal_jobrun JOIN portal_job ON portal_job.id = job_id WHERE outcome = 'failed'"
    )
    # A worker that is killed may have counted a reading that it could not answer any more: nginx asks the other node.
    under_way = 2 * len(readers)
    said = sum((each.said for each in (*readers, *editors)), Counter())
    failures = {
        what: number
        for what, number in said.items()
        if number and not what.endswith(("another page 503", "a save 503"))
    }
    print(f"readings   {answered.total()} answered, {sum(counted.values())} counted, {lost} lost, {doubled} doubled")
    print(f"texts      {sum(len(each.saved) for each in editors)} saved, {len(missing)} of them missing {missing[:5]};"
          f" {sum(each.repeated for each in editors)} sent again")  # fmt: skip
    print(f"jobs       {dict(runs)} {[f'{name}: {message[-200:]}' for name, message in failed]}")
    print(f"failures   {failures}")
    logs = [path for path in folder.rglob("*") if path.suffix == ".log" or path.name in ("jobs-a", "jobs-b")]
    leaks = [path.name for path in logs if "сенат0." in path.read_text(errors="replace")]
    print(f"logs       {len(logs)}, with what readers searched for: {leaks}")
    return bool(lost or doubled > under_way or missing or failures or leaks)


if __name__ == "__main__":
    sys.exit(main())
