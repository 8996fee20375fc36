"""Vectors and queries as PostgreSQL wants them."""

from datetime import UTC, datetime

import pytest

from news.models import TRANSLATIONS
from news.models.search import LAST_UNDATED, place_of
from news.search.documents import Document
from news.search.postgres import (
    LAST_POSITION,
    create_indexes,
    drop_indexes,
    make_vector,
    quote_word,
    time_conditions,
    tsquery,
)
from news.search.query import parse_query

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("budget law", "(('budget')) & (('law'))"),
        ("senate", "(('senate' | 'senat'))"),
        ("law -court", "(('law')) & !(('court'))"),
        ('"budget law"', "(('budget') <-> ('law'))"),
    ],
)
def test_tsquery_of_what_is_typed(typed, expected):
    assert tsquery(parse_query(typed, "en")) == expected


def test_vector_has_weights_and_a_gap_between_title_lead_and_text():
    document = Document([("law",)], [("law",), ("senate", "senat")], [("budget",)], ["#kind-news"])

    assert make_vector(document) == "'#kind-news' 'law':1A,11B 'senate':12B 'senat':12B 'budget':22D"


def test_position_is_never_beyond_the_last_that_postgresql_has():
    document = Document([], [], [("law",)] * (LAST_POSITION + 5), [])

    assert make_vector(document).endswith(f",{LAST_POSITION}D")


def test_recent_months_are_searched_first():
    conditions = list(time_conditions(place_of(datetime(2026, 1, 15, tzinfo=UTC))))

    months = "('#month-2026-2' | '#month-2026-1' | '#month-2025-12')"
    years = "('#year-2027' | '#year-2026' | '#year-2025')"
    assert conditions == [f" & {months}", f" & {years} & !{months}", f" & !{years}"]
    assert list(time_conditions(LAST_UNDATED)) == [""]


def test_quote_word_doubles_an_apostrophe():
    assert quote_word("o'z") == "'o''z'"


def test_each_language_has_an_index():
    assert len(list(create_indexes())) == len(list(drop_indexes())) == len(TRANSLATIONS)
