"""When cached pages expire because a scheduled article becomes public."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news.pages import expiry
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db


def test_nothing_is_coming_without_a_scheduled_article():
    soon = timezone.now() + timedelta(hours=1)
    make_article()
    make_article(status="draft", publish_at=soon)
    make_article(status="withdrawn", publish_at=soon)

    assert expiry.next_publication() is None


def test_next_moment_is_the_earliest_in_any_language():
    now = timezone.now()
    make_article("kk", publish_at=now + timedelta(hours=3))
    make_article("en", publish_at=now + timedelta(hours=2))
    make_article("ru", publish_at=now - timedelta(hours=1))

    assert expiry.next_publication() == now + timedelta(hours=2)
