"""The form of the search page."""

from datetime import date

import pytest

from news.search.forms import SearchForm
from news.taxonomy import load_names
from tests.support.factories import make_person, make_source, make_topic

pytestmark = pytest.mark.django_db


def test_query_has_the_marks_and_days_that_were_chosen():
    source, topic, person = make_source(slug="senat"), make_topic(slug="budget"), make_person(slug="asan")
    form = SearchForm(
        {
            "q": " заң  ", "source": "senat", "kind": "speech", "topic": "budget", "person": "asan",
            "from": "2026-01-02", "to": "2026-01-03",
        },
        load_names("kk"),
    )  # fmt: skip

    assert form.is_valid()
    query = form.query("kk")

    assert form.text == "заң"
    assert query.marks == (f"#source-{source.pk}", f"#topic-{topic.pk}", f"#person-{person.pk}", "#kind-speech")
    assert query.since == date(2026, 1, 2)
    assert query.until == date(2026, 1, 3)


def test_address_has_only_what_was_filled_in():
    assert SearchForm({"q": "заң", "kind": "", "page": "3"}, []).address == {"q": "заң"}


def test_last_day_before_the_first_is_refused():
    form = SearchForm({"q": "a", "from": "2026-01-03", "to": "2026-01-02"}, [])

    assert not form.is_valid()
    assert set(form.errors) == {"to"}
