"""How the difference of two revisions reads in the admin (its page: test_articles.py)."""

import pytest

from news.admin.article_history import differences
from news.editorial import revisions
from tests.support.factories import make_article, make_source, make_topic

pytestmark = pytest.mark.django_db


def test_changed_fields_have_the_labels_of_the_form():
    article = make_article("kk ru")
    old = revisions.content_of(article)
    new = old | {
        "title_ru": "Новый заголовок",
        "source_id": make_source().pk,
        "topics": [make_topic().pk],
        "pinned": True,
    }

    labels = {label for label, _runs in differences(old, new)}

    assert labels == {"Тақырып, Орысша", "Дереккөз", "Айдарлар", "Бірінші орында"}


def test_same_content_has_no_differences():
    content = revisions.content_of(make_article())

    assert list(differences(content, dict(content))) == []
