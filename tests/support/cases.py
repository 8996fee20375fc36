"""What people and programs really send: inputs with their right outcome, from tests/samples/cases/."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "samples" / "cases"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text())


def cases_of(area: str) -> list[Any]:
    """The cases of an area as parameters of a test."""
    return [pytest.param(case, id=case["id"]) for case in CASES if case["area"] == area]


def content_of(case: dict[str, Any]) -> bytes:
    return (FOLDER / case["file"]).read_bytes()
