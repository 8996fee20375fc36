"""The version of the portal has one source, and is shown where somebody looks for it."""

import re
import subprocess
import sys
import tomllib

import pytest
from django.conf import settings

import portal
from tests.support.factories import make_user


def test_manage_py_prints_the_portals_version_and_not_djangos():
    answer = subprocess.run([sys.executable, "manage.py", "version"], cwd=settings.BASE_DIR, capture_output=True)

    assert answer.returncode == 0
    assert answer.stdout.decode().strip() == portal.__version__


def test_package_has_the_same_version():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]

    assert project["version"] == portal.__version__


@pytest.mark.django_db
def test_admins_foot_shows_the_version_to_those_who_work_here_only(client):
    before = client.get("/admin/login/").text
    client.force_login(make_user())
    after = client.get("/admin/").text

    assert re.search('<footer id="footer">(.*?)</footer>', before)[1] == ""
    assert re.search('<footer id="footer">(.*?)</footer>', after)[1] == f"Парламент жаңалықтары {portal.__version__}"
