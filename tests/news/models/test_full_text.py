"""The indexes of full texts, in either database."""

import pytest
from django.db import connection, models

from news.models import SearchEntry
from news.models.full_text import FullTextIndex
from news.search.indexing import index_articles
from tests.support.factories import make_article


def names() -> set[str]:
    tables = (
        "SELECT indexname FROM pg_indexes" if connection.vendor == "postgresql" else "SELECT name FROM sqlite_master"
    )
    with connection.cursor() as cursor:
        cursor.execute(tables)
        return {name for (name,) in cursor.fetchall() if "_uz" in name}


@pytest.mark.django_db(transaction=True)
def test_index_of_a_language_is_made_and_removed():
    uzbek = FullTextIndex(language="uz")

    with connection.schema_editor() as editor:
        editor.add_index(SearchEntry, uzbek)
    made = names()
    with connection.schema_editor() as editor:
        editor.remove_index(SearchEntry, uzbek)

    assert made >= ({"news_search_uz"} if connection.vendor == "postgresql" else {"news_searchtext_uz_gone"})
    assert names() == set()


@pytest.mark.django_db(transaction=True)
def test_text_still_goes_with_its_entry_after_the_entries_were_altered():
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has the vector in the entry itself.")
    old, new = SearchEntry._meta.get_field("language"), models.CharField(max_length=9)
    new.set_attributes_from_name("language")
    article = make_article()
    index_articles([article.pk])

    with connection.schema_editor() as editor:
        editor.alter_field(SearchEntry, old, new)
        editor.alter_field(SearchEntry, new, old)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM news_searchtext_kk")
        kept = cursor.fetchone()[0]
        article.delete()
        cursor.execute("SELECT count(*) FROM news_searchtext_kk")
        left = cursor.fetchone()[0]

    assert kept == 1
    assert left == 0


def test_index_is_written_into_a_migration_with_its_language():
    path, _expressions, kwargs = FullTextIndex(language="uz").deconstruct()

    assert path == "news.models.full_text.FullTextIndex"
    assert kwargs == {"fields": ["place"], "language": "uz", "name": "news_search_uz"}
