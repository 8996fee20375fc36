"""The table of words that no rule gets right: each entry is needed, and says nothing twice."""

import pytest
import Stemmer

from news.language.exceptions import KAZAKH_FORMS, KAZAKH_PARTICLES, KAZAKH_WHOLE, SNOWBALL
from news.language.stemming import stems, strict_stems


@pytest.mark.parametrize("language", SNOWBALL)
def test_exception_is_not_what_snowball_says_anyway(language):
    stemmer = Stemmer.Stemmer(language, 0)

    assert [word for word, stem in SNOWBALL[language].items() if stemmer.stemWord(word) == stem] == []


@pytest.mark.parametrize("language", SNOWBALL)
def test_word_gets_the_stem_of_the_table(language):
    assert {word: strict_stems(word, language)[-1] for word in SNOWBALL[language]} == SNOWBALL[language]


def test_kazakh_forms_get_the_stem_of_the_table():
    assert {form: stems(form, "kk")[1] for form in KAZAKH_FORMS} == KAZAKH_FORMS


def test_kazakh_words_without_forms_and_whole_words_have_no_other_stem():
    assert {
        word for word in KAZAKH_WHOLE | KAZAKH_PARTICLES if "-" not in word and stems(word, "kk") != (word,)
    } == set()
