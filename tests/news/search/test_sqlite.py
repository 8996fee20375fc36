"""Queries as FTS5 wants them."""

import pytest

from news.search.query import parse_query
from news.search.sqlite import has_phrase, join_phrase, match_expression, table_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("budget law", '("budget") AND ("law")'),
        ("senate", '("senate" OR "senat")'),
        ("law -court", '("law") NOT ("court")'),
        ('"budget law"', '("budget") AND ("law")'),
        ('law -"old court"', '("law")'),
    ],
)
def test_match_expression_asks_for_words_and_leaves_phrases_for_later(typed, expected):
    assert match_expression(parse_query(typed, "en")) == expected


def test_match_expression_begins_with_the_marks():
    assert match_expression(parse_query("law", "en", marks=("#kind-news",))) == '"#kind-news" AND ("law")'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the;senate senat;law", True), ("senate senat;the;law", False), ("senate senat", False), ("", False),
        ("senate senat;;;law", False), ("x;senator senat;laws law;y", True),
    ],
)  # fmt: skip
def test_phrase_is_consecutive_words_with_a_common_stem(text, expected):
    (phrase,) = parse_query('"senate law"', "en").terms

    assert has_phrase(text, join_phrase(phrase)) == expected


def test_table_is_of_a_language_that_the_site_has():
    assert table_of("kk") == "news_searchtext_kk"
    with pytest.raises(AssertionError):
        table_of("x; drop table news_article")
