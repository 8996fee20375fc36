"""What an article says of itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import override

from news.models import Article, HitTotal
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("title", ["", None])
def test_approved_article_without_a_title_is_refused_by_the_database(title):
    article = make_article("kk")

    with pytest.raises(IntegrityError):
        Article.objects.filter(pk=article.pk).update(title_kk=title)


def test_approved_article_in_the_bin_is_refused_by_the_database():
    article = make_article()

    with pytest.raises(IntegrityError):
        Article.objects.filter(pk=article.pk).update(deleted_at=timezone.now())


def test_article_is_named_in_another_language_where_the_active_one_has_no_title():
    article = make_article("kk ru", title_kk="Заң", title_ru="Закон")

    assert str(article) == "Заң"
    with override("ru"):
        assert str(article) == "Закон"
    with override("en"):
        assert str(article) == "Заң"
    assert str(Article(pk=7)) == "№ 7"
    assert article.languages == ["kk", "ru"]


def test_article_without_a_slug_has_its_kind_in_the_address():
    article = make_article(kind="press_release", title_kk="2024", slug_kk="")

    assert article.get_absolute_url() == f"/news/{article.pk}-press-release/"


def test_article_that_nobody_read_has_no_hits():
    article = make_article()
    before = article.hits
    HitTotal.objects.create(article=article, counted=2, brought=40)

    assert before == 0
    assert Article.objects.get(pk=article.pk).hits == 42


@pytest.mark.parametrize(
    ("fields", "is_promised", "is_public", "is_in_the_open"),
    [
        ({}, True, True, True),
        ({"publish_at": timezone.now() + timedelta(days=1)}, True, False, True),
        ({"status": "draft", "publish_at": None}, False, False, False),
        ({"status": "draft"}, False, False, False),
        ({"status": "withdrawn"}, False, False, True),
    ],
)
def test_state_of_an_article(fields, is_promised, is_public, is_in_the_open):
    article = make_article(**fields)

    assert article.is_promised == is_promised
    assert article.is_public == is_public
    assert article.is_in_the_open == is_in_the_open


def test_updated_at_is_the_later_of_publication_and_renewal():
    moment = timezone.now()
    article = Article(publish_at=moment, released_at=moment + timedelta(hours=1))

    assert article.updated_at == moment + timedelta(hours=1)
    assert Article(publish_at=moment).updated_at == moment
    assert Article().updated_at is None
