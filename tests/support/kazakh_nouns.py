"""The samples of Kazakh words, and the forms that qazaq-inflector makes of nouns, to measure the Kazakh stemmer by."""

from collections.abc import Iterator
from pathlib import Path

from qazaq_inflector import QazaqNameInflector

SAMPLES = Path(__file__).parents[1] / "samples"
INFLECTOR = QazaqNameInflector(strict=True)
PERSONS = ("1sg", "2sg", "2sg_formal", "1pl", "2pl", "2pl_formal", "3")


def lines(name: str) -> list[str]:
    return [line for line in (SAMPLES / name).read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def pairs_of(line: str) -> list[tuple[str, str]]:
    word, _, forms = line.partition(":")
    return [(word, form) for form in forms.split()]


def read_forms() -> dict[str, list[tuple[str, str]]]:
    """Words with their forms, by section."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for line in lines("kazakh_forms.txt"):
        if line.startswith("== "):
            pairs = sections.setdefault(line.removeprefix("== "), [])
        else:
            pairs += pairs_of(line)
    return sections


def read_apart() -> list[tuple[str, str]]:
    return [pair for line in lines("kazakh_apart.txt") if not line.startswith("==") for pair in pairs_of(line)]


def read_nouns() -> list[str]:
    return " ".join(lines("kazakh_nouns.txt")).split()


def decline(noun: str) -> Iterator[str]:
    """In all cases, alone, possessed by each person, and as what somebody is; one and many."""
    for case in INFLECTOR.CASES:
        for number in (noun, INFLECTOR.pluralize(noun)):
            yield INFLECTOR.inflect(number, case)
        for person in PERSONS:
            yield INFLECTOR.possessive(noun, person, case)
            yield INFLECTOR.possessive(noun, person, case, plural=True)
    for person in PERSONS:
        yield INFLECTOR.predicate(noun, person)
