"""Which sounds may follow each other."""

import pytest

from news.language.kazakh.phonology import last_side, spell_out, suits, write_stem


@pytest.mark.parametrize(
    ("text", "side"), [("қала", "back"), ("мектеп", "front"), ("министр", ""), ("қалалық", "back"), ("мрт", None)]
)
def test_last_side_is_that_of_the_last_vowel(text, side):
    assert last_side(text) == side


@pytest.mark.parametrize(
    ("root", "side", "expected"),
    [
        ("қала", "back", True), ("қала", "front", False), ("қала", "", True), ("мектеп", "front", True),
        ("министр", "back", True), ("банк", "front", True), ("тоқаев", "back", True),
    ],
)  # fmt: skip
def test_ending_agrees_with_the_vowels_of_its_root_unless_that_is_borrowed(root, side, expected):
    assert suits(root, side) == expected


@pytest.mark.parametrize(
    ("word", "spelt_out"), [("қою", "қойу"), ("қояды", "қойады"), ("яғни", "яғни"), ("заң", "заң")]
)
def test_spell_out_shows_the_sound_й_and_write_hides_it_again(word, spelt_out):
    assert spell_out(word) == spelt_out
    assert write_stem(spelt_out) == word
