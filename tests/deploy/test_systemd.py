"""The units and what `make install` puts where: they parse, are hardened, and name the same places."""

import os
import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDER = ROOT / "deploy" / "systemd"
UNITS = ("portal.service", "portal-jobs.service")
INSTALL = (FOLDER / "install.sh").read_text()
MOST_EXPOSED = 2.5
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")


def read_unit(name: str) -> dict[str, list[tuple[str, str]]]:
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    sections: dict[str, list[tuple[str, str]]] = {}
    section = ""
    for line in (FOLDER / name).read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            sections[section] = []
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            sections[section].append((key, value))
    return sections


@needs_systemd
@pytest.mark.parametrize("name", UNITS)
def test_units_are_little_exposed(name):
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(FOLDER / name)]
    said = subprocess.run(command, capture_output=True, text=True).stdout

    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert level, said
    assert float(level[1]) <= MOST_EXPOSED


@needs_systemd
def test_units_and_their_folders_are_written_as_systemd_reads_them(tmp_path):
    for name in UNITS:
        (tmp_path / name).write_text((FOLDER / name).read_text().replace("/opt/portal/venv/bin/python", "/bin/true"))
    checked = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in UNITS)], capture_output=True, text=True
    )
    users = subprocess.run(
        ["systemd-sysusers", "--dry-run", str(FOLDER / "portal.sysusers")], capture_output=True, text=True
    )

    about_ours = [line for line in checked.stderr.splitlines() if "portal" in line]
    assert about_ours == []
    assert users.returncode == 0, users.stderr


def test_both_units_are_hardened_alike():
    server, jobs = (dict(read_unit(name)["Service"]) for name in UNITS)
    own = {
        "ExecStartPre",
        "ExecStart",
        "ExecReload",
        "RestartSec",
        "TimeoutStopSec",
        "LimitNOFILE",
        "OOMScoreAdjust",
        "Nice",
    }

    assert {name: value for name, value in server.items() if name not in own} == {
        name: value for name, value in jobs.items() if name not in own
    }


def test_units_and_command_name_the_same_places():
    command = (FOLDER / "portal.sh").read_text()
    places = ["DATA_DIR=/var/lib/portal STATIC_ROOT=/opt/portal/static", "/etc/portal/portal.env", "/opt/portal/app"]

    texts = [command, *((FOLDER / name).read_text() for name in UNITS)]
    assert [place for text in texts for place in places if place not in text] == []
    assert "/opt/portal/venv/bin/python manage.py" in command


def test_folders_of_the_units_are_made():
    made = re.findall(r"^d (\S+) (\d+) (\S+) (\S+) -$", (FOLDER / "portal.tmpfiles").read_text(), re.MULTILINE)
    service = dict(read_unit("portal.service")["Service"])

    # The socket's folder alone is nginx's, too, and gives its group to what is made in it.
    assert made == [
        ("/run/portal", "2750", "portal", "www-data"),
        ("/var/lib/portal", "0750", "portal", "portal"),
        ("/var/backups/portal", "0700", "portal", "portal"),
    ]
    assert service["ReadWritePaths"] == "/run/portal -/var/backups/portal"
    assert service["StateDirectory"] == "portal"
    assert "unix:/run/portal/portal.sock" in service["ExecStart"]
    assert (FOLDER / "portal.sysusers").read_text().splitlines()[-1].startswith("u portal - ")


def test_install_copies_what_the_image_is_made_of():
    copied = re.search(r'^cp -R (.*) "\$place/new/app"$', INSTALL, re.MULTILINE)[1].split()
    allowed = re.findall(r"^!([\w.]+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)

    assert sorted(copied) == sorted({*allowed} - {"requirements.txt"})


def test_install_puts_each_file_where_systemd_looks_for_it():
    put = dict(re.findall(r"^ *put (deploy/\S+) (\S+)", INSTALL, re.MULTILINE))

    assert put == {
        "deploy/systemd/portal.service": "/etc/systemd/system/portal.service",
        "deploy/systemd/portal-jobs.service": "/etc/systemd/system/portal-jobs.service",
        "deploy/systemd/portal.sysusers": "/usr/lib/sysusers.d/portal.conf",
        "deploy/systemd/portal.tmpfiles": "/usr/lib/tmpfiles.d/portal.conf",
        "deploy/systemd/portal.sh": "/usr/local/sbin/portal",
        "deploy/nginx/portal.conf": '"$site"',
    }
    assert [name for name in put if not (ROOT / name).exists()] == []


def install(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", FOLDER / "install.sh"],
        cwd=ROOT, env={"PATH": os.environ["PATH"], "PYTHON": "false"} | environment, capture_output=True, text=True,
    )  # fmt: skip


def test_install_says_what_it_lacks(tmp_path):
    nameless = install(DESTDIR=str(tmp_path))
    spaced = install(DESTDIR=str(tmp_path), HOST="portal.example", PREFIX="/opt/my portal")
    relative = install(DESTDIR=str(tmp_path), HOST="portal.example", PREFIX="opt")

    assert [each.returncode for each in (nameless, spaced, relative)] == [1, 1, 1]
    assert nameless.stderr == "Say under which name readers will find the portal: make install HOST=portal.example\n"
    assert spaced.stderr == relative.stderr == "PREFIX is a path such as /opt/portal, without spaces.\n"
    assert list(tmp_path.iterdir()) == []


def test_command_wants_root(tmp_path):
    text = (FOLDER / "portal.sh").read_text().replace("/etc/portal/portal.env", str(tmp_path / "none"))
    done = subprocess.run(["sh", "-c", text, "portal", "doctor"], capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.startswith("Call this as root: ")
