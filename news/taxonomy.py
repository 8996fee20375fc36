"""The names of sources, topics and people, by one query."""

from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet, Value
from django.urls import reverse

from news.models import Person, Source, Topic
from news.models.querysets import public_condition
from portal.kazakh_scripts.collation import sort_key

MODELS: dict[str, tuple[type[Model], str]] = {
    "source": (Source, "short_name"),
    "topic": (Topic, "name"),
    "person": (Person, "name"),
}


@dataclass(frozen=True)
class Name:
    kind: str
    pk: int
    slug: str
    text: str

    @property
    def address(self) -> str:
        return reverse(self.kind, args=[self.slug])


def load_names(language: str) -> list[Name]:
    """All that readers see and that have a name in the language: sources, topics, people, each sorted by name."""
    # Django's own queryset: modeltranslation's does not keep the order of the columns, which a union needs.
    first, *others = [
        QuerySet(model)
        .filter(Q() if model is Source else public_condition(model))
        .order_by()
        .annotate(called=Value(kind))
        .values_list("called", "pk", "slug", f"{field}_{language}")
        for kind, (model, field) in MODELS.items()
    ]
    found = [Name(*row) for row in first.union(*others, all=True).order_by() if row[3]]
    return sorted(found, key=lambda name: (list(MODELS).index(name.kind), sort_key(name.text)))
