"""How the difference of two revisions reads in the admin."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from news.admin.article_history import differences
from news.editorial import revisions
from news.editorial.content import read_content
from news.models import Revision
from tests.support.article_admin import (
    LIST,
    WRITER,
    sign_in,
)
from tests.support.factories import (
    make_article,
    make_source,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_changed_fields_have_the_labels_of_the_form():
    article = make_article("kk ru")
    old = read_content(article)
    new = old | {
        "title_ru": "Новый заголовок",
        "source_id": make_source().pk,
        "topics": [make_topic().pk],
        "pinned": True,
    }

    labels = {label for label, _runs in differences(old, new)}

    assert labels == {"Тақырып, Орысша", "Дереккөз", "Айдарлар", "Бірінші орында"}


def test_same_content_has_no_differences():
    content = read_content(make_article())

    assert list(differences(content, dict(content))) == []


def test_revision_page_shows_what_changed_and_restores(client):
    article = make_article(status="draft", publish_at=None, title_kk="Ескі тақырып")
    sign_in(client, *WRITER)
    revisions.save(
        article, revisions.latest(article).content | {"title_kk": "Жаңа тақырып"}, by=make_user("news.change_article")
    )

    page = client.get(f"{LIST}{article.pk}/revisions/2/")
    client.post(f"{LIST}{article.pk}/revisions/1/")

    article.refresh_from_db()
    assert "<del>Ескі</del><ins>Жаңа</ins> тақырып" in page.content.decode()
    assert article.title_kk == "Ескі тақырып"
    assert revisions.latest(article).number == 3


def test_article_with_500_revisions_opens_differs_and_restores_in_no_more_queries_than_with_3(client):
    article = make_article(status="draft", publish_at=None)
    user = sign_in(client, *WRITER)
    counts = []
    for numbers in (range(2, 4), range(5, 501)):
        content = revisions.latest(article).content | {"title_kk": f"Тақырып {numbers[-1]}"}
        Revision.objects.bulk_create(
            Revision(article=article, number=number, content=content, created_by=user) for number in numbers
        )
        with CaptureQueriesContext(connection) as queries:
            for page in ("history/", "change/", f"revisions/{numbers[-1]}/"):
                assert client.get(f"{LIST}{article.pk}/{page}").status_code == 200
            assert client.post(f"{LIST}{article.pk}/revisions/1/").status_code == 302
        counts.append(len(queries))

    assert counts[1] <= counts[0]  # the search knows the words of the first already
    assert revisions.latest(article).number == 501
