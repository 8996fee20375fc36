"""What the documentation names exists: links and anchors, files, modules and what is in them, commands, targets."""

import re
import subprocess
import unicodedata
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import get_commands

from docs import draw_imports

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    path
    for path in map(Path, subprocess.check_output(["git", "ls-files", "*.md"], cwd=ROOT, text=True).split())
    if path.parts[0] != "tests"
)

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
TOP = "bench|deploy|docs|news|portal|rates|static|templates|tests"
FILE = re.compile(rf"(?<![\w/.:<-])(?:{TOP})/[\w./-]*+(?![<*])")
"""A path in the repository; one with a placeholder, such as news/article_<kind>.html, is none."""
DOTTED = re.compile(r"(?<![\w/.@-])(?:news|portal|rates|tests)(?!\.md\b)(?:\.[A-Za-z_]\w*)+")
NEW_FILE = re.compile(r"new file `([^`]+)`", re.IGNORECASE)
"""How a recipe names a file that whoever follows it writes."""
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
TARGET = re.compile(r"(?:`|^    )(?:[A-Z]+=\S+ )*make ([a-z-]+)", re.MULTILINE)
DECISION = re.compile(r"# (\d+)\. (.+)\n\nDate: (\d{4}-\d\d-\d\d) · Status: (.+)\n")


@pytest.fixture(params=PAGES, ids=str)
def page(request) -> Path:
    return request.param


def test_links_lead_somewhere(page):
    text = FENCE.sub("", (ROOT / page).read_text())
    for link in LINK.findall(text):
        name, _, anchor = link.partition("#")
        target = ROOT / page.parent / name if name else ROOT / page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


@cache
def anchors(page: Path) -> set[str]:
    """Of each heading, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {slug(heading) for heading in headings}


def slug(heading: str) -> str:
    letters = (letter for letter in heading.lower() if letter in " -_" or unicodedata.category(letter)[0] in "LNM")
    return "".join(letters).replace(" ", "-")


def test_files_exist(page):
    text = FENCE.sub("", (ROOT / page).read_text())
    to_be_written = set(NEW_FILE.findall(text))
    for name in FILE.findall(text):
        name = name.rstrip(".")
        assert name in to_be_written or (ROOT / name).exists(), name


def test_names_exist(page):
    for name in DOTTED.findall((ROOT / page).read_text()):
        assert name == "portal.example" or is_there(name), name  # the host of the examples


def is_there(name: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    module, parts = name, []
    while True:
        try:
            found = import_module(module)
        except ModuleNotFoundError:
            module, _, part = module.rpartition(".")
            if not module:
                return False
            parts.insert(0, part)
        else:
            break
    for part in parts:
        if not hasattr(found, part):
            return False
        found = getattr(found, part)
    return True


def test_names_that_are_not_there_are_noticed():
    names = ["news", "news.slugs", "news.slugs.make_slug", "news.models.Article.objects"]

    assert all(map(is_there, names))
    assert not any(map(is_there, ["news.nothing", "news.slugs.nothing", "news.models.Article.nothing"]))


def test_commands_exist(page):
    for command in COMMAND.findall((ROOT / page).read_text()):
        assert command in get_commands(), command


def test_targets_exist(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in TARGET.findall((ROOT / page).read_text()):
        assert target in targets, target


def test_every_page_is_found_from_the_readme():
    found, ahead = set(), [Path("README.md")]
    while ahead:
        page = ahead.pop()
        if page in found:
            continue
        found.add(page)
        for link in LINK.findall((ROOT / page).read_text()):
            target = (ROOT / page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md":
                ahead.append(target.relative_to(ROOT))
    pages = {page for page in PAGES if not page.parts[0].startswith(".")}  # templates of the forge

    assert pages - found == set()


def test_decisions_and_their_index_agree():
    index = (ROOT / "docs/decisions/README.md").read_text()
    rows = re.findall(r"^\| \[(\d+)\]\((\S+)\) \| (.+?) \| (\S+) \| (.+?) \|$", index, re.MULTILINE)
    files = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))

    assert [name for _, name, *_ in rows] == [file.name for file in files]
    for file, (number, _, title, date, status) in zip(files, rows, strict=True):
        assert int(file.name[:4]) == int(number)
        heading = DECISION.match(file.read_text())
        assert heading, file.name
        assert heading.groups() == (number, title, date, status)


def test_drawing_shows_the_imports_as_they_are():
    """If it does not: python docs/draw_imports.py."""
    assert draw_imports.PICTURE.read_text() == draw_imports.draw(draw_imports.read_arrows())


def test_arrows_that_follow_from_others_are_not_drawn():
    arrows = {("admin", "search"), ("search", "models"), ("admin", "models"), ("models", "pages"), ("admin", "rates")}

    assert draw_imports.without_implied(arrows) == arrows - {("admin", "models")}


@pytest.mark.parametrize(
    ("importer", "imported", "is_wrong"),
    [
        ("models", "language", False),
        ("language", "models", True),
        ("admin", "portal", False),
        ("portal", "admin", True),
        ("portal", "rates", True),
        ("rates", "portal", False),
        ("rates", "models", True),
        ("admin", "rates", True),
    ],
)
def test_arrow_against_the_order_is_wrong(importer, imported, is_wrong):
    assert draw_imports.is_upward(importer, imported) == is_wrong
