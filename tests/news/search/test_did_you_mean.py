"""Words similar to one that no text has."""

import pytest

from news.models import SearchGram
from news.search.did_you_mean import grams, remember_spellings, similar


def test_grams_of_a_kazakh_word_are_the_same_without_its_own_letters():
    assert grams("мәслихат", "kk") == grams("маслихат", "kk")
    assert grams("ёлка", "ru") == grams("елка", "ru") == [" ел", "елк", "лка", "ка "]


@pytest.mark.django_db
def test_similar_words_come_by_what_they_share_in_their_language_alone():
    remember_spellings(["senate", "senator", "budget"], "en", set())
    remember_spellings(["senati"], "uz", set())

    assert similar("sennate", "en") == ["senate"]
    assert similar("senate", "en") == ["senator"]
    assert similar("xyzzy", "en") == []


@pytest.mark.django_db
def test_words_are_stored_once_and_only_words_of_letters():
    known: set[str] = set()

    remember_spellings(["senate", "abc", "covid19", "x" * 41], "en", known)
    remember_spellings(["senate"], "en", set())

    assert known == {"senate"}
    assert list(SearchGram.objects.order_by("pk").values_list("gram", flat=True)) == grams("senate", "en")
