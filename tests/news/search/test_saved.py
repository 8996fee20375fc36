"""Searches that somebody subscribes to."""

import pytest

from news.search.saved import asked, found, in_words, key_of, of_key, offered
from news.taxonomy import names
from tests.support.factories import make_article, make_source
from tests.support.searching import make_found

pytestmark = pytest.mark.django_db


def test_key_has_numbers_for_slugs_and_no_days():
    source = make_source(slug="senat")

    form = asked({"q": "заң", "source": "senat", "from": "2026-01-01"}, names("kk"))

    assert form is not None
    assert key_of(form) == f"search-q=%D0%B7%D0%B0%D2%A3&source={source.pk}"


def test_search_of_a_key_outlives_a_new_slug_but_not_what_it_names():
    source = make_source(slug="senat", short_name_kk="Сенат")
    key = f"search-q=a&source={source.pk}"
    source.slug = "senate"
    source.save()

    form = of_key(key, names("kk"))
    source.delete()

    assert form is not None
    assert form.address == {"q": "a", "source": "senate"}
    assert in_words(form) == "«a» · Сенат"
    assert of_key(key, names("kk")) is None


@pytest.mark.parametrize("address", [{}, {"q": "-заң"}, {"q": "заң", "source": "joq"}, {"kind": "news"}])
def test_address_that_searches_for_nothing_is_no_search(address):
    assert asked(address, names("kk")) is None


def test_only_keys_as_we_write_them_are_offered():
    assert offered(["search-q=a", "search-q=a", "source-1", "search-kind=news", "search-q=a&x=1"]) == [
        ("search-q=a", "«a»")
    ]


def test_found_are_those_of_the_articles_that_readers_of_the_language_have():
    law, other = make_found(title_kk="Заң жобасы"), make_found(title_kk="Басқа")
    draft = make_found(title_kk="Заң", status="draft")
    unasked = make_found(title_kk="Заң")

    assert found("search-q=заң", [law.pk, other.pk, draft.pk]) == {law.pk}
    assert found("search-q=заң", [unasked.pk]) == {unasked.pk}
    assert found("search-q=заң", []) == frozenset()
    assert found("search-q=-", [make_article().pk]) == frozenset()
