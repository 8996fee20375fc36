"""Searches that somebody subscribes to."""

import pytest

from news.search.saved import describe_keys, describe_search, find_among_articles, form_of_key, key_of, valid_form
from news.taxonomy import load_names
from tests.support.factories import make_article, make_source
from tests.support.searching import make_found

pytestmark = pytest.mark.django_db


def test_key_has_numbers_for_slugs_and_no_days():
    source = make_source(slug="senat")

    form = valid_form({"q": "заң", "source": "senat", "from": "2026-01-01"}, load_names("kk"))

    assert form is not None
    assert key_of(form) == f"search-q=%D0%B7%D0%B0%D2%A3&source={source.pk}"


def test_search_of_a_key_outlives_a_new_slug_but_not_what_it_names():
    source = make_source(slug="senat", short_name_kk="Сенат")
    key = f"search-q=a&source={source.pk}"
    source.slug = "senate"
    source.save()

    form = form_of_key(key, load_names("kk"))
    source.delete()

    assert form is not None
    assert form.address == {"q": "a", "source": "senate"}
    assert describe_search(form) == "«a» · Сенат"
    assert form_of_key(key, load_names("kk")) is None


@pytest.mark.parametrize("address", [{}, {"q": "-заң"}, {"q": "заң", "source": "joq"}, {"kind": "news"}])
def test_address_that_searches_for_nothing_is_no_search(address):
    assert valid_form(address, load_names("kk")) is None


def test_only_keys_as_we_write_them_are_offered():
    assert describe_keys(["search-q=a", "search-q=a", "source-1", "search-kind=news", "search-q=a&x=1"]) == [
        ("search-q=a", "«a»")
    ]


def test_found_are_those_of_the_articles_that_readers_of_the_language_have():
    law, other = make_found(title_kk="Заң жобасы"), make_found(title_kk="Басқа")
    draft = make_found(title_kk="Заң", status="draft")
    unasked = make_found(title_kk="Заң")

    assert find_among_articles("search-q=заң", [law.pk, other.pk, draft.pk]) == {law.pk}
    assert find_among_articles("search-q=заң", [unasked.pk]) == {unasked.pk}
    assert find_among_articles("search-q=заң", []) == frozenset()
    assert find_among_articles("search-q=-", [make_article().pk]) == frozenset()
