"""Words similar to one that no text has."""

import pytest

from news.models import SearchGram
from news.search.did_you_mean import similar_words, store_trigrams, trigrams


def test_grams_of_a_kazakh_word_are_the_same_without_its_own_letters():
    assert trigrams("мәслихат", "kk") == trigrams("маслихат", "kk")
    assert trigrams("ёлка", "ru") == trigrams("елка", "ru") == [" ел", "елк", "лка", "ка "]


@pytest.mark.django_db
def test_similar_words_come_by_what_they_share_in_their_language_alone():
    store_trigrams(["senate", "senator", "budget"], "en", set())
    store_trigrams(["senati"], "uz", set())

    assert similar_words("sennate", "en") == ["senate"]
    assert similar_words("senate", "en") == ["senator"]
    assert similar_words("xyzzy", "en") == []


@pytest.mark.django_db
def test_words_are_stored_once_and_only_words_of_letters():
    known: set[str] = set()

    store_trigrams(["senate", "abc", "covid19", "x" * 41], "en", known)
    store_trigrams(["senate"], "en", set())

    assert known == {"senate"}
    assert list(SearchGram.objects.order_by("pk").values_list("gram", flat=True)) == trigrams("senate", "en")


@pytest.mark.django_db
def test_word_of_signs_alone_has_no_trigrams_and_spoils_none_of_the_others():
    store_trigrams(["ъъъъ", "ььььь", "ъьъьъ", "сенат"], "kk", set())

    assert list(SearchGram.objects.order_by("pk").values_list("word", "gram")) == [
        ("сенат", gram) for gram in trigrams("сенат", "kk")
    ]
    assert similar_words("ъъъъ", "kk") == []
