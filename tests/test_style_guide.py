"""No text of the portal has a word of the column «Жазбаймыз» of docs/style-guide.kk.md."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs/style-guide.kk.md"
ROW = re.compile(r"^\| (?P<right>[^|]+) \| (?P<wrong>[^|]+) \|", re.MULTILINE)
MESSAGE = re.compile(r'^msgstr(?:\[\d\])? ((?:".*"\n)+)', re.MULTILINE)


def wrong_words() -> list[str]:
    rows = [row["wrong"] for row in ROW.finditer(GUIDE.read_text(encoding="utf-8"))]
    return [
        word.strip() for row in rows if not set(row) <= set("- ") and row != "Жазбаймыз" for word in row.split(", ")
    ]


@cache
def kazakh_texts() -> dict[str, str]:
    """By file: the messages of the catalogues, the guides, the templates, and what is Kazakh of the demo content."""
    catalogues = {
        path: "\n".join(found.replace('"\n"', "") for found in MESSAGE.findall(path.read_text(encoding="utf-8")))
        for path in sorted(ROOT.glob("portal/locale/kk/LC_MESSAGES/*.po"))
    }
    demo = {
        path: "\n".join(text for line in json_values(path) for text in kazakh_values(line))
        for path in ROOT.glob("portal/demo/*.json*")
    }
    plain = [*ROOT.glob("docs/**/*.kk.md"), *ROOT.glob("templates/**/*.html")]
    texts = catalogues | demo | {path: path.read_text(encoding="utf-8") for path in plain if path != GUIDE}
    return {str(path.relative_to(ROOT)): text for path, text in texts.items()}


def json_values(path: Path) -> list[Any]:
    text = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else [json.loads(text)]


def kazakh_values(value: Any, *, is_kazakh: bool = False) -> Iterator[str]:
    """The texts under keys such as kk and title_kk."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from kazakh_values(inner, is_kazakh=is_kazakh or key == "kk" or key.endswith("_kk"))
    elif isinstance(value, list):
        for inner in value:
            yield from kazakh_values(inner, is_kazakh=is_kazakh)
    elif is_kazakh and isinstance(value, str):
        yield value


@pytest.mark.parametrize("word", wrong_words())
def test_word_is_nowhere(word):
    wrong = re.compile(rf"(?<![\w-]){re.escape(word)}", re.IGNORECASE)

    assert [(name, found[0]) for name, text in kazakh_texts().items() for found in wrong.finditer(text)] == []


def test_guide_has_forty_decisions():
    rows = [row for row in ROW.finditer(GUIDE.read_text(encoding="utf-8")) if not set(row["wrong"]) <= set("- ")]

    assert len([row for row in rows if row["wrong"] != "Жазбаймыз"]) == 40
