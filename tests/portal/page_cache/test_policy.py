"""Which pages are cached, and under which key."""

import tracemalloc

import pytest
from django.http import HttpResponse

from portal.page_cache import policy


@pytest.mark.parametrize(
    ("path", "query", "key"),
    [
        ("/rates/", "date=2024-03-07", "date=2024-03-07"),
        ("/rates/", "utm_source=x&date=2024-03-07", "date=2024-03-07"),
        ("/rates/", "q=a&date=1", "date=1&q=a"),
        ("/rates/", "date=1&date=2", "date=1"),
        ("/rates/", "utm_source=x", ""),
        ("/about/", "date=1", ""),
    ],
)
def test_key_has_the_query_keys_of_the_view_in_one_order(path, query, key):
    assert policy.page_key(path, query) == policy.Key(path, key)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/health/ready", "x=1"),
        ("/there/is/nothing", "x=1"),
        ("/rates/", "q=" + "a" * (policy.LONGEST_VALUE + 1)),
        ("/rates/", "x=" + "a" * policy.LONGEST_QUERY),
    ],
)
def test_what_is_not_cached_has_no_key(path, query):
    assert policy.page_key(path, query) is None


@pytest.mark.parametrize(
    ("cdn_seconds", "header"),
    [
        (0, "public, max-age=0, must-revalidate"),
        (30, "public, max-age=0, s-maxage=30, must-revalidate"),
    ],
)
def test_only_a_cdn_may_answer_without_revalidating(settings, cdn_seconds, header):
    settings.CDN_SECONDS = cdn_seconds

    assert policy.public_cache_control() == header


def answer(**headers):
    response = HttpResponse("", headers={"Cache-Control": "public", **headers})
    response.is_cacheable = True
    return response


def with_cookie():
    response = answer()
    response.set_cookie("a", "b")
    return response


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (answer(), True),
        (answer(Vary="Accept-Encoding"), True),
        (answer(Vary="Cookie"), False),
        (answer(**{"Cache-Control": "private"}), False),
        (answer(**{"Cache-Control": "no-store"}), False),
        (with_cookie(), False),
        (HttpResponse("", headers={"Cache-Control": "public"}), False),
    ],
)
def test_answer_is_cached_only_if_it_is_the_same_for_all(response, expected):
    assert policy.may_be_cached(response) is expected


def test_addresses_as_long_as_an_article_leave_nothing_in_the_memory():
    policy.find_query_keys("/news/")
    tracemalloc.start()
    for number in range(20):
        long = f"{number}{'a' * 60_000}"
        assert policy.find_query_keys(f"/{long}/") is None
        assert policy.page_key("/news/", f"before={long}") is None
        assert policy.page_key(f"/{long}/", "before=1") is None
    kept, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 200_000
