"""What a request to the API may say, and the sentence for what it may not."""

from datetime import date

import pytest
from django.test import RequestFactory

from news.api import parameters
from portal.json_api.answers import Problem


def request(**query: str):
    return RequestFactory().get("/api/v1/articles/", query)


def problem_of(read, *arguments) -> tuple[int, str]:
    with pytest.raises(Problem) as caught:
        read(*arguments)
    return caught.value.status, caught.value.detail


def test_missing_parameters_have_their_defaults():
    assert parameters.language_of(request()) == "kk"
    assert parameters.kind_of(request()) == ""
    assert parameters.number_of(request(), "limit", 20, 100) == 20
    assert parameters.slug_of(request(), "topic") is None
    assert parameters.days(request()) == (None, None)


def test_language_and_kind_are_among_those_there_are():
    assert parameters.language_of(request(language="ru")) == "ru"
    assert parameters.kind_of(request(kind="speech")) == "speech"
    assert problem_of(parameters.language_of, request(language="de")) == (400, "'language' must be one of kk, ru, en.")
    assert problem_of(parameters.language_of, request(language="")) == (400, "'language' must be one of kk, ru, en.")
    assert problem_of(parameters.kind_of, request(kind="draft"))[0] == 400


@pytest.mark.parametrize(("given", "number"), [("1", 1), ("100", 100), ("007", 7)])
def test_number_is_read_up_to_its_limit(given, number):
    assert parameters.number_of(request(limit=given), "limit", 20, 100) == number


@pytest.mark.parametrize("given", ["0", "101", "-1", "1.5", "", " 5", "٣", "1e2", "9999999"])
def test_number_outside_its_limits_is_a_problem(given):
    detail = "'limit' must be a whole number from 1 to 100."

    assert problem_of(parameters.number_of, request(limit=given), "limit", 20, 100) == (400, detail)


@pytest.mark.parametrize("given", ["", "сенат", "a b", "a/b", "a" * 51, "a\n"])
def test_slug_has_latin_letters_digits_and_hyphens_only(given):
    detail = "'topic' must be a slug: up to 50 Latin letters, digits and hyphens."

    assert parameters.slug_of(request(topic="zan_2-A"), "topic") == "zan_2-A"
    assert problem_of(parameters.slug_of, request(topic=given), "topic") == (400, detail)


def test_days_are_read_and_kept_within_the_years_of_articles():
    assert parameters.days(request(**{"from": "2024-03-07"})) == (date(2024, 3, 7), None)
    assert parameters.days(request(**{"from": "0001-01-01", "to": "9999-12-31"})) == (
        parameters.EARLIEST,
        parameters.LATEST,
    )


@pytest.mark.parametrize("given", ["", "2024-02-30", "2024-3-7", "07.03.2024", "20240307", "2024-03-07T10:00"])
def test_day_that_is_none_is_a_problem(given):
    detail = "'from' must be a day such as 2024-03-07."

    assert problem_of(parameters.day_of, request(**{"from": given}), "from") == (400, detail)
