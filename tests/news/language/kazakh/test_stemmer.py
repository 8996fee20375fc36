import pytest

from news.language.stemming import stems, strict_stems
from tests.support.kazakh_nouns import decline, read_apart, read_forms, read_nouns
from tests.support.kazakh_verbs import conjugate, read_verbs


def finds(query, word):
    return not set(strict_stems(query, "kk")).isdisjoint(stems(word, "kk"))


@pytest.mark.parametrize("section", read_forms())
def test_a_query_finds_all_forms_of_its_word(section):
    assert [(query, form) for query, form in read_forms()[section] if not finds(query, form)] == []


def test_words_that_only_begin_alike_stay_apart():
    assert [(query, word) for query, word in read_apart() if finds(query, word)] == []


def test_the_forms_that_another_program_makes_of_nouns_and_names_are_found():
    forms = [(noun, form) for noun in read_nouns() for form in set(decline(noun))]

    missed = [(noun, form) for noun, form in forms if not finds(noun, form)]

    assert len(read_nouns()) >= 200
    assert len(missed) / len(forms) < 0.01


def test_the_forms_that_the_grammar_makes_of_verbs_are_found():
    forms = [(verb, form) for verb, stem in read_verbs().items() for form in set(conjugate(stem))]

    missed = [(verb, form) for verb, form in forms if not finds(verb, form)]

    assert len(read_verbs()) >= 60
    assert len(missed) / len(forms) < 0.02


def test_a_form_finds_what_its_word_finds():
    assert strict_stems("мәслихаттардың", "kk") == ("мәслихаттардың", "мәслихат")
    assert strict_stems("65-баптың", "kk") == ("65-баптың", "65-бап")
    assert strict_stems("халқының", "kk") == ("халқының", "халқ", "халық")
    assert strict_stems("қабылданған", "kk") == ("қабылданған", "қабылдану")
    assert strict_stems("сенат", "kk") == ("сенат",)


def test_the_form_itself_comes_first_and_nothing_comes_twice():
    found = stems("қабылданбағандықтан", "kk")

    assert found[0] == "қабылданбағандықтан"
    assert {"қабылдану", "қабылдау"} <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("word", ["а", "я", "ы", "ъ", "-", "5", "ның", "ю-ю", "ыыыыыыыыыы", "x", "дд", "т-ның", "йа"])
def test_what_is_no_word_is_itself(word):
    assert stems(word, "kk")[0] == strict_stems(word, "kk")[0] == word


def test_what_is_too_long_for_a_word_is_not_read():
    endless = "жаз" + "дыр" * 3000

    assert stems(endless, "kk") == strict_stems(endless, "kk") == (endless,)
