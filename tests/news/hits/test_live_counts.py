"""The numbers on finished pages are brought for all that are read lately, by one question."""

import pytest

from news.hits import live_counts
from news.hits.live_counts import PageHits
from news.models import HitTotal
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db


def count(article, number):
    HitTotal.objects.update_or_create(pk=article.pk, defaults={"counted": number, "brought": 0})


def test_number_is_kept_up_to_date_for_the_next_reader_though_nobody_asked_since(django_assert_num_queries):
    read, also_read = make_article(), make_article()
    numbers = PageHits()
    before = numbers.current_text(f"{read.pk} en")
    numbers.current_text(f"{also_read.pk} ru")
    numbers.refresh()
    count(read, 7)

    with django_assert_num_queries(1):
        numbers.refresh()

    assert before is None
    assert numbers.current_text(f"{read.pk} en") == b"Read 7 times"
    assert numbers.current_text(f"{also_read.pk} en") == b"Read 0 times"


def test_what_nobody_reads_any_more_is_forgotten(monkeypatch, django_assert_num_queries):
    article = make_article()
    numbers = PageHits()
    numbers.current_text(f"{article.pk} en")
    numbers.refresh()
    known = numbers.current_text(f"{article.pk} en", at_any_age=True)
    monkeypatch.setattr(live_counts, "FORGOTTEN", 0)

    with django_assert_num_queries(0):
        numbers.refresh()

    assert known == b"Read 0 times"
    assert numbers.current_text(f"{article.pk} en", at_any_age=True) is None


def test_no_more_numbers_are_kept_than_a_look_can_bring(monkeypatch):
    monkeypatch.setattr(live_counts, "MOST", 2)
    first, second, third = make_article(), make_article(), make_article()
    numbers = PageHits()
    for article in (third, first, second):
        numbers.current_text(f"{article.pk} en")

    numbers.refresh()

    assert set(numbers.requested_at) == set(numbers.totals) == {first.pk, second.pk}
