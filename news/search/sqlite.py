"""Full-text search in SQLite: an FTS5 table for each language, whose rows are numbered by date.

They are made as indexes of the entries (`news.models.full_text`), with a trigger that deletes a text together with its
entry.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from news.models import TRANSLATIONS, SearchEntry
from news.models.full_text import TEXTS
from news.search.documents import Document, Words
from news.search.query import NEAR_WORDS, Query, Term
from news.search.ranking import Condition
from news.search.reading import read_rows
from portal.replicas import reading_connection

TABLE = SearchEntry._meta.db_table
GAP = ";" * 10
"""Between the words of a title, a lead and a text: none of them is near the next."""
MOST_WITH_PHRASE = 3000
"""The newest articles with all the words, which are searched for the phrase."""


def table_of(language: str) -> str:
    assert language in TRANSLATIONS  # noqa: S101
    return f"{TEXTS}_{language}"


def create_indexes() -> Iterator[str]:
    yield from ()


def drop_indexes() -> Iterator[str]:
    yield from ()


def insert_entries(entries: Iterable[tuple[SearchEntry, Document]]) -> None:
    entries = list(entries)
    SearchEntry.objects.bulk_create(entry for entry, _ in entries)
    with connection.cursor() as cursor:
        for code in TRANSLATIONS:
            rows = [
                (entry.place, join_words(of.title), join_words(of.lead), join_words(of.body), " ".join(of.marks))
                for entry, of in entries
                if entry.language == code
            ]
            cursor.executemany(
                f"INSERT INTO {table_of(code)} (rowid, title, lead, body, marks) VALUES (%s, %s, %s, %s, %s)",  # noqa: S608
                rows,
            )


def join_words(words: Words) -> str:
    """The stems of a word with spaces between, and the words with semicolons, which are part of no word."""
    return ";".join(map(" ".join, words))


def newest_statement(articles: QuerySet, query: Query, limit: int, _last: int) -> tuple[str, list[Any]]:
    """Reads the places of the newest matches. FTS5 reads its rows from the newest on and stops when it has enough."""
    statement, params = match_articles(articles, query).values_list("place")[:limit].query.sql_with_params()
    return statement, list(params)


def match_articles(articles: QuerySet, query: Query) -> QuerySet:
    """Those of the articles, joined to their entries, that match the query; newest first."""
    articles = articles.order_by("-place")
    fts = table_of(query.language)
    phrases = [term for term in query.terms if term.is_phrase]
    if not phrases:
        # The plus keeps SQLite from looking up the texts row by row, which takes seconds. It reads the matches,
        # in their own order, and stops when it has enough.
        return articles.order_by().extra(  # noqa: S610
            tables=[fts],
            where=[f"{TABLE}.place = +{fts}.rowid", f"{fts} MATCH %s"],
            params=[match_expression(query)],
            order_by=[f"-{fts}.rowid"],
        )
    add_phrase_function()
    conditions = [
        f"has_phrase(title || ';;' || lead || ';;' || body, %s) = {int(not term.excluded)}" for term in phrases
    ]
    since, until = query.places
    return articles.extra(  # noqa: S610
        where=[
            f"{TABLE}.place IN (SELECT rowid FROM (SELECT rowid, title, lead, body FROM {fts} WHERE {fts} MATCH %s"  # noqa: S608
            f" AND rowid >= %s AND rowid < %s ORDER BY rowid DESC LIMIT {MOST_WITH_PHRASE})"
            f" WHERE {' AND '.join(conditions)})"
        ],
        params=[
            match_expression(query),
            -(2**63) if since is None else since,
            2**63 - 1 if until is None else until,
            *map(join_phrase, phrases),
        ],
    )


def find_conditions(conditions: Sequence[Condition], query: Query, places: list[int]) -> dict[int, set[Condition]]:
    """By place, the conditions that its text meets."""
    fts = table_of(query.language)
    one = f"SELECT %s, rowid FROM {fts} WHERE {fts} MATCH %s AND rowid BETWEEN %s AND %s"  # noqa: S608
    required = match_expression(query)
    period = min(places), max(places)
    asked = [(number, f"({required}) AND {in_zone(each)}", *period) for number, each in enumerate(conditions)]
    found: dict[int, set[Condition]] = {place: set() for place in places}
    for number, place in read_rows(" UNION ALL ".join([one] * len(asked)), list(chain.from_iterable(asked))):
        if place in found:
            found[place].add(conditions[number])
    return found


def in_zone(condition: Condition) -> str:
    columns = {"title": "{title} : ", "lead": "{lead} : ", "text": ""}[condition.zone]
    return f"{columns}({quote_term(condition.term)})"


def match_expression(query: Query) -> str:
    """The query as FTS5 wants it. It requires all words of a phrase; an excluded phrase is checked later."""
    required = [quote_term(term) for term in query.terms if not term.excluded]
    excluded = [quote_term(term) for term in query.terms if term.excluded and not term.is_phrase]
    return " AND ".join([*map(quote_word, query.marks), *required]) + "".join(f" NOT {each}" for each in excluded)


def quote_term(term: Term) -> str:
    words = " AND ".join(f"({' OR '.join(map(quote_word, word.all))})" for word in term.words)
    return f"({' OR '.join(map(quote_word, term.also))} OR ({words}))" if term.also else words


def closeness(query: Query, places: list[int]) -> dict[int, float]:
    """By place, which share of the query's neighbouring words stand near each other and in order in the text."""
    add_phrase_function()
    fts = table_of(query.language)
    pairs = "\n".join(f"{' '.join(one.all)};{' '.join(next_one.all)}" for one, next_one in query.neighbours)
    numbers = ", ".join(map(str, places))
    text = "title || %s || lead || %s || body"
    rows = read_rows(
        f"SELECT rowid, closeness({text}, %s) FROM {fts} WHERE rowid IN ({numbers})",  # noqa: S608
        [GAP, GAP, pairs],
    )
    return dict(rows)


def share_of_near(text: str, pairs: str) -> float:
    """The share of pairs that stand side by side, and of those that stand near each other, in the mean."""
    found = [bool(pattern.search(text)) for pair in pairs.split("\n") for pattern in distance_patterns(pair)]
    return sum(found) / len(found)


@lru_cache(1000)
def distance_patterns(pair: str) -> tuple[re.Pattern[str], ...]:
    first, second = ("|".join(map(re.escape, words.split(" "))) for words in pair.split(";"))
    begin, end = rf"(?<![^; ])(?:{first})(?: [^;]*)?", rf";(?:[^;]* )?(?:{second})(?![^; ])"
    return tuple(re.compile(begin + rf"(?:;[^;]*){{0,{between}}}" + end) for between in (0, NEAR_WORDS - 1))


def quote_word(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def add_phrase_function() -> None:
    connection = reading_connection()
    connection.ensure_connection()
    connection.connection.create_function("has_phrase", 2, has_phrase, deterministic=True)
    connection.connection.create_function("closeness", 2, share_of_near, deterministic=True)


def join_phrase(phrase: Term) -> str:
    return ";".join(" ".join(word.all) for word in phrase.words)


def has_phrase(text: str, phrase: str) -> bool:
    """Whether consecutive words of the text each have a stem in common with the words of the phrase."""
    first, *others = [set(word.split(" ")) for word in phrase.split(";")]
    words = [word.split(" ") for word in text.split(";")]
    return any(
        not first.isdisjoint(word)
        and all(not each.isdisjoint(next_word) for each, next_word in zip(others, words[place:], strict=False))
        for place, word in enumerate(words[: len(words) - len(others)], 1)
    )
