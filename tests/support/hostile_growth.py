"""Every regular expression of the portal against texts made to make it slow: python -m tests.support.hostile_growth.

The texts are made from the expression itself: long runs of each kind of character it knows, and what it begins with,
repeated without an end. Prints a line of JSON for each expression that takes more than its share of processor time.
"""

import ast
import importlib
import json
import pkgutil
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from re import _parser as parser
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("news", "portal", "rates")
LENGTH = 100_000
SHORTER = {"news.hits.bots.LISTED": 512, "news.import_export.old_pages.DECLARED": 4096}
"""What meets no more than the beginning of a text; the number is that of the code that cuts it."""
SECONDS = 5
"""Of processor time for all texts of an expression; where work grows with the square, one text takes minutes."""
MOST_TEXTS = 40
METHODS = {"search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"}


@dataclass
class Found:
    where: str
    pattern: re.Pattern
    methods: set[str] = field(default_factory=set)


def import_all() -> Iterator[ModuleType]:
    import django

    django.setup()
    for package in PACKAGES:
        top = importlib.import_module(package)
        yield top
        for each in pkgutil.walk_packages(top.__path__, f"{package}."):
            if ".migrations." not in each.name and not each.name.endswith("__main__"):
                yield importlib.import_module(each.name)


def find_patterns() -> list[Found]:
    """Those that stand in modules under a name, and those that are written where they are used."""
    modules = list(import_all())
    trees = {path: ast.parse(path.read_text()) for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    uses: dict[str, set[str]] = {}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                owner = node.value
                name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                uses.setdefault(name, set()).add(node.attr)
    named = {
        id(value): Found(f"{module.__name__}.{name}", value, uses.get(name) or {"search"})
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    }
    written = [
        Found(f"{path.relative_to(ROOT)}:{node.lineno}", re.compile(ast.literal_eval(node.args[0])), {node.func.attr})
        for path, tree in trees.items()
        if "migrations" not in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") == "re"
        and node.func.attr in METHODS
        and isinstance(node.args[0], ast.Constant)
    ]
    return [*named.values(), *written]


# Texts


def sample_items(items: list) -> str:
    """Something that one member of a class matches."""
    for kind, value in items:
        if kind is parser.LITERAL:
            return chr(value)
        if kind is parser.RANGE:
            return chr(value[0])
        if kind is parser.CATEGORY:
            return sample_category(str(value))
    return "a"


def sample_category(name: str) -> str:
    is_negated = "_NOT_" in name
    if "DIGIT" in name:
        return "a" if is_negated else "7"
    if "SPACE" in name:
        return "a" if is_negated else " "
    return "-" if is_negated else "a"


def sample_atom(kind: object, value: object) -> str:
    """A short text that an atom matches, or would if what stands around it let it."""
    if kind is parser.LITERAL:
        return chr(value)
    if kind is parser.NOT_LITERAL:
        return "b" if value == ord("a") else "a"
    if kind is parser.ANY:
        return "a"
    if kind is parser.IN:
        is_negated = value[0][0] is parser.NEGATE
        if not is_negated:
            return sample_items(value)
        letters = (letter for letter in "a7 -<&\n\u4e00" if not re.match(rebuild_class(value[1:]), letter, re.DOTALL))
        return next(letters, "")
    if kind is parser.BRANCH:
        return "".join(sample_atom(*atom) for atom in value[1][0])
    if kind is parser.SUBPATTERN:
        return "".join(sample_atom(*atom) for atom in value[3])
    if kind in (parser.MAX_REPEAT, parser.MIN_REPEAT, parser.POSSESSIVE_REPEAT):
        return "".join(sample_atom(*atom) for atom in value[2]) * max(1, min(value[0], 3))
    if kind is parser.ATOMIC_GROUP:
        return "".join(sample_atom(*atom) for atom in value)
    return ""


def rebuild_class(items: list) -> str:
    parts = []
    for kind, value in items:
        if kind is parser.LITERAL:
            parts.append(re.escape(chr(value)))
        elif kind is parser.RANGE:
            parts.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        else:
            name = str(value)
            letter = "d" if "DIGIT" in name else "s" if "SPACE" in name else "w"
            parts.append("\\" + (letter.upper() if "_NOT_" in name else letter))
    return f"[{''.join(parts)}]"


def find_atoms(parsed: object) -> Iterator[tuple]:
    """All atoms, those within groups too."""
    for kind, value in parsed:
        yield kind, value
        if kind is parser.SUBPATTERN:
            yield from find_atoms(value[3])
        elif kind in (parser.MAX_REPEAT, parser.MIN_REPEAT, parser.POSSESSIVE_REPEAT):
            yield from find_atoms(value[2])
        elif kind is parser.BRANCH:
            for branch in value[1]:
                yield from find_atoms(branch)
        elif kind is parser.ATOMIC_GROUP:
            yield from find_atoms(value)


def make_texts(pattern: re.Pattern, length: int) -> Iterator[str]:
    """None of them ends as the expression wants it to."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    parsed = parser.parse(source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    pieces = [piece for kind, value in parsed if (piece := sample_atom(kind, value))]
    starts = list(dict.fromkeys("".join(pieces[:end]) for end in range(1, len(pieces) + 1)))
    runs = list(dict.fromkeys(sample for atom in find_atoms(parsed) if 0 < len(sample := sample_atom(*atom)) < 50))
    repeated = [repeat_to_length(each, length) for each in dict.fromkeys([*starts, *runs])]
    begun = [start + repeat_to_length(run, length) for run in runs for start in starts[:3]]
    for text in [*repeated, *begun]:
        yield text + "\0"


def repeat_to_length(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length]


# Trial


class TooSlow(Exception):
    """The processor time of an expression is used up."""


def stop(_signal: int, _frame: object) -> None:
    raise TooSlow


def apply(pattern: re.Pattern, method: str, text: str | bytes) -> None:
    if method in ("sub", "subn"):
        getattr(pattern, method)(text[:0], text)
    elif method == "finditer":
        for _match in pattern.finditer(text):
            pass
    else:
        getattr(pattern, method)(text)


def try_pattern(found: Found) -> str:
    """The beginning of a text that takes too long; empty when none does."""
    for text in islice(make_texts(found.pattern, SHORTER.get(found.where, LENGTH)), MOST_TEXTS):
        given = text if isinstance(found.pattern.pattern, str) else text.encode("latin-1", "replace")
        for method in found.methods:
            try:
                apply(found.pattern, method, given)
            except TooSlow:
                return f"{method} {text[:40]!r}"
    return ""


def main() -> None:
    signal.signal(signal.SIGPROF, stop)
    tried = 0
    for found in find_patterns():
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        slow = try_pattern(found)
        signal.setitimer(signal.ITIMER_PROF, 0)
        tried += 1
        if slow:
            print(json.dumps({"slow": found.where, "text": slow}), flush=True)
    print(json.dumps({"tried": tried}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
