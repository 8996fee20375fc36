"""What the suite does not see: small breakages of the code, one by one, and the tests that reach the broken line.

    make mutants                                    # 200: half drawn from everything, half where promises stand
    python -m bench.mutants --count 40 --seed 3 news/editorial portal/page_cache

The first run notes which test reaches which line (`bench.reached_lines`), which takes about twice as long as the suite.
Each mutant meets at most --tests of the tests that reach it, in one of --trees copies of the project;
TEST_DATABASE_URL holds there too, with the tree's name behind it.
"""

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from bench.reached_lines import FOLDER, ROOT, read_reached

PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
PAIRS = ((ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.In, ast.NotIn), (ast.Is, ast.IsNot))
COMPARED = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}
PROMISES = re.compile("select_for_update|atomic|has_perm|permission|require|raise|lock|cache|headers|timeout")
"""A breakage of a line with one of these words is drawn for the second half."""


class Mutant(NamedTuple):
    file: str
    line: int
    reached: int  # the line that a test reaches; of a function its first statement, its head is read at import
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
        case ast.FunctionDef(decorator_list=[first, *rest]):
            yield f"decorator {ast.unparse(first)} dropped", _with(node, decorator_list=rest)
        case ast.With(items=[ast.withitem(context_expr=call)]) if "atomic" in ast.unparse(call):
            yield "atomic dropped", ast.If(ast.Constant(True), node.body, [])
        case ast.Constant(value=bool(value) | int(value)):
            yield "constant", ast.Constant(not value if isinstance(value, bool) else value + 1)


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
                    body = node.body[bool(ast.get_docstring(node)) :] if isinstance(node, ast.FunctionDef) else []
                    before = text.splitlines()[node.lineno - 1].strip()
                    yield Mutant(file, node.lineno, (body or [node])[0].lineno, kind, source, before)
                setattr(parent, name, value)


def choose(mutant: Mutant, reaching: list[tuple[float, str]], limit: int) -> list[list[str]]:
    """Two rounds of tests: those of the module, of its package and the quickest others, then more up to the limit."""
    package, own = f"tests/{os.path.dirname(mutant.file)}/", Path(mutant.file).stem
    near = sorted(reaching, key=lambda each: (own not in each[1], not each[1].startswith(package), each[0]))
    tests = [test for _, test in near]
    return [tests[:40], tests[40:limit]]


def is_seen(mutant: Mutant, rounds: list[list[str]], tree: Path) -> bool:
    place, whole = tree / mutant.file, (tree / mutant.file).read_text(encoding="utf-8")
    place.write_text(mutant.source, encoding="utf-8")
    url = os.environ.get("TEST_DATABASE_URL", "")
    settings = {**os.environ, "TEST_DATABASE_URL": url and f"{url}_{tree.name}"}
    try:
        for tests in filter(None, rounds):
            command = ["timeout", "400", *PYTEST, "-x", "-n", "0", *tests]
            if subprocess.run(command, cwd=tree, env=settings, capture_output=True, check=False).returncode:
                return True
        return False
    finally:
        place.write_text(whole, encoding="utf-8")


def draw(mutants: list[Mutant], count: int, seed: int) -> list[Mutant]:
    rnd = random.Random(seed)
    drawn = rnd.sample(mutants, min(count // 2, len(mutants)))
    rest = [each for each in mutants if each not in drawn and PROMISES.search(f"{each.kind} {each.before}")]
    return drawn + rnd.sample(rest, min(count - len(drawn), len(rest)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="*", default=["news", "portal", "rates"])
    for name, default in (("--count", 200), ("--seed", 1), ("--tests", 400), ("--trees", 2)):
        parser.add_argument(name, type=int, default=default)
    parser.add_argument("--kind", default="", help="a pattern of kinds: atomic|select_for_update")
    chosen = parser.parse_args()
    if not FOLDER.exists():
        subprocess.run([*PYTEST, "-n", "auto", "-p", "bench.reached_lines"], cwd=ROOT, check=False)
    reached = read_reached()
    tracked = subprocess.run(["git", "ls-files", *chosen.places], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [name for name in tracked.stdout.split() if name.endswith(".py") and "/migrations/" not in name]
    every = [each for file in files for each in find_mutants(file) if (file, each.reached) in reached]
    drawn = draw([each for each in every if re.search(chosen.kind, each.kind)], chosen.count, chosen.seed)
    tally: Counter[bool] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(chosen.trees):
            tree = Path(folder) / f"tree{number}"
            shutil.copytree(ROOT, tree, symlinks=True, ignore=shutil.ignore_patterns("var", ".venv"))
            os.symlink(ROOT / ".venv", tree / ".venv")
            trees.put(tree)

        def try_out(mutant: Mutant) -> None:
            tree = trees.get()
            seen = is_seen(mutant, choose(mutant, reached[mutant.file, mutant.reached], chosen.tests), tree)
            trees.put(tree)
            tally[seen] += 1
            print(
                "seen" if seen else "SURVIVED",
                f"{mutant.file}:{mutant.line} {mutant.kind}: {mutant.before}",
                flush=True,
            )

        with ThreadPoolExecutor(chosen.trees) as pool:
            list(pool.map(try_out, drawn))
    print(f"{tally[True]} of {tally.total()} seen ({tally[True] / max(1, tally.total()):.0%}).")


if __name__ == "__main__":
    main()
