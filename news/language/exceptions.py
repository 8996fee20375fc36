"""Reads news/language/exceptions.toml, the words that no rule of stemming gets right."""

import tomllib
from pathlib import Path

TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

SNOWBALL: dict[str, dict[str, str]] = {
    language: {word: group["stem"] for group in groups for word in group["words"].split()}
    for language, groups in TABLES.items()
    if language != "kk"
}
"""By language: the stem of each word to which Snowball gives the stem of another word."""

KAZAKH_WHOLE = frozenset(word for group in TABLES["kk"]["whole"] for word in group["words"].split())
"""Words that look like a form of another word but are not. Their own forms belong to them alone."""

KAZAKH_PARTICLES = frozenset(word for group in TABLES["kk"]["particles"] for word in group["words"].split())
"""Words without forms."""

KAZAKH_FORMS: dict[str, str] = {
    form: group["stem"] for group in TABLES["kk"]["forms"] for form in group["words"].split()
}
"""Forms that follow no rule of endings."""

NO_VERBS = frozenset(TABLES["kk"]["no_verbs"]["words"].split())
"""What looks like an infinitive and is none."""

TWO_LETTER_NOUNS = frozenset(TABLES["kk"]["two_letters"]["nouns"].split())
TWO_LETTER_VERBS = frozenset(TABLES["kk"]["two_letters"]["verbs"].split())

TIMES = frozenset(TABLES["kk"]["times"]["words"].split())
"""The only words that take the endings -ғы and -гі."""

ROOTS: dict[str, str] = {
    **{root: noun for root, noun in TABLES["kk"]["roots"].items() if root != "reason"},
    **{noun.removesuffix("ь"): noun for noun in TABLES["kk"]["soft"]["words"].split()},
    **{noun[:-1]: noun for noun in TABLES["kk"]["doubled"]["words"].split()},
}
"""Nouns that are spelt differently before an ending."""
