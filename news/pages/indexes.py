"""The indexes: all topics, people and institutions, each with how many articles it has."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import IntegerField, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from news.models import Article, Person, Source, Topic

COUNTED = 999
"""So many articles of an entry are counted; of more, the page says that there are more. Counting all of them would
read the whole table."""
WITH_LETTERS = 12
"""From so many entries on there are letters to jump to."""


class CountUpTo(Subquery):
    """The number of rows of a query that is limited."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS bounded)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Letter:
    letter: str
    number: int
    """For the name of its place on the page, which has to be the same in each script."""
    entries: list[Any]


def count_articles(**of: OuterRef) -> CountUpTo:
    """How many articles readers of the active language have of the entry, up to one more than COUNTED."""
    articles = Article.objects.readable().filter(**of).order_by().values("pk")
    return CountUpTo(articles[: COUNTED + 1])


def group_by_letter(entries: Iterable[Any]) -> list[Letter]:
    """Entries in the order of their names, under the first letters of these."""
    groups = groupby(entries, key=lambda entry: entry.name.lstrip("«“\"'(")[:1].upper())
    return [Letter(letter, number, list(group)) for number, (letter, group) in enumerate(groups, 1)]


def topics(request: HttpRequest) -> HttpResponse:
    found = Topic.objects.public().filter(name__gt="").annotate(number=count_articles(topics=OuterRef("pk")))
    return respond_with_index(request, "news/topics.html", _("Topics"), list(found.order_by("name", "pk")))


def people(request: HttpRequest) -> HttpResponse:
    found = Person.objects.public().filter(name__gt="").annotate(number=count_articles(people=OuterRef("pk")))
    with_portraits = found.select_related("photograph").order_by("name", "pk")
    return respond_with_index(request, "news/people.html", _("People"), list(with_portraits))


def respond_with_index(request: HttpRequest, template: str, heading: str, entries: list[Any]) -> HttpResponse:
    has_letters = len(entries) >= WITH_LETTERS
    context = {
        "heading": heading,
        "letters": group_by_letter(entries) if has_letters or not entries else [Letter("", 1, entries)],
        "has_letters": has_letters,
        "counted": COUNTED,
    }
    return render(request, template, context)


def sources(request: HttpRequest) -> HttpResponse:
    """The institutions at work, and apart from them those that have ended or have not begun."""
    found = Source.objects.annotate(number=count_articles(source=OuterRef("pk")))
    today = timezone.localdate()
    active, former = [], []
    for source in found.select_related("emblem", "successor"):
        has_ended = source.active_until is not None and source.active_until < today
        has_begun = source.active_from is None or source.active_from <= today
        if has_ended:
            former.append(source)
        elif has_begun or source.number:
            active.append(source)
    return render(request, "news/sources.html", {"active": active, "former": former, "counted": COUNTED})
