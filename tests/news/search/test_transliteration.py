"""Kazakh words in other scripts and on the wrong keyboard."""

import pytest

from news.models import SearchWord
from news.search.transliteration import MOST_SPELLINGS, other_keyboard, skeleton, words_of_spelling


@pytest.mark.parametrize(
    "spellings",
    [("мәслихат", "mäslihat", "maslihat", "maslikhat", "ماسليحات"), ("шаңырақ", "şañyraq", "shanyrak", "şañıraq")],
)
def test_skeleton_is_the_same_in_every_script(spellings):
    assert len({skeleton(word) for word in spellings}) == 1


@pytest.mark.django_db
def test_words_of_a_spelling_are_those_of_texts_with_the_same_skeleton():
    for word in ("ана", "әна", "заң"):
        SearchWord.objects.create(language="kk", word=word, skeleton=skeleton(word))

    assert words_of_spelling("ana", "kk") == ["ана", "әна"]
    assert words_of_spelling("äna", "kk") == ["әна"]
    assert words_of_spelling("ана", "kk") == []
    assert words_of_spelling("ana", "en") == []
    assert words_of_spelling("5", "kk") == []


@pytest.mark.django_db
def test_words_of_a_spelling_are_not_more_than_a_query_bears():
    for number in range(MOST_SPELLINGS + 3):
        SearchWord.objects.create(language="kk", word=f"а{'а' * number}", skeleton=skeleton("а"))

    assert len(words_of_spelling("a", "kk")) == MOST_SPELLINGS


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("vfckb[fn", "ru", "маслихат"), ("ыутфеу", "kk", "senate"), ("v2ckb[fn", "kk", "мәслихат"),
        ("v2ckb[fn", "ru", "м2слихат"), ("law", "uz", "дфц"),
    ],
)  # fmt: skip
def test_same_keys_on_the_other_keyboard(typed, language, meant):
    assert other_keyboard(typed, language) == meant
