"""States of an article in memory, and the links that lead to them."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from news.editorial import revisions
from news.editorial.content import read_content
from news.models import Article, PreviewLink
from news.models.preview_link import VALID_DAYS
from news.preview import links
from tests.support.factories import make_article, make_image, make_user

pytestmark = pytest.mark.django_db


def make_draft(**fields):
    article = make_article("kk", status="draft", **fields)
    revisions.latest(article)
    return article


def test_link_is_valid_for_the_common_time_unless_another_is_chosen():
    article, user = make_draft(), make_user("news.change_article")
    before = timezone.now()

    for days in ({}, {"days": 1}):
        links.create_link(article, by=user, **days)

    newest, oldest = PreviewLink.objects.all()
    for link, days in ((oldest, VALID_DAYS), (newest, 1)):
        assert before + timedelta(days=days) <= link.expires_at <= timezone.now() + timedelta(days=days)


def test_link_revoked_twice_keeps_its_first_date_and_is_logged_once():
    user = make_user("news.change_article")
    links.create_link(make_draft(), by=user)
    link = PreviewLink.objects.get()
    links.revoke_link(link, by=user)
    first = PreviewLink.objects.get().revoked_at

    links.revoke_link(PreviewLink.objects.get(), by=user)

    assert PreviewLink.objects.get().revoked_at == first
    assert LogEntry.objects.filter(change_message__startswith=links.LINK_REVOKED).count() == 1


def test_link_is_not_revoked_by_those_who_may_not_write():
    links.create_link(make_draft(), by=make_user("news.change_article"))

    with pytest.raises(PermissionDenied):
        links.revoke_link(PreviewLink.objects.get(), by=make_user("news.view_article"))

    assert PreviewLink.objects.get().revoked_at is None


def test_state_of_a_revision_leaves_the_row_as_it_is():
    article = make_draft(title_kk="Алғашқы")
    first = article.revisions.get()
    revisions.save(article, read_content(article) | {"title_kk": "Жаңа"}, by=None)
    stored = Article.objects.values().get(pk=article.pk)

    assert links.state_of(article, None).title_kk == "Жаңа"
    assert links.state_of(article, first).title_kk == "Алғашқы"
    assert Article.objects.values().get(pk=article.pk) == stored


def test_pictures_of_a_state_are_its_cover_and_those_in_its_text():
    cover, placed, other = make_image(), make_image(), make_image()
    article = make_draft(cover=cover, body_kk=f'<figure data-image="{placed.pk}"></figure>')

    pictures = links.pictures_of(links.state_of(article, None))

    assert pictures == [cover, placed]
    assert other not in pictures
