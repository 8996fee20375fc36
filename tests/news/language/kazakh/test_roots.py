"""What a root may be without its ending."""

import pytest

from news.language.kazakh.roots import (
    infinitives,
    is_one_syllable,
    may_be_noun,
    may_be_number,
    may_be_time,
    may_be_verb,
    nouns,
)


@pytest.mark.parametrize(
    ("root", "before", "found"),
    [
        ("кітаб", "ы", ["кітаб", "кітап"]),
        ("орн", "ы", ["орн", "орын", "орін"]),
        ("клуб", "т", ["клуб"]),
        ("экономис", "т", ["экономис", "экономист"]),
        ("ғ", "ы", ["қ"]),
    ],
)
def test_nouns_of_a_root(root, before, found):
    assert nouns(root, before) == found


@pytest.mark.parametrize(
    ("root", "before", "found"),
    [
        ("оқы", "д", ["оқу"]),
        ("тау", "ы", ["табу", "тауу"]),
        ("қой", "а", ["қойу"]),
        ("шық", "т", ["шығу"]),
        ("қырқ", "а", ["қырқу"]),
        ("оқ", "и", ["оқу"]),
    ],
)
def test_infinitives_of_a_root(root, before, found):
    assert infinitives(root, before) == found


def test_two_letters_are_a_root_only_if_they_are_listed():
    assert may_be_noun("ай")
    assert not may_be_noun("бз")
    assert not may_be_noun("мрт")
    assert not may_be_verb("бз")


def test_verbs_end_in_certain_letters():
    assert may_be_verb("қабылда")
    assert may_be_verb("бер")
    assert not may_be_verb("қалам")


def test_numbers_are_digits_and_times_are_listed():
    assert may_be_number("2024")
    assert not may_be_number("бес")
    assert may_be_time("қазір")
    assert not may_be_time("заң")


@pytest.mark.parametrize(("root", "expected"), [("бер", True), ("тау", True), ("қара", False), ("беру", False)])
def test_one_syllable_has_one_vowel(root, expected):
    assert is_one_syllable(root) == expected
