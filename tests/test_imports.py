"""The order of the packages: each imports only those that stand before it, and nothing imports in a circle."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from docs.draw_imports import NEWS

ORDER = [*NEWS[: NEWS.index("preview")], "article_page", *NEWS[NEWS.index("preview") :]]
"""The packages of news, from those that know nothing of the others to the editors' side, which may know everything.
`article_page` is a module: an article's page as readers and previews show it."""
SHARED = {"slugs", "periods", "absolute_urls", "taxonomy"}
"""Small modules of news that any package above the models may import."""
ROOFS = {
    "portal.urls",
    "portal.wsgi",
    "portal.management.commands.load_demo",
    "news.urls",
    "news.apps",
    "news.translation",
}
"""Edges that join the parts: they may import upwards, and nobody imports them but an edge."""
EDGES = ("news.management", "news.templatetags")


def modules() -> dict[str, ast.Module]:
    """Every module of the product by its dotted name."""
    root = Path(settings.BASE_DIR)
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): ast.parse(path.read_text())
        for app in ("news", "portal", "rates")
        for path in sorted((root / app).rglob("*.py"))
        if "migrations" not in path.parts
    }


def imports() -> list[tuple[str, str]]:
    """Pairs of importer and imported module, wherever in a file the import stands, but for those of types alone."""
    every = modules()
    return [
        (name, target) for name, tree in every.items() for target in imported_by(tree, set(every)) if target != name
    ]


def imported_by(tree: ast.AST, names: set[str]) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield from imported_by(node, names)
        if isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "imports are absolute, so that this test can read them"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield from {whole if whole in names else node.module} & names
        elif isinstance(node, ast.Import):
            yield from {alias.name for alias in node.names} & names


def place_of(module: str) -> str:
    """The package of news that a module belongs to."""
    return module.split(".")[1] if module.startswith("news.") else ""


IMPORTS = imports()


def test_each_package_of_news_imports_only_those_before_it():
    upward = [
        f"{importer} imports {target}"
        for importer, target in IMPORTS
        if place_of(importer) in ORDER
        and place_of(target) in ORDER
        and ORDER.index(place_of(target)) > ORDER.index(place_of(importer))
    ]

    assert upward == []


def test_every_module_of_news_has_a_place_in_the_order():
    placed = {*ORDER, *SHARED, "management", "templatetags", "urls", "apps", "translation", "metrics", ""}

    assert {place_of(module) for module in modules()} - placed == set()


def test_shared_modules_import_nothing_above_the_models():
    above = [
        f"{importer} imports {target}"
        for importer, target in IMPORTS
        if place_of(importer) in SHARED and place_of(target) in ORDER[ORDER.index("models") + 1 :]
    ]

    assert above == []


@pytest.mark.parametrize(
    ("app", "other"), [("news", "rates"), ("rates", "news"), ("portal", "news"), ("portal", "rates")]
)
def test_apps_do_not_know_each_other(app, other):
    crossing = [
        f"{importer} imports {target}"
        for importer, target in IMPORTS
        if importer.split(".")[0] == app and target.split(".")[0] == other and importer not in ROOFS
    ]

    assert crossing == []


def test_nothing_imports_an_edge_but_another_edge():
    inward = [
        f"{importer} imports {target}"
        for importer, target in IMPORTS
        if (target in ROOFS or target.startswith(EDGES)) and importer not in ROOFS and not importer.startswith(EDGES)
    ]

    # What stands behind `make run`, and the server, are edges themselves.
    try_out = "portal.management.commands.try_out"
    assert inward == [f"{try_out} imports portal.management.commands.load_demo", "portal.server imports portal.wsgi"]


def test_no_modules_import_each_other_in_a_circle():
    """Imports inside functions count too: one that has to hide there marks misplaced code."""
    targets = defaultdict(set)
    for importer, target in IMPORTS:
        targets[importer].add(target)

    assert [" → ".join(circle) for circle in find_circles(targets)] == []


def find_circles(targets: dict[str, set[str]]) -> Iterator[list[str]]:
    """One circle for each module at which a walk along the imports comes back to its own path."""
    finished: set[str] = set()

    def walk(module: str, path: list[str]) -> Iterator[list[str]]:
        if module in path:
            yield [*path[path.index(module) :], module]
            return
        if module in finished:
            return
        for target in sorted(targets.get(module, ())):
            yield from walk(target, [*path, module])
        finished.add(module)

    for module in sorted(targets):
        yield from walk(module, [])
