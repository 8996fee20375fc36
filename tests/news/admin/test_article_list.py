"""What the list of articles shows of an article's status and languages (its page: test_articles.py)."""

from datetime import timedelta

import pytest
from django.contrib.admin import site
from django.test import RequestFactory
from django.utils import timezone

from news.admin import article_list
from news.models import Article
from tests.support.factories import make_article, make_user

pytestmark = pytest.mark.django_db

PAST, FUTURE = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)


def stored(article: Article) -> Article:
    """As the list reads it."""
    request = RequestFactory().get("/")
    request.user = make_user(is_superuser=True)
    return site.get_model_admin(Article).get_queryset(request).get(pk=article.pk)


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"status": "draft"}, "Қаралама"),
        ({"status": "approved", "publish_at": None}, "Мақұлданған"),
        ({"status": "approved", "publish_at": FUTURE}, "Жоспарланған"),
        ({"status": "approved", "publish_at": PAST}, "Жарияланған"),
        ({"status": "withdrawn", "publish_at": PAST, "deleted_at": PAST}, "Себетте"),
    ],
)
def test_badge_tells_the_status_at_this_moment(fields, label):
    badge = article_list.status_badge(stored(make_article(**fields)))

    assert f">{label}</span>" in badge
    assert badge.count("</span>") == 1


def test_badge_tells_that_a_newer_text_waits():
    badge = article_list.status_badge(stored(make_article(pending="review")))

    assert ">Жарияланған</span>" in badge
    assert ">Жаңа мәтіні күтіп тұр: Қаралуын күтуде</span>" in badge


def test_languages_are_links_only_when_readers_have_the_article():
    public, draft = make_article("kk ru"), make_article("kk ru", status="draft")

    assert article_list.language_links(draft) == ["kk", "ru"]
    assert article_list.language_links(public) == [
        f'<a href="/news/{public.pk}-{public.slug_kk}/" hreflang="kk">kk</a>',
        f'<a href="/ru/news/{public.pk}-{public.slug_ru}/" hreflang="ru">ru</a>',
    ]
