"""The description of the API names what there is; test_views checks every answer against it."""

import pytest
from django.urls import resolve

from news.api import openapi
from news.api.views import LONGEST_PAGE, PAGE


@pytest.mark.parametrize("path", openapi.paths())
def test_described_address_exists(path):
    view = resolve(path.replace("{id}", "1")).func

    assert view.__module__ in ("news.api.views", "news.api.dump_views")


def references(schema) -> set[str]:
    if isinstance(schema, dict):
        own = {schema["$ref"].rpartition("/")[2]} if "$ref" in schema else set()
        return own.union(*map(references, schema.values()))
    return set().union(*map(references, schema)) if isinstance(schema, list) else set()


def test_every_schema_that_is_referred_to_is_described_and_every_other_one_too():
    schemas = openapi.schemas()

    used = references(openapi.paths()) | references(schemas)

    assert used - {"Problem"} == set(schemas)


def test_limits_are_those_of_the_views():
    parameters = openapi.paths()["/api/v1/articles/"]["parameters"]

    assert [each["schema"] for each in parameters if each["name"] == "limit"] == [
        {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": PAGE}
    ]
