"""The verbs: who may, what is missing, and what becomes of the article."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from news.models import Article
from news.publishing import NotPublishable, publish, publish_blockers, withdraw
from tests.factories import make_article, make_image, make_user

pytestmark = pytest.mark.django_db


def make_draft(languages="kk", **fields):
    return make_article(languages, status=Article.Status.DRAFT, publish_at=None, **fields)


def test_publish_makes_it_public_now():
    article, chief = make_draft(), make_user("news.publish_article")

    publish(article, by=chief)

    assert list(Article.objects.published()) == [article]


def test_publish_keeps_the_moment_it_was_given():
    moment = timezone.now() + timedelta(days=1)
    article, chief = make_draft(), make_user("news.publish_article")
    article.publish_at = moment

    publish(article, by=chief)

    article.refresh_from_db()
    assert (article.status, article.publish_at) == (Article.Status.APPROVED, moment)
    assert list(Article.objects.published()) == []


def test_publish_again_keeps_the_first_date():
    moment = timezone.now() - timedelta(days=3)
    article, chief = make_article(publish_at=moment), make_user("news.publish_article")

    withdraw(article, by=chief)
    publish(article, by=chief)

    article.refresh_from_db()
    assert article.publish_at == moment


def test_publish_is_refused_to_a_writer():
    article, writer = make_draft(), make_user("news.change_article")

    with pytest.raises(PermissionDenied):
        publish(article, by=writer)

    article.refresh_from_db()
    assert article.status == Article.Status.DRAFT


def test_publish_refuses_what_is_not_ready():
    article, chief = make_draft(title_ru="Только заголовок"), make_user("news.publish_article")

    with override("en"), pytest.raises(NotPublishable) as refusal:
        publish(article, by=chief)

    article.refresh_from_db()
    assert refusal.value.blockers == ["Russian: there is a title, but no text."]
    assert article.status == Article.Status.DRAFT


def test_blockers_name_each_thing_that_is_missing():
    article = make_draft("kk ru", cover=make_image(alt_ru=""), body_kk="<p> </p>", body_en="<p>Text</p>")

    with override("en"):
        blockers = publish_blockers(article)

    assert blockers == [
        "Kazakh: there is a title, but no text.",
        "Russian: the cover picture has no alternative text.",
        "English: there is a text, but no title.",
    ]


def test_blockers_want_a_title_in_some_language():
    with override("en"):
        assert publish_blockers(Article()) == ["The article has no title in any language."]


def test_withdraw_takes_it_from_readers():
    article, chief = make_article(), make_user("news.publish_article")

    withdraw(article, by=chief)

    assert list(Article.objects.published()) == []


def test_withdraw_is_refused_to_a_writer():
    article, writer = make_article(), make_user("news.change_article")

    with pytest.raises(PermissionDenied):
        withdraw(article, by=writer)

    assert list(Article.objects.published()) == [article]


def test_verbs_write_down_who_did_what():
    article, chief = make_draft(), make_user("news.publish_article")

    publish(article, by=chief)
    withdraw(article, by=chief)

    entries = LogEntry.objects.order_by("pk").values_list("user", "object_id", "change_message")
    assert list(entries) == [(chief.pk, str(article.pk), "Published."), (chief.pk, str(article.pk), "Withdrawn.")]


def test_database_refuses_an_approved_article_without_its_moment_or_title():
    for broken in ({"publish_at": None}, {"title_kk": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_article(**broken)
