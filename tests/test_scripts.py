"""The unit tests of the scripts (tests/js), which Node runs."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

NODE = shutil.which("node") or ""


@pytest.mark.skipif(not NODE, reason="Node is not installed")
def test_scripts_pass_their_unit_tests():
    files = sorted(Path(settings.BASE_DIR, "tests", "js").glob("*.test.mjs"))
    written = sum(len(re.findall(r"^test\(", file.read_text(encoding="utf-8"), re.MULTILINE)) for file in files)

    run = subprocess.run(
        [NODE, "--test", "--test-reporter=tap", *map(str, files)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=300,
    )

    counts = {name: int(number) for name, number in re.findall(r"^# (tests|pass) (\d+)$", run.stdout, re.MULTILINE)}
    assert run.returncode == 0, run.stdout + run.stderr
    assert counts == {"tests": written, "pass": written}
    assert written > 0
