"""Every address of the admin, as the resolver has it, against every role: as samples/admin_addresses.txt means it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from news.admin.actions import VERBS
from news.models import Article
from tests.support.everything import make_one_of_each
from tests.support.factories import make_user

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.urls("tests.support.plain_refusals")]

MEANT = Path(__file__).parents[2] / "samples" / "admin_addresses.txt"
ROLES = ["Тілші", "Аудармашы", "Бас редактор", "Бағам маманы", "Әкімші"]
SIGN_IN = [
    "/admin/login/",
    "/admin/login/directory/",
    "/admin/login/directory/back/",
    "/admin/login/passkey/begin/",
    "/admin/login/passkey/complete/",
]
"""What answers strangers: there they sign in (tests/portal/sign_in)."""
ANY = {"str:name": "submit", "str:code": "kk", "int:number": "1", "app_label": "news"}
"""What stands for each variable part of an address that is not the number of an object."""


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from patterns(each, route)


def admin_routes() -> list[str]:
    """As the resolver has them, but for the way out and the last, which finds nothing; each verb for itself."""
    routes = [route for route in patterns(get_resolver()) if route.startswith("admin/") and "logout" not in route][:-1]
    verbs = [f"admin/news/article/do/{name}/" for name in VERBS]
    return [*(route for route in routes if "<str:name>" not in route), *verbs]


def address(route: str, objects: dict[type[models.Model], models.Model]) -> str:
    """A real address that belongs to a route."""
    named = re.match(r"admin/(\w+)/(\w+)/", route)
    found = [each for kind, each in objects.items() if named and kind._meta.label_lower == ".".join(named.groups())]
    numbers = dict.fromkeys(("path:object_id", "int:pk", "id"), str((found or [objects[Article]])[0].pk))
    numbers["path:content_type_id"] = str(ContentType.objects.get_for_model(Article).pk)
    path = re.sub(r"\^\(\?P<(\w+)>[^)]*\)(.*)\$", r"<\1>\2", route)
    path = re.sub(r"<([\w:]+)>", lambda match: (ANY | numbers)[match[1]], path)
    if "/do/" in path:
        path += f"?ids={objects[Article].pk}"
    elif "/autocomplete/" in path:
        path += "?app_label=news&model_name=article&field_name=topics"
    return f"/{path}"


def describe_answer(response: HttpResponse) -> str:
    """How an answer is written in the sample."""
    if response.status_code == 403 or response.headers.get("Location", "").startswith("/admin/login/"):
        return "-"
    return {200: "+", 302: ">"}.get(response.status_code, str(response.status_code))


def meant() -> dict[str, list[str]]:
    lines = [line.split() for line in MEANT.read_text().splitlines() if line and not line.startswith("#")]
    return {line[0]: line[1:] for line in lines}


def test_every_address_answers_each_role_as_it_is_meant_and_a_stranger_never(objects, caplog):
    caplog.set_level("ERROR", "django.request")  # a thousand refusals are meant, and need no traceback
    people = [make_user(), make_user(is_staff=False)]
    for role in ROLES:
        people.append(make_user())
        people[-1].groups.add(Group.objects.get(name=role))
    stranger, clients = Client(), []
    for person in [*people[2:], *people[:2]]:
        clients.append(Client())
        clients[-1].force_login(person)

    found, open_to_strangers, taken = {}, [], []
    for route in admin_routes():
        path = address(route, objects)
        found[route] = [describe_answer(client.get(path)) for client in clients]
        if describe_answer(stranger.get(path)) != "-":
            open_to_strangers.append(path)
        # Who may not look may not send anything either.
        refused = [client for client, answer in zip(clients, found[route], strict=True) if answer == "-"][:1]
        taken += [path for client in [stranger, *refused] if describe_answer(client.post(path)) not in ("-", "405")]

    assert found == meant()
    assert sorted(open_to_strangers) == SIGN_IN
    assert sorted(taken) == SIGN_IN


@pytest.fixture
def objects() -> dict[type[models.Model], models.Model]:
    return make_one_of_each()
