"""The page for operators: three ways, each of at most eight commands, which name files that are there."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from deploy.try_installations import commands_of

ROOT = Path(settings.BASE_DIR)
WAYS = ["In containers", "With systemd", "In Kubernetes"]
MOST_COMMANDS = 8
SCRIPT = ROOT / "deploy" / "new_settings.sh"


@pytest.mark.parametrize("way", WAYS)
def test_a_way_has_at_most_eight_commands(way):
    commands = commands_of(way)

    assert len(commands) <= MOST_COMMANDS
    assert [command for command in commands if ";" in command or "&&" in command or "|" in command] == []
    assert "doctor" in commands[-1]


def test_every_setting_is_told():
    page = (ROOT / "docs" / "deployment.md").read_text()
    read = re.findall(r'env\("([A-Z_]+)"', (ROOT / "portal" / "settings.py").read_text())
    told_by_group = ("OIDC_", "TELEGRAM_URL", "INDEXNOW_URL")

    assert [name for name in read if f"`{name}" not in page and not name.startswith(told_by_group)] == []


def new_settings(way: str, host: str, file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", SCRIPT, way, host, file], capture_output=True, text=True)


@pytest.mark.parametrize("way", ["compose", "systemd", "kubernetes"])
def test_settings_are_for_their_owner_and_have_keys_of_their_own(tmp_path, way):
    for name in ("one", "two"):
        assert new_settings(way, "portal.example", tmp_path / name).returncode == 0
    one, two = (
        dict(re.findall("^([A-Z_]+)=(.*)$", (tmp_path / name).read_text(), re.MULTILINE)) for name in ("one", "two")
    )

    assert one["SITE_URL"] == "https://portal.example"
    assert one["ALLOWED_HOSTS"] == "portal.example"
    assert re.fullmatch("[A-Za-z0-9]{60}", one["SECRET_KEY"])
    assert one["SECRET_KEY"] != two["SECRET_KEY"]
    assert os.stat(tmp_path / "one").st_mode & 0o777 == 0o600
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["one", "two"]


def test_settings_that_are_there_are_left(tmp_path):
    (tmp_path / "file").write_text("SECRET_KEY=old\n")

    done = new_settings("compose", "portal.example", tmp_path / "file")

    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert (tmp_path / "file").read_text() == "SECRET_KEY=old\n"


@pytest.mark.parametrize(
    "host",
    [
        "",
        "portal",
        "https://portal.example",
        "Portal.example",
        "a b.example",
        "portal.example\nDEBUG=1",
        "-a.kz",
        "a..kz",
        "$(id).kz",
    ],
)
def test_a_name_that_is_none_is_refused(tmp_path, host):
    done = new_settings("compose", host, tmp_path / "file")

    assert (done.returncode, done.stderr.endswith("without https://.\n")) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_a_setting_of_compose_is_one_that_the_script_writes(tmp_path):
    new_settings("compose", "portal.example", tmp_path / "file")
    text = (ROOT / "compose.yaml").read_text()
    required = set(re.findall(r"\$\{([A-Z_]+)(?::\?[^}]*)?\}", text))

    assert required == {"DATABASE_PASSWORD", "PUBLIC_HOST"}
    assert [name for name in required if f"\n{name}=" not in (tmp_path / "file").read_text()] == []
