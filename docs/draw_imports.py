"""Draws how the packages import one another: `python docs/draw_imports.py` writes docs/img/imports.svg.

It reads the import statements themselves and needs nothing but Python. An arrow leads from a package to one it imports.
Arrows that follow from others are left out: where A imports B and B imports C, no arrow is drawn from A to C. An arrow
against the order is red; tests/test_imports.py fails on one.
"""

import ast
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "img" / "imports.svg"

SITE = "portal"
NEWS = (
    "language", "markup", "models", "hits", "media", "content", "share_cards", "search", "editorial", "import_export",
    "syndication", "newsletter", "channels", "api", "preview", "pages", "admin",
)  # fmt: skip
"""The packages of `news`, each below those that may import it."""
RATES = "rates"
ROOF = {"portal/urls.py", "portal/server.py", "portal/wsgi.py", "portal/management/commands/load_demo.py"}
"""The files of `portal` that put the site together; they alone may import `news` and `rates`."""

WIDTH, LEFT, BOX, HEIGHT, STEP, TOP = 900, 220, 170, 30, 46, 84
STYLE = """
text { font: 14px system-ui, sans-serif; fill: #1d2b2c; }
.note { font-size: 12px; fill: #55605f; }
rect { fill: #f3f7f6; stroke: #0d3f44; rx: 6px; }
path { fill: none; stroke: #0d3f44; stroke-opacity: .55; stroke-width: 1.3; }
.wrong { stroke: #b3261e; stroke-opacity: 1; stroke-width: 2.5; }
"""
TIP = (
    '<marker id="tip" viewBox="0 0 8 8" refX="2" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 8 4 0 8z" style="fill:#0d3f44;stroke:none"/></marker>'
)
TELLS = "Arrows that follow from others are left out. An arrow against the order would be red."


def main() -> None:
    arrows = read_arrows()
    PICTURE.write_text(draw(arrows))
    wrong = sorted(arrow for arrow in arrows if is_upward(*arrow))
    drawn = without_implied(arrows)
    print(f"{PICTURE.relative_to(ROOT)}: {len(arrows)} arrows, {len(drawn)} drawn, {len(wrong)} upward.")
    for importer, imported in wrong:
        print(f"{importer} imports {imported}, which stands above it.", file=sys.stderr)
    sys.exit(bool(wrong))


def read_arrows() -> set[tuple[str, str]]:
    """Each package with each other package that it imports. What only puts the site together is left out."""
    arrows = set()
    for file in sorted(path for app in ("news", "portal", "rates") for path in (ROOT / app).rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        importer = package_of(name.removesuffix(".py").replace("/", "."))
        if importer and name not in ROOF:
            arrows |= {(importer, package) for package in packages_imported_by(file) if package != importer}
    return arrows


def packages_imported_by(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (package for name in names if (package := package_of(name)))


def package_of(module: str) -> str | None:
    """`news.search.engine` is of "search". None for what stands beside the packages, such as news.slugs."""
    app, _, rest = module.partition(".")
    if app == "news":
        first = rest.partition(".")[0]
        return first if first in NEWS else None
    return app if app in (SITE, RATES) else None


def is_upward(importer: str, imported: str) -> bool:
    """Whether an import goes against the order: to a later package, out of `portal`, or between `news` and `rates`."""
    if importer == SITE:
        return True
    if imported == SITE:
        return False
    if RATES in (importer, imported):
        return True
    return NEWS.index(imported) > NEWS.index(importer)


def without_implied(arrows: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Without the arrows that a longer way of others replaces. Those against the order all stay."""
    downward = {each for each in arrows if not is_upward(*each)}
    return {
        (start, end)
        for start, end in arrows
        if (start, end) not in downward
        or not any(reaches(downward, middle, end) for first, middle in downward if first == start and middle != end)
    }


def reaches(arrows: set[tuple[str, str]], start: str, end: str) -> bool:
    seen, ahead = {start}, [start]
    while ahead:
        here = ahead.pop()
        for first, second in arrows:
            if first == here and second not in seen:
                if second == end:
                    return True
                seen.add(second)
                ahead.append(second)
    return False


def draw(arrows: set[tuple[str, str]]) -> str:
    """The packages of `news` in a column, each below those that import it; `rates` beside them, `portal` under both."""
    places = {package: TOP + STEP * row for row, package in enumerate(reversed(NEWS))}
    bottom = TOP + STEP * len(NEWS) + 24
    right = WIDTH - BOX - 90
    parts = [
        text(LEFT, TOP - 50, "news", "note"),
        text(LEFT, TOP - 34, "each package imports only packages below it", "note"),
        text(right, TOP + STEP * 7 - 34, "news and rates do not import each other", "note"),
        box(right, TOP + STEP * 7, BOX, "rates"),
        box(LEFT, bottom, right + BOX - LEFT, "portal – the site around them, which knows neither"),
        arrow(f"M{right + BOX / 2} {TOP + STEP * 7 + HEIGHT} V{bottom - 6}"),
        arrow(f"M{LEFT + BOX / 2} {TOP + STEP * (len(NEWS) - 1) + HEIGHT + 4} V{bottom - 6}"),
        *(box(LEFT, top, BOX, package) for package, top in places.items()),
    ]
    for start, end in sorted(without_implied({each for each in arrows if {*each} <= {*NEWS}})):
        rows = (places[end] - places[start]) // STEP
        wrong = is_upward(start, end)
        if rows == 1:
            way = f"M{LEFT + BOX / 2} {places[start] + HEIGHT} V{places[end] - 6}"
        else:
            side = LEFT if (NEWS.index(start) + NEWS.index(end)) % 2 else LEFT + BOX
            bend = side + (-1 if side == LEFT else 1) * (18 + 17 * abs(rows))
            first, last = places[start] + HEIGHT * 0.7, places[end] + HEIGHT * 0.3
            tip = side + (-6 if side == LEFT else 6)
            way = f"M{side} {first} C{bend} {first} {bend} {last} {tip} {last}"
        parts.append(arrow(way, "wrong" if wrong else ""))
    parts.append(text(LEFT, bottom + HEIGHT + 20, TELLS, "note"))
    height = bottom + HEIGHT + 36
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n'
        f"<title>The packages in the order of imports</title>\n<style>{STYLE}</style>\n<defs>{TIP}</defs>\n"
        f'<path d="M0 0H{WIDTH}V{height}H0z" style="fill:#fff;stroke:none"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def box(left: float, top: float, width: float, label: str) -> str:
    return f'<rect x="{left}" y="{top}" width="{width}" height="{HEIGHT}"/>' + text(left + 12, top + 20, label)


def text(left: float, top: float, words: str, kind: str = "") -> str:
    return f'<text x="{left}" y="{top}" class="{kind}">{escape(words)}</text>'


def arrow(way: str, kind: str = "") -> str:
    return f'<path d="{way}" class="{kind}" marker-end="url(#tip)"/>'


if __name__ == "__main__":
    main()
