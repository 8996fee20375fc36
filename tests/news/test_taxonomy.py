"""The names of sources, topics and people."""

import pytest

from news.taxonomy import load_names
from tests.support.factories import make_person, make_source, make_topic

pytestmark = pytest.mark.django_db


def test_names_come_by_kind_and_alphabet_in_one_query(django_assert_num_queries):
    later, earlier = make_topic(name_kk="Сайлау", slug="b"), make_topic(name_kk="бюджет", slug="a")
    person, source = make_person(name_kk="Асан", slug="asan"), make_source(short_name_kk="Сенат", slug="senat")

    with django_assert_num_queries(1):
        found = load_names("kk")

    assert [(name.kind, name.pk, name.text) for name in found] == [
        ("source", source.pk, "Сенат"), ("topic", earlier.pk, "бюджет"), ("topic", later.pk, "Сайлау"),
        ("person", person.pk, "Асан"),
    ]  # fmt: skip
    assert [name.address for name in found[1:3]] == [earlier.get_absolute_url(), later.get_absolute_url()]


def test_name_that_a_language_lacks_is_left_out():
    make_person(name_kk="Асан", name_ru="", slug="asan")

    assert [name.text for name in load_names("kk")] == ["Асан"]
    assert load_names("ru") == []
