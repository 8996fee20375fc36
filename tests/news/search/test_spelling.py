"""Kazakh words that a word in other letters may spell."""

import pytest

from news.models import SearchWord
from news.search.spelling import MOST_SPELLINGS, find_spellings
from news.search.transliteration import skeleton

pytestmark = pytest.mark.django_db


def store(*forms: str, stems: str = "") -> None:
    rows = [(word, True) for word in forms] + [(word, False) for word in stems.split()]
    SearchWord.objects.bulk_create(
        SearchWord(language="kk", word=word, skeleton=skeleton(word), is_form=is_form) for word, is_form in rows
    )


def spellings(typed: str) -> list[str]:
    return find_spellings([typed])[typed]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ana", ["ана", "әна"]), ("äna", ["әна"]), ("зан", ["заң"]), ("zan", ["заң"]),
        ("билим", ["білім"]), ("былым", ["білім"]), ("былтыр", []),
    ],
)  # fmt: skip
def test_spellings_are_words_of_texts_with_the_same_letters_but_for_those_that_the_keyboard_lacks(typed, meant):
    store("ана", "әна", "заң", "білім")

    assert spellings(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("занымызды", "заңымызды"), ("билиминин", "білімінің"), ("когамнын", "қоғамның"),
        ("онимдеримизге", "өнімдерімізге"), ("корсетип", "көрсетіп"), ("мектебимизде", "мектебімізде"),
        ("киген", None), ("mektebımızde", "мектебімізде"),
        ("zańymyzdy", "заңымызды"), ("заңдардың", None), ("ۇكىمەتىمىز", None), ("مەكتەبىمىز", "мектебіміз"),
    ],
)  # fmt: skip
def test_endings_are_restored_after_the_longest_known_root(typed, meant):
    store("заң", "білім", "қоғам", "өнім", "мектеп", "көрсетті", stems="көрсету")

    assert spellings(typed) == ([meant] if meant else [])


def test_spellings_are_not_more_than_a_query_bears():
    store(*(f"а{'а' * number}" for number in range(MOST_SPELLINGS + 3)))

    assert len(spellings("a")) == MOST_SPELLINGS
