"""Which of its stems a Kazakh word of a query has, by the words of the site."""

from news.language.kazakh.choice import Choice, choose_stems, find_candidates
from news.language.kazakh.evidence import noun_forms, verb_forms


def chosen(word: str, *site: str) -> Choice:
    return choose_stems(word, find_candidates(word).witnesses.intersection(site))


def test_stem_for_which_the_words_of_the_site_speak_comes_first():
    assert chosen("саясатын", "саясат", "саясатты").likely[:2] == ("саясатын", "саясат")
    assert chosen("қалаларға", "қала", "қалада").likely[:2] == ("қалаларға", "қала")
    assert chosen("көрсетіп", "көрсетсе").likely[:2] == ("көрсетіп", "көрсету")


def test_stem_for_which_few_words_speak_is_left_out_only_if_many_speak_for_another():
    assert "көрсеу" in chosen("көрсетіп", "көрсетсе").all
    assert "көрсеу" not in chosen("көрсетіп", *verb_forms("көрсету")).all


def test_word_with_many_forms_of_its_own_is_no_form_of_a_shorter_one():
    assert "оқу" in chosen("оқыту").all
    assert chosen("оқыту", *noun_forms("оқыту")) == Choice(("оқыту",))


def test_word_without_stems_is_looked_up_as_it_is():
    assert chosen("сенат") == Choice(("сенат",))


def test_forms_follow_the_sounds_of_the_word():
    assert {"кітаптар", "кітабы", "кітабында", "кітаптың", "кітаппен"} <= noun_forms("кітап")
    assert {"халқы", "халықтың"} <= noun_forms("халық")
    assert {"съезі", "съездің"} <= noun_forms("съезд")
    assert {"тапқан", "тапса", "таппады", "табады", "табатын"} <= verb_forms("табу")
    assert {"оқыған", "оқып"} <= verb_forms("оқу")
    assert verb_forms("кітап") == frozenset()
