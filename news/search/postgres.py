"""Full-text search in PostgreSQL: a vector of words beside each entry, and an index for each language.

The first migration adds the column; the indexes are `news.models.full_text`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from news.models import SearchEntry
from news.models.full_text import FullTextIndex
from news.models.search import moment_at
from news.search.documents import Document, Words, month_mark, year_mark
from news.search.query import NEAR_WORDS, Query, Term
from news.search.ranking import Condition
from news.search.reading import read_rows
from news.search.words import Alternatives

TABLE = SearchEntry._meta.db_table
INDEXES = [index for index in SearchEntry._meta.indexes if isinstance(index, FullTextIndex)]
NEAR = range(-1, 2)
"""Months, or else years, that are searched first: the next one, this one, the one before."""
LAST_POSITION = 16_383
UNPACKED = f"SELECT place, setweight(vector, 'A', '{{}}') AS vector FROM {TABLE} WHERE place = ANY(%s) OFFSET 0"  # noqa: S608
"""Entries whose vectors are unpacked once for all conditions: setting the weight of no words is the cheapest way."""


def create_indexes() -> Iterator[str]:
    for index in INDEXES:
        yield index.postgresql_sql % {"table": TABLE}


def drop_indexes() -> Iterator[str]:
    for index in INDEXES:
        yield index.postgresql_removal_sql


def insert_entries(entries: Iterable[tuple[SearchEntry, Document]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {TABLE} (place, article_id, language, vector) FROM STDIN") as rows,
    ):
        for entry, document in entries:
            rows.write_row((entry.place, entry.article_id, entry.language, make_vector(document)))


def newest_statement(articles: QuerySet, query: Query, limit: int, last: int) -> tuple[str, list[Any]]:
    """Reads the places of the newest matches: it searches recent months first and then further back.

    An index skips all entries that lack one of several required words. Months and years are words too, so the newest of
    a quarter of a million matches are found without reading the others or any text. PostgreSQL does not begin a part of
    a union when the parts before it have returned enough rows.
    """
    part, params = match_articles(articles, query).values_list("place")[:limit].query.sql_with_params()
    words = tsquery(query)
    parts = [[each + window if each == words else each for each in params] for window in time_conditions(last)]
    union = f"({') UNION ALL ('.join([part] * len(parts))})"
    return f"SELECT place FROM ({union}) AS found LIMIT {limit}", list(chain.from_iterable(parts))  # noqa: S608


def time_conditions(last: int) -> Iterator[str]:
    """Conditions to add to the words of a query: periods up to the place `last`, the latest first."""
    if moment := moment_at(last):
        day = timezone.localtime(moment)
        months = [day.year * 12 + day.month - 1 - number for number in NEAR]
        near = any_of(month_mark(number // 12, number % 12 + 1) for number in months)
        years = any_of(year_mark(day.year - number) for number in NEAR)
        yield f" & {near}"
        yield f" & {years} & !{near}"
        yield f" & !{years}"
    else:
        yield ""


def any_of(words: Iterable[str], weight: str = "") -> str:
    return f"({' | '.join(quote_word(word) + weight for word in words)})"


def match_articles(articles: QuerySet, query: Query) -> QuerySet:
    """Those of the articles, joined to their entries, that match the query; newest first."""
    found = articles.extra(where=[f"{TABLE}.vector @@ %s::tsquery"], params=[tsquery(query)])  # noqa: S610
    # Not by the bare place: PostgreSQL would read all texts from the newest on until it has found enough.
    return found.order_by((F("place") + 0).desc())


def find_conditions(conditions: Sequence[Condition], _query: Query, places: list[int]) -> dict[int, set[Condition]]:
    """By place, the conditions that its text meets."""
    wanted = [in_zone(condition) for condition in conditions]
    columns = ", ".join(["vector @@ %s::tsquery"] * len(wanted))
    rows = read_rows(f"SELECT place, {columns} FROM ({UNPACKED}) AS found", [*wanted, places])  # noqa: S608
    return {place: set(compress(conditions, met)) for place, *met in rows}


def in_zone(condition: Condition) -> str:
    """A condition as a tsquery. Its words need not be a phrase."""
    weight = {"title": ":A", "lead": ":B", "text": ""}[condition.zone]
    words = [any_of(word.all, weight) for word in condition.term.words]
    every = f"({' & '.join(words)})"
    return f"{any_of(condition.term.also, weight)} | {every}" if condition.term.also else every


def closeness(query: Query, places: list[int]) -> dict[int, float]:
    """By place, which share of the query's neighbouring words stand near each other and in order in the text."""
    pairs = query.neighbours
    conditions = [f"({condition})" for one, next_one in pairs for condition in distance_conditions(one, next_one)]
    number = " + ".join(["(vector @@ %s::tsquery)::int"] * len(conditions))
    rows = read_rows(f"SELECT place, {number} FROM ({UNPACKED}) AS found", [*conditions, places])  # noqa: S608
    return {place: near / len(conditions) for place, near in rows}


def distance_conditions(one: Alternatives, next_one: Alternatives) -> Iterator[str]:
    """That the words stand side by side, and that they stand near each other."""
    first, second = any_of(one.all), any_of(next_one.all)
    yield f"{first} <-> {second}"
    yield " | ".join(f"({first} <{distance}> {second})" for distance in range(1, NEAR_WORDS + 1))


def make_vector(document: Document) -> str:
    places: defaultdict[str, list[str]] = defaultdict(list)
    position = 1
    for text, weight in ((document.title, "A"), (document.lead, "B"), (document.body, "D")):
        position = note_places(places, text, weight, position)
    marks = map(quote_word, document.marks)
    return " ".join([*marks, *[f"{quote_word(word)}:{','.join(found)}" for word, found in places.items()]])


def note_places(places: defaultdict[str, list[str]], text: Words, weight: str, position: int) -> int:
    last = f"{LAST_POSITION}{weight}"
    for position, alternatives in enumerate(text, position):  # noqa: B020
        place = f"{position}{weight}" if position < LAST_POSITION else last
        for word in alternatives:
            places[word].append(place)
    return position + 10  # no phrase reaches from a title into the lead


def tsquery(query: Query) -> str:
    return " & ".join([*map(quote_word, query.marks), *map(term, query.terms)])


def term(term: Term) -> str:
    wanted = (" & " if term.also else " <-> ").join(any_of(word.all) for word in term.words)
    if term.also:
        wanted = f"{any_of(term.also)} | ({wanted})"
    return f"!({wanted})" if term.excluded else f"({wanted})"


def quote_word(word: str) -> str:
    """A word as tsvector and tsquery want it. Words consist of letters, digits, hyphens and apostrophes."""
    return f"'{word}'" if "'" not in word else "'" + word.replace("'", "''") + "'"
