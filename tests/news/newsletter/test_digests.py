"""What is new since a subscription's last letter, and when its next one is due."""

from datetime import datetime

import pytest

from news.newsletter import digests
from tests.support.factories import make_article, make_person, make_source, make_topic


@pytest.mark.parametrize(
    ("frequency", "now", "due"),
    [
        ("daily", "2026-11-25T08:00", "2026-11-25T08:00"),
        ("daily", "2026-11-25T07:59", "2026-11-24T08:00"),
        ("weekly", "2026-11-25T12:00", "2026-11-23T08:00"),  # a Wednesday: the Monday before
        ("weekly", "2026-11-23T07:00", "2026-11-16T08:00"),
        ("weekly", "2026-11-23T09:00", "2026-11-23T08:00"),
    ],
)
def test_letters_are_due_in_the_morning(frequency, now, due):
    moments = [datetime.fromisoformat(f"{text}:00+05:00") for text in (now, due)]

    assert digests.last_morning(frequency, moments[0]) == moments[1]


@pytest.mark.django_db
def test_article_is_named_by_its_source_and_whatever_that_succeeds():
    source, topic, person = make_source(), make_topic(), make_person()
    article = make_article(source=source, topics=[topic], people=[person])
    ended, older, other = source.pk + 100, source.pk + 200, source.pk + 300

    keys = digests.keys_of(article, {ended: source.pk, older: ended, other: None, source.pk: None})

    assert keys == {f"source-{pk}" for pk in (source.pk, ended, older)} | {f"topic-{topic.pk}", f"person-{person.pk}"}


@pytest.mark.django_db
def test_sources_that_succeed_each_other_in_a_circle_end_the_search():
    article = make_article()
    first, second = article.source_id, article.source_id + 100

    assert digests.keys_of(article, {first: second, second: first}) == {f"source-{first}", f"source-{second}"}


def test_letter_holds_what_came_after_the_last_one_and_matches_any_key():
    news = [
        digests.NewArticle(number, article, frozenset(keys))
        for number, article, keys in (
            (1, 11, ["topic-1"]),
            (2, 12, ["topic-1"]),
            (3, 13, ["topic-2"]),
            (4, 14, ["source-1"]),
            (5, 15, ["topic-3"]),
        )
    ]

    def find_matches(search):
        return frozenset({15}) if search == "search-q=law" else frozenset()

    assert digests.matching_articles(news, find_matches, 1, ()) == [12, 13, 14, 15]
    assert digests.matching_articles(news, find_matches, 1, ("topic-1", "source-1")) == [12, 14]
    assert digests.matching_articles(news, find_matches, 0, ("topic-2", "search-q=law")) == [13, 15]
    assert digests.matching_articles(news, find_matches, 0, ("topic-9",)) == []
    assert digests.matching_articles(news, find_matches, 5, ()) == []


def test_letter_holds_the_newest_when_there_are_too_many():
    news = [digests.NewArticle(number, number, frozenset()) for number in range(1, digests.MAX_ARTICLES + 3)]

    articles = digests.matching_articles(news, lambda search: frozenset(), 0, ())

    assert articles == list(range(3, digests.MAX_ARTICLES + 3))
