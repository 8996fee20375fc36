"""What "published" means, and how a feed goes on."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from news.models import Article, DailyHits
from news.models.querysets import BadCursor, cursor_of, parse_cursor
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db


def test_published_asks_the_clock():
    moment = timezone.now().replace(microsecond=0) + timedelta(hours=1)
    article = make_article(publish_at=moment)

    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        before = list(Article.objects.published())
    with time_machine.travel(moment, tick=False):
        on_the_second = list(Article.objects.published())

    assert before == []
    assert on_the_second == [article]


@pytest.mark.parametrize("status", [Article.Status.DRAFT, Article.Status.WITHDRAWN])
def test_published_leaves_out_what_is_not_approved(status):
    make_article(status=status)

    assert list(Article.objects.published()) == []


def test_published_and_in_language_choose_among_all_states(newsroom):
    both, kazakh = newsroom.published

    with override("ru"):
        russian = set(Article.objects.published().in_language())

    assert set(Article.objects.published()) == {both, kazakh}
    assert set(Article.objects.published().in_language()) == {both, kazakh}
    assert russian == {both}


def test_in_language_has_no_fallback():
    both, kazakh = make_article("kk ru"), make_article("kk")

    with override("ru"):
        russian = list(Article.objects.in_language())

    assert russian == [both]
    assert set(Article.objects.in_language()) == {both, kazakh}


def test_readable_is_what_is_published_in_the_active_language():
    russian = make_article("kk ru")
    make_article("kk")
    make_article("kk ru", status=Article.Status.DRAFT)

    with override("ru"):
        readable = list(Article.objects.readable())

    assert readable == [russian]


def test_before_goes_on_after_the_cursor_also_within_one_moment():
    moment = timezone.now() - timedelta(days=1)
    articles = [make_article(publish_at=moment) for _ in range(3)] + [
        make_article(publish_at=moment - timedelta(hours=1))
    ]
    order = [articles[2], articles[1], articles[0], articles[3]]

    pages = [list(Article.objects.for_list().before(cursor_of(article))) for article in order]

    assert pages == [order[1:], order[2:], order[3:], []]


def test_cursor_keeps_the_microsecond():
    article = make_article(publish_at=timezone.now().replace(microsecond=123457))

    assert parse_cursor(cursor_of(article)) == (article.publish_at, article.pk)


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-", "-1", "1-x", "१-१x", "9" * 30 + "-1", "1-" + "9" * 30, "1-1-1"])
def test_before_refuses_what_is_no_cursor(cursor):
    with pytest.raises(BadCursor):
        Article.objects.before(cursor)


def test_most_read_counts_the_last_days():
    often, seldom, long_ago = make_article(), make_article("kk ru"), make_article()
    today = timezone.localdate()
    DailyHits.objects.create(article=often, edition="kk", day=today, count=3)
    DailyHits.objects.create(article=often, edition="ru", day=today - timedelta(days=6), count=3)
    DailyHits.objects.create(article=seldom, edition="kk", day=today, count=5)
    DailyHits.objects.create(article=long_ago, edition="kk", day=today - timedelta(days=7), count=900)

    assert [(article, article.recent_hits) for article in Article.objects.most_read()] == [(often, 6), (seldom, 5)]


def test_related_share_a_topic_and_come_once():
    first, second = make_topic(), make_topic()
    article = make_article(topics=[first, second])
    related = make_article(topics=[first, second])
    make_article()

    assert list(Article.objects.related_to(article)) == [related]
