"""The files for containers: what an image is made of, what compose.yaml promises, and the health check."""

import fnmatch
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socketserver import UnixStreamServer

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
CONTAINERFILE = (ROOT / "Containerfile").read_text()
PINNED = r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}"


def sent_to_a_build(name: str) -> bool:
    """Whether a file gets into the context of a build, by the rules of .dockerignore: the last that fits holds."""
    is_sent = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if not pattern or pattern.startswith("#"):
            continue
        anywhere = pattern.removeprefix("**/")
        parts = name.split("/")
        starts = ["/".join(parts[: number + 1]) for number in range(len(parts))]
        within = parts if anywhere != pattern else starts
        if any(fnmatch.fnmatchcase(each, anywhere) for each in within):
            is_sent = line.startswith("!")
    return is_sent


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        "tls/key.pem",
        ".git/config",
        "var/secret_key",
        "var/db.sqlite3",
        ".venv/bin/python",
        "key.pem",
        "deploy/kubernetes/portal.env",
        "tests/samples/untrusted.pem",
        "portal/__pycache__/settings.pyc",
        "backup/x.dump",
    ],
)
def test_no_key_and_no_data_get_into_an_image(name):
    assert sent_to_a_build(name) is False


@pytest.mark.parametrize(
    "name",
    [
        "manage.py",
        "requirements.txt",
        "portal/settings.py",
        "portal/locale/kk/LC_MESSAGES/django.po",
        "static/down.html",
        "deploy/nginx/portal.conf",
        "deploy/container/is_alive.py",
        "news/models/article.py",
        "templates/base.html",
    ],
)
def test_what_an_image_is_made_of_gets_into_it(name):
    assert (ROOT / name).exists()
    assert sent_to_a_build(name) is True


def test_whatever_an_image_copies_is_there():
    copied = [
        line.split()[1:-1] for line in CONTAINERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line
    ]
    names = [name for each in copied for name in each if name != "."]

    assert names == [
        "requirements.txt",
        "deploy/container/is_alive.py",
        "deploy/container/serve.sh",
        "deploy/nginx/portal.conf",
    ]
    assert [name for name in names if not sent_to_a_build(name)] == []


def test_all_images_are_pinned():
    bases = re.findall(r"^ARG \w+_IMAGE=(\S+)$", CONTAINERFILE, re.MULTILINE)
    others = [re.search(r":-(.*)}", SERVICES[name]["image"])[1] for name in ("database", "cache")]

    assert len(bases) == 2
    assert [image for image in bases + others if not re.fullmatch(PINNED, image)] == []
    assert re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE) == [
        "${PYTHON_IMAGE}",
        "${PYTHON_IMAGE}",
        "${NGINX_IMAGE}",
    ]


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_may_more_than_it_needs(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "cap_add" not in service
    assert "privileged" not in service


def test_no_image_runs_as_root():
    users = {name: service["user"] for name, service in SERVICES.items() if "user" in service}

    assert users == {"database": "postgres", "cache": "valkey", "nginx": "101:10001"}
    assert re.findall(r"^USER (\S+)$", CONTAINERFILE, re.MULTILINE) == ["10001:10001", "101:10001"]


def test_only_nginx_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert [SERVICES[name]["networks"] for name in ("database", "cache")] == [["inside"], ["inside"]]


def test_what_nginx_takes_is_where_its_image_has_it():
    configuration = (ROOT / "deploy/nginx/portal.conf").read_text()

    assert "alias /opt/portal/static/;" in configuration
    assert "COPY --from=build /opt/portal/static /opt/portal/static" in CONTAINERFILE
    assert "server unix:/run/portal/portal.sock " in configuration
    assert SERVICES["portal"]["environment"]["BIND"] == "unix:/run/portal/portal.sock"
    assert "socket:/run/portal" in SERVICES["portal"]["volumes"]
    assert SERVICES["nginx"]["volumes"] == ["socket:/run/portal:ro", "./tls:/etc/ssl/portal:ro"]
    assert "/etc/ssl/portal/fullchain.pem" in configuration


def test_nobody_begins_before_the_migrations():
    after_them = {"condition": "service_completed_successfully"}

    assert SERVICES["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert [SERVICES[name]["depends_on"]["migrate"] for name in ("portal", "jobs")] == [after_them, after_them]


class Alive(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/health/live" else 404)
        self.end_headers()

    def address_string(self) -> str:
        return ""

    def log_message(self, *_: object) -> None: ...


class Broken(Alive):
    status = 500


def is_alive(bound: str) -> int:
    command = [sys.executable, "-S", ROOT / "deploy/container/is_alive.py"]
    return subprocess.run(command, env={"BIND": bound}).returncode


@pytest.mark.parametrize(("handler", "code"), [(Alive, 0), (Broken, 1)])
def test_health_check_asks_where_the_portal_is_bound(tmp_path, handler, code):
    with HTTPServer(("127.0.0.1", 0), handler) as by_port, UnixStreamServer(str(tmp_path / "s"), handler) as by_path:
        for server in (by_port, by_path):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            codes = [is_alive(f"0.0.0.0:{by_port.server_port}"), is_alive(f"unix:{tmp_path}/s")]
        finally:
            by_port.shutdown()
            by_path.shutdown()

    assert codes == [code, code]
    assert is_alive(f"unix:{tmp_path}/nothing") == 1
