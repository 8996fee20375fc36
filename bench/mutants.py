"""What the suite does not see: small breakages of the code, one by one, and the tests that reach the broken line.

    make mutants                                    # 200: half drawn from everything, half where promises stand
    python -m bench.mutants --count 40 --seed 3 news/editorial portal/page_cache

The first run notes which test reaches which line (`bench.reached_lines`), which takes about twice as long as the suite.
Each mutant meets at most --tests of the tests that reach it, in a copy of the tree; TEST_DATABASE_URL holds there too.
"""

import argparse
import ast
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.reached_lines import FOLDER, ROOT

PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
PAIRS = ((ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.In, ast.NotIn), (ast.Is, ast.IsNot))
COMPARED = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}
PROMISES = (
    "select_for_update",
    "atomic",
    "has_perm",
    "permission",
    "require",
    "raise",
    "lock",
    "cache",
    "headers",
    "timeout",
)
"""A breakage of a line with one of these words is drawn for the second half."""


class Mutant(NamedTuple):
    file: str
    line: int
    kind: str
    source: str  # the whole file, broken
    before: str  # the line as it was


def break_node(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Each way to break one node: what it is called, and the node in its place."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in COMPARED:
            yield "comparison", ast.Compare(node.left, [COMPARED[type(op)]()], node.comparators)
        case ast.BoolOp():
            yield "and/or", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.If() | ast.IfExp():
            yield "condition negated", _with(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.Raise() if node.exc:
            yield "raise dropped", ast.Pass()
        case ast.Expr(value=ast.Call()):
            yield "call dropped", ast.Pass()
        case ast.Call(func=ast.Attribute(attr="select_for_update")):
            yield "select_for_update dropped", node.func.value
        case ast.Call(keywords=[_, *_]):
            yield "argument dropped", _with(node, keywords=node.keywords[:-1])
        case ast.FunctionDef() | ast.ClassDef() if node.decorator_list:
            yield "decorator dropped", _with(node, decorator_list=node.decorator_list[1:])
        case ast.With(items=[ast.withitem(context_expr=call)]) if "atomic" in ast.unparse(call):
            yield "atomic dropped", ast.If(ast.Constant(True), node.body, [])
        case ast.Constant(value=bool(value)):
            yield "constant", ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield "constant", ast.Constant(value + 1)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    return type(node)(**{**vars(node), **fields})


def find_mutants(file: str) -> Iterator[Mutant]:
    text = (ROOT / file).read_text(encoding="utf-8")
    tree = ast.parse(text)
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            nodes = value if isinstance(value, list) else [value]
            for place, node in enumerate(nodes):
                for kind, broken in break_node(node) if hasattr(node, "lineno") else ():
                    setattr(parent, name, [*nodes[:place], broken, *nodes[place + 1 :]] if value is nodes else broken)
                    source = ast.unparse(ast.fix_missing_locations(tree))
                    yield Mutant(file, node.lineno, kind, source, text.splitlines()[node.lineno - 1].strip())
                setattr(parent, name, value)


def read_reached() -> dict[tuple[str, int], list[str]]:
    tests = defaultdict(list)
    for path in sorted(FOLDER.glob("*.jsonl")):
        for test, files in map(json.loads, path.read_text().splitlines()):
            for place in ((file, number) for file, numbers in files.items() for number in numbers):
                tests[place].append(test)
    return tests


def is_seen(mutant: Mutant, tests: list[str], tree: Path) -> bool:
    place, command = tree / mutant.file, ["timeout", "600", *PYTEST, "-x", "-n", "2", *tests]
    whole = place.read_text(encoding="utf-8")
    place.write_text(mutant.source, encoding="utf-8")
    status = subprocess.run(command, cwd=tree, capture_output=True, check=False).returncode
    place.write_text(whole, encoding="utf-8")
    return status != 0


def draw(mutants: list[Mutant], count: int, seed: int) -> list[Mutant]:
    rnd = random.Random(seed)
    drawn = rnd.sample(mutants, min(count // 2, len(mutants)))
    rest = [each for each in mutants if each not in drawn and any(w in f"{each.kind} {each.before}" for w in PROMISES)]
    return drawn + rnd.sample(rest, min(count - len(drawn), len(rest)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="*", default=["news", "portal", "rates"])
    for name, default in (("--count", 200), ("--seed", 1), ("--tests", 60)):
        parser.add_argument(name, type=int, default=default)
    chosen = parser.parse_args()
    if not FOLDER.exists():
        subprocess.run([*PYTEST, "-n", "auto", "-p", "bench.reached_lines"], cwd=ROOT, check=False)
    reached = read_reached()
    tracked = subprocess.run(["git", "ls-files", *chosen.places], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [name for name in tracked.stdout.split() if name.endswith(".py") and "/migrations/" not in name]
    every = [mutant for file in files for mutant in find_mutants(file) if (file, mutant.line) in reached]
    tally: Counter[bool] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, symlinks=True, ignore=shutil.ignore_patterns(".git", "var", ".venv"))
        os.symlink(ROOT / ".venv", tree / ".venv")
        for mutant in draw(every, chosen.count, chosen.seed):
            own = mutant.file.split("/")[1].removesuffix(".py")
            tests = sorted(reached[mutant.file, mutant.line], key=lambda test, own=own: own not in test)
            seen = is_seen(mutant, tests[: chosen.tests], tree)
            tally[seen] += 1
            fate = "seen" if seen else "SURVIVED"
            print(f"{fate} {mutant.file}:{mutant.line} {mutant.kind}: {mutant.before}", flush=True)
    print(f"{tally[True]} of {tally.total()} seen ({tally[True] / max(1, tally.total()):.0%}).")


if __name__ == "__main__":
    main()
