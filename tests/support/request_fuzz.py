"""Senseless requests to every address of the site and of the admin, with every parameter that is read there.

The addresses are those of the URL resolver. The parameters of an address are the names that its view looks up in the
query (a recording query notes them), those it declares, and in a list of the admin its filters and columns.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.contrib.admin.views import main
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.handlers import wsgi
from django.db import models
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from news.models import Article, Subscription
from news.newsletter.subscriptions import token_of
from news.preview.links import create_link

HOSTILE = [
    "%00", "a%00b", "%ED%A0%80", "%ff%fe", "%", "%25", "%27", "%22%3E%3Cscript%3E", "%5C", "%0A", "%E2%80%AE%E2%80%8F",
    "%F0%9F%A6%85", "%C2%B2", "%D9%A1%D9%A2", "..%2F..%2Fetc%2Fpasswd", "../../etc/passwd", "x" * 300, "x" * 5000, "",
    "0", "-1", "-9223372036854775809", str(2**31), str(2**63), str(10**30), "9" * 400, "1.5", "1e400", "nan", "inf",
    "0000-00-00", "9999-99-99", "2024-02-30", "9999-12-31", "0001-01-01", "0001-01-01+00:00", "1,2147483648", "None",
    "True", "%7B%7D", "%5B%5D", "__class__", "_", "%3B+DROP", "admin", "news",
]  # fmt: skip
"""Parts of an address as they are sent, escaped by percents or not even that."""
ENDINGS = ["[]", "__class", "__year", "__in", "__isnull", "%00"]
"""What is put behind the name of a parameter."""
COLUMNS = ["id", "pk", "id__in", "id__gte", "id__isnull", "pk__range"]

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>((?:\[[^\]]*\]|[^()])*)\)|\[\\s\\S\]\+")


@dataclass
class Address:
    """An address of the resolver with something that it finds, and the places where something senseless may stand."""

    route: str
    path: str
    parts: list[tuple[int, int]]
    """Beginnings and ends of the variable parts in the path."""
    query: str
    view: Any
    names: set[str] = field(default_factory=set)


@dataclass
class Findings:
    """What was sent, and how it was answered."""

    addresses: int = 0
    parts: int = 0
    names: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        histogram = ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))
        return (
            f"{self.addresses} addresses with {self.parts} variable parts and {self.names} parameters:"
            f" {self.statuses.total()} requests, {histogram}, {len(self.failures)} failures"
        )


def find_routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every route with its view."""
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route, each.callback
        else:
            yield from find_routes(each, route)


def collect_addresses(objects: dict[type[models.Model], models.Model]) -> list[Address]:
    """Each route as an address that leads to one of the objects where it can."""
    return [make_address(route, view, objects) for route, view in find_routes(get_resolver())]


def make_address(route: str, view: Any, objects: dict[type[models.Model], models.Model]) -> Address:
    values = good_values(route, objects)
    path, parts, place = "/", [], 0
    plain = route.replace("^", "").replace("$", "").replace("\\.", ".")
    for found in PARAMETER.finditer(plain):
        path += plain[place : found.start()]
        value = values.get(found[2] or found[3] or "", "x")
        parts.append((len(path), len(path) + len(value)))
        path += value
        place = found.end()
    path += plain[place:]
    query = ""
    if "/do/" in path:
        query = f"ids={objects[Article].pk}"
    elif "/autocomplete/" in path:
        query = "app_label=news&model_name=article&field_name=topics&term=a"
    return Address(route, path, parts, query, view)


def good_values(route: str, objects: dict[type[models.Model], models.Model]) -> dict[str, str]:
    """What the variable parts of a route may be called to find something."""
    named = re.match(r"admin/(\w+)/(\w+)/", route)
    labels = {kind._meta.label_lower: each for kind, each in objects.items()}
    thing = labels.get(".".join(named.groups()) if named else "", objects[Article])
    public = Article.objects.published().get()
    first = route.partition("/")[0]
    if not named:
        thing = public
    slugs = {"sources": public.source, "topics": public.topics.get(), "people": public.people.get()}
    picture, document = public.cover, public.attachments.get()
    tokens = {"media": picture.token, "files": document.token, "subscribe": token_of(objects[Subscription])}
    if first == "preview":
        tokens[first] = create_link(public, by=User.objects.filter(is_superuser=True)[0])
    values = {"object_id": str(thing.pk), "pk": str(thing.pk), "number": "1", "name": "submit", "app_label": "news"}
    values |= {"content_type_id": str(ContentType.objects.get_for_model(Article).pk), "form": "rss", "year": "2026"}
    values |= {"month": "11", "day": "28", "part": "1", "version": "x", "url": "x", "code": "kk"}
    if "rates/" in route:
        values["code"] = "usd"
    values |= {"slug": slugs[first].slug if first in slugs else public.slug, "id": str(objects[User].pk)}
    values |= {"token": tokens.get(first, "x"), "image_token": picture.token, "file_token": document.token}
    return {name: quote(value) for name, value in values.items()}


