"""Senseless requests to every address, as a stranger and as a superuser: none is answered by an error of ours.

A sample of them, always the same; `python -m bench.fuzz` sends all.
"""

import pytest

from tests.support.everything import make_one_of_each
from tests.support.factories import make_user
from tests.support.request_fuzz import collect_addresses, fuzz

pytestmark = pytest.mark.django_db(transaction=True)  # a refused statement spoils nothing but itself

SAMPLE = 250


def test_no_senseless_request_is_answered_by_an_error_of_ours():
    findings = fuzz(make_one_of_each(), make_user(is_superuser=True), sample=SAMPLE)

    assert findings.failures == []
    assert findings.statuses[200] > 0
    assert findings.statuses[400] > 0
    assert findings.statuses[404] > 0


def test_fuzz_finds_something_at_the_addresses_it_begins_from():
    objects = make_one_of_each()
    routes = {each.route: each for each in collect_addresses(objects)}

    assert {"admin/news/article/<path:object_id>/change/", "media/<str:token>/<str:name>", "rates/"} <= routes.keys()
    assert all("<" not in each.path for each in routes.values())
