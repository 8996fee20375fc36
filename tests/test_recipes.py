"""Follows the recipes of docs/how-to to the letter, each in a copy of the project, and checks what they promise."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
HOW_TO = ROOT / "docs" / "how-to"
COPIED, LINKED = ("news", "portal", "rates", "templates", "manage.py"), ("static",)

STEP = re.compile(
    r"^In (?P<new>a new file )?`(?P<file>[^`]+)`"
    r"(?:, (?P<where>above|below|instead of) the line `(?P<line>[^`]+)`)?:\n\n"
    r"```\w+\n(?P<code>.*?)^```$|^Run `manage\.py (?P<command>[^`]+)`",
    re.MULTILINE | re.DOTALL,
)
BY_HAND = 3
"""So many files, at most, are written by hand in a recipe."""


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Path:
    """A SQLite file with the project's tables as they are, which each copy of the project begins with."""
    folder = tmp_path_factory.mktemp("migrated")
    manage = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(manage, cwd=ROOT, env=environment(folder), check=True)
    return folder / "db.sqlite3"


@pytest.fixture
def follow(tmp_path: Path, migrated: Path) -> Callable[..., dict[str, Any]]:
    """Does what a recipe says in a copy of the project, and returns what tests.support.followed_recipes sees there."""

    def follow(recipe: str) -> dict[str, Any]:
        project, data = tmp_path / "project", tmp_path / "data"
        make_copy(project)
        data.mkdir()
        shutil.copy(migrated, data / "db.sqlite3")
        commands = apply((HOW_TO / recipe).read_text(), project)
        program = ROOT / "tests" / "support" / "followed_recipes.py"
        done = subprocess.run(
            [sys.executable, str(program), recipe, *commands],
            cwd=project,
            env=environment(data) | {"PYTHONPATH": str(project)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return follow


def environment(data: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SECRET_KEY": "of a copy that lives for a minute",
        "DEBUG": "1",  # the static files need not be collected
        "ALLOWED_HOSTS": "testserver",
        "SITE_URL": "http://testserver",
        "DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'db.sqlite3'}",
        "CACHE_URL": "",
        "EMAIL_URL": "",
    }


def make_copy(project: Path) -> None:
    """With the compiled Python beside each file, which is good as long as the file is not changed."""
    project.mkdir()
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, project / name)
    for name in LINKED:
        (project / name).symlink_to(ROOT / name)


def apply(recipe: str, project: Path) -> list[str]:
    """Changes the files as a page says. Returns the commands that it wants to be run."""
    steps = list(STEP.finditer(recipe))
    assert len({step["file"] for step in steps if step["file"]}) in range(1, BY_HAND + 1)
    assert recipe.count("```") == 2 * len([step for step in steps if step["file"]]), "some code stands in no step"
    for step in steps:
        if step["file"]:
            change(project / step["file"], step)
    return [step["command"] for step in steps if step["command"]]


def change(file: Path, step: re.Match[str]) -> None:
    if step["new"]:
        assert not file.exists(), file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(step["code"])
        if file.suffix == ".po":
            compile_catalogue(file)
        return
    lines = file.read_text().splitlines(keepends=True)
    (place,) = [number for number, line in enumerate(lines) if line.strip().startswith(step["line"])]
    after = place if step["where"] == "above" else place + 1
    before = place if step["where"] == "instead of" else after
    file.write_text("".join([*lines[:before], step["code"], *lines[after:]]))


def compile_catalogue(file: Path) -> None:
    """As `make` does before it runs anything."""
    with file.open("rb") as source, file.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, read_po(source))


def test_every_recipe_is_followed():
    recipes = {page.name for page in HOW_TO.glob("*.md")} - {"README.md"}
    followed = set(re.findall(r'follow\("([\w-]+\.md)"\)', Path(__file__).read_text()))

    assert recipes == followed


def test_front_section(follow):
    page = follow("front-section.md")

    assert re.search('<h2 class="section-title"[^>]*>\\s*(.+?)\\s*</h2>', page["front"])[1] == "Corrected lately"
    assert "Corrected title" in page["front"]
    assert "Corrected lately" not in page["empty"]


def test_share_link(follow):
    page = follow("share-link.md")

    address = "https://www.linkedin.com/sharing/share-offsite/?url=http%3A%2F%2Ftestserver%2Fnews%2F1-otyrys%2F"
    link = f'<a href="{address}" rel="noopener" target="_blank">LinkedIn</a>'
    assert page["status"] == 200
    assert page["html"].count(link) == 1


def test_currency(follow):
    pages = follow("currency.md")

    before, after, new = (pages[name] for name in ("before", "after", "new"))
    assert pages["saved"] == 302
    assert re.findall("<dt>(.+?)</dt>", before) == ["USD", "MNT"]
    assert re.findall("<dt>(.+?)</dt>", after) == ["USD", "MNT", "GBP"]
    assert "Mongolian tugrik" in new


def test_job(follow):
    job = follow("job.md")

    assert job["outcome"] == "done"
    assert job["message"] == "Drafts: 1."
    assert job["due"] == ["2026-11-30 06:30:00+05:00", "2026-11-30 07:00:00+05:00"]


def test_page(follow):
    pages = follow("page.md")

    assert {address: status for address, (status, _html) in pages.items()} == dict.fromkeys(pages, 200)
    assert '<a href="/sources/ended/">Бұрынғы</a>' in pages["/former/"][1]
    assert '<a href="/en/sources/ended/">Former body</a>' in pages["/en/former/"][1]
    assert "/sources/senat/" not in pages["/en/former/"][1]


def test_article_kind(follow):
    pages = follow("article-kind.md")

    mark = '<p class="kind-mark">Report: Сенат</p>'
    assert pages["pages"]["report"].count(mark) == 1
    assert pages["pages"]["report"].count("<p>Мәтін.</p>") == 1
    assert mark not in pages["pages"]["news"]
    assert pages["listed"] == [True]
    assert '<option value="report">Report</option>' in pages["form"]


def test_language(follow):
    pages = follow("language.md")

    statuses = {address: status for address, (status, _html) in pages["pages"].items()}
    assert statuses == {address: 404 if "2-otyrys" in address else 200 for address in statuses}
    assert '<html lang="tr" dir="ltr">' in pages["pages"]["/tr/"][1]
    assert "Bütün haberler" in pages["pages"]["/tr/"][1]
    assert "Oturum" in pages["pages"]["/tr/"][1]
    assert "<p>Türkçe metin.</p>" in pages["pages"]["/tr/news/1-oturum/"][1]
    assert "Oturum" in pages["pages"]["/tr/feed.rss"][1]
    assert "/tr/news/1-oturum/" in pages["pages"]["/tr/search/?q=oturum"][1]
    assert 'hreflang="tr"' in pages["pages"]["/news/1-otyrys/"][1]
    assert 'name="title_tr"' in pages["form"]
    assert pages["listed"] == ["Oturum"]


def test_article_field(follow):
    seen = follow("article-field.md")

    assert seen["page"].count('<p class="audience">Студенттерге</p>') == 1
    assert seen["api"]["audience"] == "Студенттерге"
    assert seen["described"]["type"] == "string"
    assert seen["published"] == "Студенттерге"
    assert seen["newest"] == "Мұғалімдерге"
    assert "<del>Студенттерге</del>" in seen["history"]
    assert re.search(r"<ins\s*>Мұғалімдерге</ins>", seen["history"])
    assert seen["line"]["audience"] == {"kk": "Студенттерге"}
    assert seen["created"] == 1
    assert seen["brought"] == "Оқушыларға"
