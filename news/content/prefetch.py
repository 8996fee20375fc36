"""Loads what stands around an article's text with one query instead of six."""

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


def attach_related(article: Article, chosen: Mapping[str, Iterable[int]] | None = None) -> Article:
    """Loads topics, people, attachments and corrections, each in its order, as `prefetch_related` would.

    Also loads the pictures of gallery and texts, as `news.content.images.attach_images` would, and the explanations
    of terms in the active language. `chosen` has the numbers of a revision's topics, people and attachments, for an
    article that is shown as that revision; without it the article's own count. Returns the article.
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
        found[kind].append(_instance_of(KINDS[kind], fields) if kind in KINDS else fields)
    article._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "topics": sorted(found["topics"], key=in_alphabet),
        "people": sorted(found["people"], key=in_alphabet),
        "attachments": sorted(found["attachments"], key=attrgetter("pk")),
        "corrections": sorted(found["corrections"], key=attrgetter("corrected_at"), reverse=True),
    }
    article.placed_images = {image.pk: image for image in found["pictures"]}  # type: ignore[attr-defined]
    article.explanations = [  # type: ignore[attr-defined]
        Explanation(each["term"], each["text"]) for each in sorted(found["explanations"], key=itemgetter("id"))
    ]
    return article


def in_alphabet(thing: Topic | Person) -> SortKey:
    return sort_key(str(thing))


def _rows(kind: str) -> QuerySet:
    """The rows as JSON, since all parts of a union must have the same columns."""
    model = KINDS[kind]
    names = [field.name for field in model._meta.concrete_fields if not field.is_relation]
    # Django's own queryset, because in modeltranslation's a field name means the column of the active language.
    rows = QuerySet(model).order_by().annotate(attached=Value(kind), data=JSONObject(**{name: name for name in names}))
    return rows.values_list("attached", "data")


def _explanations() -> QuerySet:
    code = editions.current().language
    written = {f"name_{code}__gt": "", f"explanation_{code}__gt": ""}
    terms: QuerySet = QuerySet(Term).order_by().filter(is_waiting=False, **written)
    data = JSONObject(id="id", term=f"name_{code}", text=f"explanation_{code}")
    return terms.annotate(attached=Value("explanations"), data=data).values_list("attached", "data")


def _instance_of(model: type[Model], data: dict[str, Any]) -> Model:
    """A model instance from JSON; fields that are not in it are deferred."""
    values = {field.attname: data[field.name] for field in model._meta.concrete_fields if field.name in data}
    for field in model._meta.concrete_fields:
        if isinstance(field, DateTimeField) and field.name in values:
            moment = field.to_python(values[field.name])
            # SQLite stores no time zone.
            values[field.name] = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return model.from_db(DEFAULT_DB_ALIAS, list(values), list(values.values()))
