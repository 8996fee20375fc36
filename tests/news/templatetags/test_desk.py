from datetime import timedelta

import pytest
from django.utils import timezone, translation

from news.models import Article
from news.templatetags.desk import LINES, at_stage, list_lines, on_desk, until
from tests.support.factories import make_article


@pytest.mark.parametrize(
    ("ahead", "text"),
    [
        (timedelta(seconds=1), "in 1 min"),
        (timedelta(minutes=59, seconds=59), "in 1 h 0 min"),
        (timedelta(hours=23), "in 23 h 0 min"),
        (timedelta(days=3), "in 3 d 0 h"),
        (timedelta(seconds=-5), "in 0 min"),
    ],
)
def test_until_rounds_up_to_minutes(time_machine, ahead, text):
    now = timezone.now()
    time_machine.move_to(now, tick=False)

    with translation.override("en"):
        assert until(now + ahead) == text


@pytest.mark.django_db
def test_desk_has_no_article_of_the_bin():
    article = make_article(status="draft")
    make_article(status="draft", deleted_at=timezone.now())

    assert list(on_desk()) == [article]


@pytest.mark.django_db
def test_stage_is_that_of_the_article_or_of_its_newer_text():
    waiting = make_article(status="review")
    renewed = make_article(pending="review")
    make_article(status="draft")
    make_article()

    assert set(on_desk().filter(at_stage("review"))) == {waiting, renewed}


@pytest.mark.django_db
def test_piece_has_its_first_lines_and_says_whether_there_are_more():
    articles = [make_article() for _ in range(LINES)]
    exact = list_lines(Article.objects.order_by("pk"))
    make_article()

    more = list_lines(Article.objects.order_by("pk"))

    assert exact == {"articles": articles, "has_more": False}
    assert more == {"articles": articles, "has_more": True}
