"""The API told to programs by OpenAPI 3.1, and to people by a page made of the same description."""

from http import HTTPStatus
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.json_api.answers import Content, answers_json

type Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
ADDRESS: Schema = {"type": "string", "format": "uri"}


@answers_json(max_age=3600)
def description(request: HttpRequest) -> Content:
    with override("en"):
        return document()


def page(request: HttpRequest) -> HttpResponse:
    """Open data for people: the feeds, the dump, and each question that the API answers."""
    return render(request, "open_data.html", {"questions": questions(document()), "limit": settings.API_REQUESTS})


def document() -> Content:
    """In the active language."""
    parts = [import_module(name) for name in settings.API_DESCRIPTIONS]
    paths = {path: {"get": operation} for part in parts for path, operation in part.paths().items()}
    schemas = {"Problem": problem()} | {name: schema for part in parts for name, schema in part.schemas().items()}
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
    """One question: what it is called, what it tells, and what it may be refused for."""
    refused = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_REQUEST, *problems}
    responses = {
        "200": {"description": summary, "headers": limits(), "content": {"application/json": {"schema": schema}}},
        "304": {"description": HTTPStatus.NOT_MODIFIED.phrase},
    }
    for status in sorted(refused):
        content = {"application/problem+json": {"schema": reference("Problem")}}
        responses[str(int(status))] = {"description": status.phrase, "headers": limits(), "content": content}
    return {"operationId": name, "summary": summary, "parameters": list(parameters), "responses": responses}


def parameter(name: str, description: str, schema: Schema, *, place: str = "query") -> Schema:
    return {"name": name, "in": place, "required": place == "path", "description": description, "schema": schema}


def limits() -> Schema:
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    return {name: {"schema": {"type": "integer"}, "required": True} for name in names}


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def thing(**properties: Schema) -> Schema:
    """An object that has all of these and nothing else."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def by_language(schema: Schema) -> Schema:
    return {
        "type": "object",
        "properties": dict.fromkeys(settings.MODELTRANSLATION_LANGUAGES, schema),
        "additionalProperties": False,
    }


def problem() -> Schema:
    return {
        "type": "object",
        "properties": {"type": TEXT, "title": TEXT, "status": NUMBER, "detail": TEXT},
        "required": ["type", "title", "status", "detail"],
    }


def questions(told: Content) -> list[Content]:
    """As the page shows them."""
    return [
        {"path": path, "name": asked["operationId"], "summary": asked["summary"], "parameters": asked["parameters"]}
        for path, methods in told["paths"].items()
        for asked in methods.values()
    ]
