"""What stands around an article's text, by one question to the database instead of six."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC
from operator import attrgetter, itemgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import DateTimeField, Model, QuerySet, Value
from django.db.models.functions import JSONObject

from news.content.glossary import Explanation
from news.media import placements
from news.models import Article, Attachment, Correction, Image, Person, Term, Topic
from portal import editions
from portal.kazakh_scripts.collation import SortKey, sort_key

KINDS: dict[str, type[Model]] = {
    "topics": Topic,
    "people": Person,
    "attachments": Attachment,
    "corrections": Correction,
    "pictures": Image,
}


def attach(article: Article, chosen: Mapping[str, Iterable[int]] | None = None) -> Article:
    """Its topics, people, attachments and corrections, as `prefetch_related` would bring them; each in its order.

    And the pictures of its gallery and texts, as `placing.attach` would; and the terms of law that are explained in
    the active language. `chosen` is what a revision says of the topics, people and attachments, by their numbers.
    """
    pictures = placements.picture_numbers(placements.content_of(article))
    union = _rows("corrections").filter(article=article)
    union = union.union(
        *(
            _rows(kind).filter(**({"articles": article} if chosen is None else {"pk__in": chosen.get(kind, [])}))
            for kind in ("topics", "people", "attachments")
        ),
        *([_rows("pictures").filter(pk__in=pictures)] if pictures else []),
        _explanations(),
        all=True,
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for kind, fields in union.order_by():
        found[kind].append(_made(KINDS[kind], fields) if kind in KINDS else fields)
    article._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "topics": sorted(found["topics"], key=in_alphabet),
        "people": sorted(found["people"], key=in_alphabet),
        "attachments": sorted(found["attachments"], key=attrgetter("pk")),
        "corrections": sorted(found["corrections"], key=attrgetter("corrected_at"), reverse=True),
    }
    article.placed = {image.pk: image for image in found["pictures"]}  # type: ignore[attr-defined]
    article.explanations = [  # type: ignore[attr-defined]
        Explanation(each["term"], each["text"]) for each in sorted(found["explanations"], key=itemgetter("id"))
    ]
    return article


def in_alphabet(thing: Topic | Person) -> SortKey:
    return sort_key(str(thing))


def _rows(kind: str) -> QuerySet:
    """As JSON, for a union wants the same columns of all."""
    model = KINDS[kind]
    names = [field.name for field in model._meta.concrete_fields if not field.is_relation]
    # Django's own queryset: in modeltranslation's a name stands for the column of the active language.
    rows = QuerySet(model).order_by().annotate(attached=Value(kind), data=JSONObject(**{name: name for name in names}))
    return rows.values_list("attached", "data")


def _explanations() -> QuerySet:
    code = editions.current().language
    known: QuerySet = QuerySet(Term).order_by().filter(**{f"name_{code}__gt": "", f"explanation_{code}__gt": ""})
    data = JSONObject(id="id", term=f"name_{code}", text=f"explanation_{code}")
    return known.annotate(attached=Value("explanations"), data=data).values_list("attached", "data")


def _made(model: type[Model], data: dict[str, Any]) -> Model:
    """What was not asked for is fetched should somebody want it."""
    known = {field.attname: data[field.name] for field in model._meta.concrete_fields if field.name in data}
    for field in model._meta.concrete_fields:
        if isinstance(field, DateTimeField) and field.name in known:
            moment = field.to_python(known[field.name])
            known[field.name] = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # SQLite keeps no zone
    return model.from_db(DEFAULT_DB_ALIAS, list(known), list(known.values()))
