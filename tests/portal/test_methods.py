"""Which public addresses answer a request that is no reading."""

import pytest
from django.test import Client

from tests.support.everything import make_one_of_each
from tests.support.request_fuzz import collect_addresses

pytestmark = pytest.mark.django_db

TAKE_POSTS = {
    "language/", "news/<number:pk>/reading/",
    "subscribe/", "subscribe/<secret:token>/", "subscribe/<secret:token>/leave/",
}  # fmt: skip
"""The routes of what readers send. Django's own of a language sends whatever is no POST back to where it came from."""


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_public_addresses_are_only_read(method):
    client = Client(raise_request_exception=False)
    addresses = {each.route: each.path for each in collect_addresses(make_one_of_each()) if "admin" not in each.route}
    expected = TAKE_POSTS if method == "post" else {"language/"}

    statuses = {route: getattr(client, method)(path).status_code for route, path in addresses.items()}

    assert len(addresses) > 60
    assert {route for route, status in statuses.items() if status != 405} == expected