@contextmanager
def recording(names: set[str]) -> Iterator[None]:
    """Notes the names that are looked up in the queries of requests."""

    class Recorder(QueryDict):
        def __getitem__(self, key: str) -> Any:
            names.add(str(key))
            return super().__getitem__(key)

        def get(self, key: str, default: Any = None) -> Any:
            names.add(str(key))
            return super().get(key, default)

        def getlist(self, key: str, default: Any = None) -> Any:
            names.add(str(key))
            return super().getlist(key, default)

        def __contains__(self, key: object) -> bool:
            names.add(str(key))
            return super().__contains__(key)

    plain = wsgi.QueryDict
    wsgi.QueryDict = Recorder  # type: ignore[misc]
    try:
        yield
    finally:
        wsgi.QueryDict = plain  # type: ignore[misc]


def find_names(address: Address, boss: Client) -> set[str]:
    """The parameters of an address."""
    names: set[str] = {name for name, _separator, _value in (each.partition("=") for each in address.query.split("&"))}
    names |= set(getattr(address.view, "query_keys", ())) | set(getattr(address.view, "parameters", ()))
    for _time in range(2):  # some are looked up only where another one is there
        with recording(names):
            more = "&".join(f"{name}=1" for name in sorted(names) if name)
            for query in (address.query, more):
                send(boss, f"{address.path}?{query}")
    admin = getattr(address.view, "model_admin", None)
    if admin and re.fullmatch(r"admin/\w+/\w+/", address.route):
        names |= {main.ALL_VAR, main.ORDER_VAR, main.PAGE_VAR, main.SEARCH_VAR, main.ERROR_FLAG, main.IS_POPUP_VAR}
        names |= {main.TO_FIELD_VAR, main.IS_FACETS_VAR, *COLUMNS}
        names |= {each.attname for each in admin.opts.concrete_fields}
        if admin.date_hierarchy:
            names |= {f"{admin.date_hierarchy}__{part}" for part in ("year", "month", "day", "gte", "lt")}
        response = boss.get(address.path)
        if response.context and "cl" in response.context:
            specs = response.context["cl"].filter_specs
            names |= {name for spec in specs for name in spec.expected_parameters() if name}
    return {name for name in names if name}


def send(client: Client, address: str) -> HttpResponse:
    """The answer to a GET, read to its end.

    Not in a transaction of the test: a statement that PostgreSQL refuses would spoil it, unlike a reader's connection.
    """
    path, _question, query = address.partition("?")
    response = client.generic("GET", "/", PATH_INFO=decode_path(path), QUERY_STRING=query)
    if response.streaming:
        b"".join(response.streaming_content)
    return response


def decode_path(path: str) -> str:
    """A path as servers pass it on: percents decoded, each byte one character."""
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), path.encode())
    return raw.decode("latin-1")


def make_requests(addresses: list[Address]) -> list[str]:
    """Every address with each hostile value in each of its parts and parameters, one at a time."""
    requests = []
    for each in addresses:
        asked = f"?{each.query}" if each.query else ""
        for begin, end in each.parts:
            requests += [f"{each.path[:begin]}{value}{each.path[end:]}{asked}" for value in HOSTILE]
        rest = {name: pair for pair in each.query.split("&") if (name := pair.partition("=")[0])}
        for name in sorted(each.names):
            others = "".join(f"&{pair}" for other, pair in rest.items() if other != name)
            requests += [f"{each.path}?{name}={value}{others}" for value in HOSTILE]
            requests += [f"{each.path}?{name}{ending}=1{others}" for ending in ENDINGS]
    return requests


def fuzz(
    objects: dict[type[models.Model], models.Model],
    boss: User,
    sample: int = 0,
    part: tuple[int, int] = (1, 1),
    *,
    seed: int = 1,
    report: Callable[[str], None] = str,
) -> Findings:
    """Sends all requests as a stranger and as a superuser, those to the admin nearly always as the latter.

    A `sample` is that many of the requests; a `part` (2, 3) is the second third of the addresses.
    """
    stranger, chief = Client(raise_request_exception=False), Client(raise_request_exception=False)
    chief.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    addresses = [each for each in collect_addresses(objects) if "logout" not in each.route]
    addresses = addresses[part[0] - 1 :: part[1]]
    chance = random.Random(seed)
    if sample:
        addresses = chance.sample(addresses, min(len(addresses), max(20, sample // 20)))
    for each in addresses:
        each.names = find_names(each, chief)
    findings = Findings(len(addresses), sum(len(each.parts) for each in addresses))
    findings.names = sum(len(each.names) for each in addresses)
    requests = make_requests(addresses)
    for address in chance.sample(requests, min(sample, len(requests))) if sample else requests:
        clients = [chief] if address.startswith("/admin/") and chance.random() > 0.05 else [stranger, chief]
        for client in clients:
            if address.startswith(("/api/", "/subscribe")):
                cache.clear()  # nobody has asked too often
            status = send(client, address).status_code
            findings.statuses[status] += 1
            if status >= 500:
                findings.failures.append(f"{status} {'chief' if client is chief else 'stranger'} {address[:200]}")
                report(findings.failures[-1])
            if not findings.statuses.total() % 1000:
                report(str(findings))
    return findings
