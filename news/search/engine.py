"""Finds and ranks the articles that match a query.

A common word may be in a quarter of a million articles, so not all matches are ranked or counted: the newest SET of
them are ranked by relevance and date, and the pages after them show the next SET.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from django.db.models import F
from django.utils import timezone

from news.models import Article
from news.models.querysets import PAGE_SIZE, ArticleQuerySet, BadCursor
from news.models.search import article_at, place_of
from news.search.indexing import backend
from news.search.query import Query
from news.search.ranking import list_worths, score_place
from news.search.reading import read_rows

SET = 200
COUNTED = 1000
CURSOR = re.compile(r"(?P<top>-?[0-9]{1,19})-(?P<passed>[0-9]{1,3})")


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: in the set whose newest article has the place `top`, after `passed` articles."""

    top: int
    passed: int = 0

    def __str__(self) -> str:
        return f"{self.top}-{self.passed}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Raises BadCursor."""
        found = CURSOR.fullmatch(text)
        if not found or abs(int(found["top"])) >= 2**63:
            raise BadCursor(text)
        return cls(int(found["top"]), int(found["passed"]))


@dataclass(frozen=True)
class Results:
    articles: list[Article]
    total: int | None
    """The number of matches, where COUNTED + 1 means more than COUNTED; None on later pages."""
    next_cursor: Cursor | None

    @property
    def is_more(self) -> bool:
        return self.total is not None and self.total > COUNTED


def search_articles(articles: ArticleQuerySet, query: Query, cursor: Cursor | None = None) -> Results:
    """A page of those of `articles` that match the query."""
    wanted = SET + 1 if cursor else COUNTED + 1
    places = newest_places(articles, query, wanted, cursor.top if cursor else None)
    if not places:
        return Results([], None if cursor else 0, None)
    cursor, total = cursor or Cursor(places[0]), None if cursor else len(places)
    ranked = rank_places(query, places[:SET])
    page = [article_at(place) for place in ranked[cursor.passed : cursor.passed + PAGE_SIZE]]
    after = cursor.passed + PAGE_SIZE
    if after < len(ranked):
        next_cursor: Cursor | None = replace(cursor, passed=after)
    else:
        next_cursor = Cursor(places[SET]) if len(places) > SET else None
    found = {article.pk: article for article in articles.for_results().filter(pk__in=page)}
    return Results([found[pk] for pk in page if pk in found], total, next_cursor)


def find_among(articles: ArticleQuerySet, query: Query) -> frozenset[int]:
    """The numbers of those of a few articles that match the query."""
    return frozenset(backend.match_articles(join_entries(articles, query), query).values_list("pk", flat=True))


def newest_places(articles: ArticleQuerySet, query: Query, limit: int, top: int | None = None) -> list[int]:
    """The places of the newest articles that match the query, newest first."""
    return sorted((place for (place,) in read_rows(*newest_statement(articles, query, limit, top))), reverse=True)


def find_which(articles: ArticleQuerySet, queries: Sequence[Query]) -> list[bool]:
    """Of each query whether it finds an article, by one statement however many of them do."""
    statements = [newest_statement(articles, query, 1) for query in queries]
    columns = ", ".join(f"EXISTS ({statement})" for statement, _ in statements)
    (row,) = read_rows(f"SELECT {columns}", list(chain.from_iterable(params for _, params in statements)))
    return [bool(found) for found in row]


def newest_statement(
    articles: ArticleQuerySet, query: Query, limit: int, top: int | None = None
) -> tuple[str, list[Any]]:
    _since, until = query.places
    there = join_entries(articles, query, top)
    last = min(place for place in (top, until, place_of(timezone.now())) if place is not None)
    return backend.newest_statement(there, query, limit, last)


def join_entries(articles: ArticleQuerySet, query: Query, top: int | None = None) -> ArticleQuerySet:
    """The articles joined to their search entries in the query's language and period."""
    since, until = query.places
    found = articles.annotate(place=F("search_entries__place"), entry_language=F("search_entries__language"))
    found = found.filter(entry_language=query.language)
    for condition, place in (("place__lte", top), ("place__gte", since), ("place__lt", until)):
        if place is not None:
            found = found.filter(**{condition: place})
    return found


def rank_places(query: Query, places: list[int]) -> list[int]:
    """The places in order of `news.search.ranking`, which needs of the database only what the texts have."""
    worths = list_worths(query)
    met = backend.find_conditions([worth.condition for of_word in worths for worth in of_word], query, places)
    near = backend.closeness(query, places) if query.neighbours else {}
    now = place_of(timezone.now())
    scores = {place: score_place(place, worths, met[place], near.get(place, 0), now) for place in places}
    return sorted(places, key=lambda place: (-scores[place], -place))
