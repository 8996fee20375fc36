"""What the index has of an article."""

from datetime import UTC, datetime

import pytest

from news.search import documents
from news.search.documents import index_words, make_document, month_mark, time_marks, year_mark
from tests.support.factories import make_article, make_person, make_topic


@pytest.mark.django_db
def test_document_has_the_words_of_one_language_and_the_marks_of_the_article():
    topic, person = make_topic(), make_person()
    article = make_article(
        "kk en", title_en="The law", lead_en="Lead", body_en="<p>Sen<strong>ate</strong></p><p>sits</p>",
        publish_at=datetime(2026, 11, 30, 20, tzinfo=UTC),
    )  # fmt: skip

    made = make_document(article, "en", {topic.pk}, {person.pk})

    assert made.title == [("the",), ("law",)]
    assert made.lead == [("lead",)]
    assert made.body == [("senate", "senat"), ("sits", "sit")]
    assert made.marks == [
        f"#source-{article.source_id}", "#kind-news", f"#topic-{topic.pk}", f"#person-{person.pk}",
        "#month-2026-12", "#year-2026",
    ]  # fmt: skip
    assert made.headwords() == {"the", "law", "lead"}
    assert made.vocabulary() == {"the", "law", "lead", "senate", "senat", "sits", "sit"}


def test_no_more_words_are_indexed_than_a_vector_holds(monkeypatch):
    monkeypatch.setattr(documents, "LONGEST_TEXT", 3)

    assert index_words("one two three four", "uz") == [("one",), ("two",), ("three",)]


def test_text_that_is_not_there_has_no_words():
    assert index_words(None, "kk") == []


def test_marks_of_a_moment_are_its_month_and_year_in_kazakhstan():
    assert time_marks(datetime(2025, 12, 31, 19, tzinfo=UTC)) == [month_mark(2026, 1), year_mark(2026)]
    assert time_marks(None) == []
