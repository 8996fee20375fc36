"""A pytest plugin that notes which lines of the product each test reaches: `pytest -p bench.reached_lines`.

Each worker writes var/reached/<worker>.jsonl, a line for each test that passed: its id, its seconds, and by file the
lines that it reached. `bench.mutants` reads them.
"""

import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import CodeType

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = tuple(f"{ROOT / app}/" for app in ("news", "portal", "rates"))
FOLDER = ROOT / "var" / "reached"
TOOL = sys.monitoring.COVERAGE_ID
LINE = sys.monitoring.events.LINE

reached: dict[str, set[int]] = defaultdict(set)


def note(code: CodeType, line: int) -> object:
    """Called once for each line of a test: after that the line is silent until the next test begins."""
    if code.co_filename.startswith(APPS):
        reached[code.co_filename[len(str(ROOT)) + 1 :]].add(line)
    return sys.monitoring.DISABLE


def pytest_configure() -> None:
    sys.monitoring.use_tool_id(TOOL, "reached lines")
    sys.monitoring.register_callback(TOOL, LINE, note)
    sys.monitoring.set_events(TOOL, LINE)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item):
    reached.clear()
    sys.monitoring.restart_events()
    failed, begun = item.session.testsfailed, time.monotonic()
    yield
    seconds = round(time.monotonic() - begun, 2)
    if item.session.testsfailed > failed:
        return  # What fails without a breakage says nothing about one.
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{os.environ.get('PYTEST_XDIST_WORKER', 'one')}.jsonl").open("a") as file:
        lines = {name: sorted(numbers) for name, numbers in reached.items()}
        file.write(json.dumps([item.nodeid, seconds, lines]) + "\n")


def read_reached() -> dict[tuple[str, int], list[tuple[float, str]]]:
    """For each line of the product the tests that reach it, each with the seconds that it takes."""
    tests = defaultdict(list)
    for path in sorted(FOLDER.glob("*.jsonl")):
        for test, seconds, files in map(json.loads, path.read_text().splitlines()):
            for place in ((file, number) for file, numbers in files.items() for number in numbers):
                tests[place].append((seconds, test))
    return tests
