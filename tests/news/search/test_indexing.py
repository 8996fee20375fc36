"""The search index follows the articles."""

import pytest
from django.core.management import call_command
from django.db import transaction

from news.editorial import revisions, workflow
from news.import_export import articles as article_archive
from news.models import Article, SearchEntry, SearchWord
from news.search.indexing import index_articles
from tests.support.factories import make_article, make_source, make_user
from tests.support.searching import ids, make_found

pytestmark = pytest.mark.django_db


def test_index_follows_what_editors_do(client):
    chief = make_user("news.publish_article", "news.change_article", "news.delete_article", is_superuser=True)
    article = make_article(status="draft", publish_at=None)
    revisions.begin(article, by=chief)

    def save(title: str) -> None:
        content = revisions.latest(article).content
        revisions.save(article, content | {"title_kk": title}, by=chief)

    found = {}
    save("Бірінші атау")
    workflow.publish(article, by=chief)
    found["published"] = ids(client, "бірінші")
    save("Екінші атау")
    found["waiting"] = ids(client, "бірінші"), ids(client, "екінші")
    workflow.publish(article, by=chief)
    found["newer"] = ids(client, "бірінші"), ids(client, "екінші")
    workflow.withdraw(article, by=chief, reasons={"kk": "Қате"})
    found["withdrawn"] = ids(client, "екінші")
    workflow.restore(article, by=chief)
    found["restored"] = ids(client, "екінші")

    here = [article.pk]
    assert found == {
        "published": here, "waiting": (here, []), "newer": ([], here), "withdrawn": [], "restored": here,
    }  # fmt: skip


def test_import_brings_its_articles_into_the_index(client):
    make_source(slug="senat")
    line = (
        '{"id": "old-1", "source": "senat", "kind": "news", "publish_at": "2020-01-02T10:00:00+05:00",'
        ' "title": {"kk": "Мұрағат мақаласы"}, "body": {"kk": "<p>Мәтін</p>"}}'
    )
    outcome = article_archive.import_articles([line])

    assert outcome.created == 1
    assert len(ids(client, "мұрағат")) == 1


def test_reindex_leaves_the_same_answers_and_nothing_old(client):
    article, gone = make_found(title_kk="Заң жобасы"), make_found(title_kk="Заң бұзу")
    Article.objects.filter(pk=article.pk).update(title_kk="Жаңа атау")
    gone.delete()

    call_command("reindex", verbosity=0)

    assert ids(client, "заң") == []
    assert ids(client, "атау") == [article.pk]
    assert SearchEntry.objects.count() == 1
    call_command("reindex", verbosity=0)
    assert ids(client, "атау") == [article.pk]


def test_failed_save_leaves_the_index_as_it_was(client):
    article = make_found(title_kk="Заң")

    def save_and_fail() -> None:
        with transaction.atomic():
            Article.objects.filter(pk=article.pk).update(title_kk="Басқа")
            index_articles([article.pk])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save_and_fail()

    assert ids(client, "заң") == [article.pk]
    assert ids(client, "басқа") == []
    assert not SearchWord.objects.filter(word="басқа").exists()
