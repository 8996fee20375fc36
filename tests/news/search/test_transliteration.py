"""Kazakh words in other scripts and on the wrong keyboard."""

import pytest

from news.search.transliteration import other_keyboard, skeleton


@pytest.mark.parametrize(
    "spellings",
    [("мәслихат", "mäslihat", "maslihat", "maslikhat", "ماسليحات"), ("шаңырақ", "şañyraq", "shanyrak", "şañıraq")],
)
def test_skeleton_is_the_same_in_every_script(spellings):
    assert len({skeleton(word) for word in spellings}) == 1


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("vfckb[fn", "ru", "маслихат"), ("ыутфеу", "kk", "senate"), ("v2ckb[fn", "kk", "мәслихат"),
        ("v2ckb[fn", "ru", "м2слихат"), ("law", "uz", "дфц"),
    ],
)  # fmt: skip
def test_same_keys_on_the_other_keyboard(typed, language, meant):
    assert other_keyboard(typed, language) == meant
