"""What a reader types, as a query."""

from datetime import UTC, date, datetime

import pytest

from news.models.search import place_of
from news.search.query import LONGEST_QUERY, MOST_WORDS, Query, Term, clean_query, parse_query
from news.search.words import Alternatives

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("  заң \u202e жоба\n", "заң жоба"), ("\0\ud800a", "a"), ("и\u0306", "й"), ("a" * 1000, "a" * LONGEST_QUERY)],
)
def test_clean_query_has_no_sign_that_nobody_sees(typed, shown):
    assert clean_query(typed) == shown


def test_words_phrases_and_exclusions_become_terms():
    query = parse_query('budget "senate law" -court -«old law»', "en")

    assert query.terms == (
        Term((Alternatives(("budget",)),)),
        Term((Alternatives(("senate", "senat")), Alternatives(("law",)))),
        Term((Alternatives(("court",)),), excluded=True),
        Term((Alternatives(("old",)), Alternatives(("law",))), excluded=True),
    )
    assert query.stems == {"budget", "senate", "senat", "law"}


def test_query_of_exclusions_alone_has_no_words():
    assert parse_query("-court", "en").has_words is False
    assert parse_query("law -court", "en").has_words is True
    assert parse_query("", "en").has_words is False


def test_query_has_at_most_so_many_words():
    assert len(parse_query("law " * 50, "en").terms) == MOST_WORDS


def test_places_are_those_of_the_days_in_kazakhstan():
    query = Query("en", since=date(2026, 11, 29), until=date(2026, 11, 30))

    assert query.places == (
        place_of(datetime(2026, 11, 28, 19, tzinfo=UTC)),
        place_of(datetime(2026, 11, 30, 19, tzinfo=UTC)),
    )
    assert Query("en").places == (None, None)
    assert Query("en", until=date.max).places == (None, None)
