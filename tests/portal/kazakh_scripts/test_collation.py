"""The order of the Kazakh alphabet, the same in Python and on both databases."""

import pytest

from news.models import Topic
from portal.kazakh_scripts.collation import LETTERS, sort_key
from tests.support.factories import make_topic

# As PostgreSQL's ICU has it.
SORTED = [
    *(
        "«аб»",
        "1 а",
        "10 а",
        "2 а",
        "а б",
        "а-б",
        "а.б",
        "аб",
        "Аб",
        "АБ",
        "ә",
        "ее",
        "ЕЁ",
        "еж",
        "ё",
        "Қазына",
        "қала",
    ),
    *("ң", "сенат", "Сенат", "Сенат 2", "Сенат-2", "Сенаттар", "ың", "ыс", "іс", "é", "ez"),
]


def test_letters_follow_the_alphabet():
    assert "".join(sorted(set(LETTERS), key=sort_key)) == LETTERS
    assert len(LETTERS) == 42


@pytest.mark.django_db
def test_databases_and_python_agree():
    for name in sorted(SORTED):
        make_topic(name_kk=name)

    assert [topic.name for topic in Topic.objects.all()] == SORTED
    assert sorted(sorted(SORTED), key=sort_key) == SORTED
