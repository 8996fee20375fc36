"""Describes the API: as OpenAPI 3.1 for programs, and as a page for people that is made from it."""

from http import HTTPStatus
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.json_api.answers import Content, json_view

type Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
ADDRESS: Schema = {"type": "string", "format": "uri"}


@json_view(max_age=3600)
def description(request: HttpRequest) -> Content:
    """The OpenAPI document, in English."""
    with override("en"):
        return build_document()


def page(request: HttpRequest) -> HttpResponse:
    """Open data for people: the feeds, the dump, and each operation of the API."""
    return render(
        request, "open_data.html", {"operations": list_operations(build_document()), "limit": settings.API_REQUESTS}
    )


def build_document() -> Content:
    """The OpenAPI document in the active language, put together from settings.API_DESCRIPTIONS."""
    parts = [import_module(name) for name in settings.API_DESCRIPTIONS]
    paths = {path: {"get": operation} for part in parts for path, operation in part.paths().items()}
    schemas = {"Problem": problem_schema()} | {
        name: schema for part in parts for name, schema in part.schemas().items()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{_('Parliament News')}: {_('Open data')}",
            "version": "1",
            "description": _("What the pages show, for programs: read-only JSON, free for all who name the source."),
        },
        "servers": [{"url": settings.SITE_URL}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def operation(
    name: str, summary: str, schema: Schema, *parameters: Schema, problems: tuple[HTTPStatus, ...] = ()
) -> Schema:
    """A GET operation: its name, what it returns, and the statuses of its errors besides those that all have."""
    statuses = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_REQUEST, *problems}
    responses = {
        "200": {
            "description": summary,
            "headers": rate_limit_headers(),
            "content": {"application/json": {"schema": schema}},
        },
        "304": {"description": HTTPStatus.NOT_MODIFIED.phrase},
    }
    for status in sorted(statuses):
        content = {"application/problem+json": {"schema": reference("Problem")}}
        responses[str(int(status))] = {
            "description": status.phrase,
            "headers": rate_limit_headers(),
            "content": content,
        }
    return {"operationId": name, "summary": summary, "parameters": list(parameters), "responses": responses}


def parameter(name: str, description: str, schema: Schema, *, place: str = "query") -> Schema:
    """A parameter of an operation; one in the path is required."""
    return {"name": name, "in": place, "required": place == "path", "description": description, "schema": schema}


def rate_limit_headers() -> Schema:
    """The headers that tell the limit of requests."""
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    return {name: {"schema": {"type": "integer"}, "required": True} for name in names}


def reference(name: str) -> Schema:
    """A reference to one of the document's schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def object_of(**properties: Schema) -> Schema:
    """An object that has all of these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def array_of(schema: Schema) -> Schema:
    """An array of such items."""
    return {"type": "array", "items": schema}


def nullable(schema: Schema) -> Schema:
    """Such a value, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def by_language(schema: Schema) -> Schema:
    """An object with such a value for each language; languages without one are absent."""
    return {
        "type": "object",
        "properties": dict.fromkeys(settings.MODELTRANSLATION_LANGUAGES, schema),
        "additionalProperties": False,
    }


def problem_schema() -> Schema:
    """An error by RFC 9457."""
    return {
        "type": "object",
        "properties": {"type": TEXT, "title": TEXT, "status": NUMBER, "detail": TEXT},
        "required": ["type", "title", "status", "detail"],
    }


def list_operations(document: Content) -> list[Content]:
    """The operations of an OpenAPI document, for the page."""
    return [
        {"path": path, "name": each["operationId"], "summary": each["summary"], "parameters": each["parameters"]}
        for path, methods in document["paths"].items()
        for each in methods.values()
    ]
