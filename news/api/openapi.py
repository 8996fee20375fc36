"""Describes `news.api.views` in OpenAPI; `portal.json_api.openapi` joins the descriptions of all parts."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from news.api.views import LONGEST_PAGE, LONGEST_SPAN, PAGE
from news.models import TRANSLATIONS, Article
from news.models.article import SHORT_TEXT_FIELDS
from portal.json_api.openapi import (
    ADDRESS,
    DAY,
    MOMENT,
    NUMBER,
    TEXT,
    Schema,
    array_of,
    by_language,
    nullable,
    object_of,
    operation,
    parameter,
    reference,
)

SLUG: Schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]{1,50}$"}
CODE: Schema = {"type": "string", "enum": list(TRANSLATIONS)}
KIND: Schema = {"type": "string", "enum": Article.Kind.values}
CURSOR: Schema = {"type": "string", "pattern": "^-?[0-9]{1,19}-[0-9]{1,18}$"}


def paths() -> dict[str, Schema]:
    missing = (HTTPStatus.NOT_FOUND,)
    page = [
        parameter("limit", _("So many at most."), {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE}),
        parameter("cursor", _("Goes on where an answer ended; take the whole address from its “next”."), SLUG),
    ]
    first, last = (
        parameter("from", _("The first day, such as 2024-03-07."), DAY),
        parameter("to", _("The last day."), DAY),
    )
    articles = [
        parameter("language", _("Articles that exist in this language."), CODE | {"default": TRANSLATIONS[0]}),
        parameter("source", _("Only of this source, by its slug."), SLUG),
        parameter("topic", _("Only on this topic, by its slug."), SLUG),
        parameter("person", _("Only about this person, by the slug."), SLUG),
        parameter("kind", _("Only of this kind."), KIND),
        first,
        last,
        parameter("q", _("Words to search for; then the most relevant come first, twenty at a time."), TEXT),
        parameter(
            "limit",
            _("So many at most."),
            {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": PAGE},
        ),
        parameter("cursor", _("Goes on where an answer ended; take the whole address from its “next”."), CURSOR),
    ]
    number = parameter(
        "id", _("The number of the article, as in its address."), {"type": "integer", "minimum": 1}, place="path"
    )
    return {
        "/api/v1/": operation("start", _("Where everything is"), {"type": "object", "additionalProperties": ADDRESS}),
        "/api/v1/articles/": operation(
            "articles", _("Articles of a language, newest first"), reference("Articles"), *articles, problems=missing
        ),
        "/api/v1/articles/{id}/": operation(
            "article", _("One article in all its languages"), reference("Article"), number,
            problems=(*missing, HTTPStatus.GONE),
        ),
        "/api/v1/sources/": operation("sources", _("Sources"), listing("sources", "Source"), *page),
        "/api/v1/topics/": operation("topics", _("Topics"), listing("topics", "Topic"), *page),
        "/api/v1/people/": operation("people", _("People"), listing("people", "Person"), *page),
        "/api/v1/statistics/": operation(
            "statistics",
            _("How often the articles were read, by day and by language; at most %d days") % LONGEST_SPAN,
            reference("Statistics"), first, last,
        ),
        "/api/v1/dump/": operation(
            "dump", _("The file with all articles, made anew each night"), reference("Dump"),
            problems=(*missing, HTTPStatus.SERVICE_UNAVAILABLE),
        ),
    }  # fmt: skip


def listing(name: str, schema: str) -> Schema:
    return object_of(**{name: array_of(reference(schema)), "next": nullable(ADDRESS)})


def schemas() -> dict[str, Schema]:
    texts = by_language(TEXT)
    named = {"slug": SLUG, "name": texts, "url": by_language(ADDRESS)}
    put_under = {"source": SLUG, "topics": array_of(SLUG), "people": array_of(SLUG)}
    times = {"published_at": MOMENT, "updated_at": MOMENT}
    summary = {
        "id": NUMBER,
        "language": CODE,
        "kind": KIND,
        "url": ADDRESS,
        "self": ADDRESS,
        "title": TEXT,
        "lead": TEXT,
    }
    return {
        "Articles": object_of(language=CODE, articles=array_of(reference("Summary")), next=nullable(ADDRESS)),
        "Summary": object_of(**summary, **put_under, **times, cover=nullable(reference("Picture"))),
        "Article": object_of(
            id=NUMBER,
            kind=KIND,
            **put_under,
            **times,
            hits=NUMBER,
            cover=nullable(reference("Picture")),
            languages=by_language(reference("Text")),
        ),
        "Text": object_of(
            url=ADDRESS,
            title=TEXT,
            lead=TEXT,
            body=TEXT,
            **dict.fromkeys(SHORT_TEXT_FIELDS, TEXT),
            cover=nullable(object_of(alt=TEXT, caption=TEXT, credit=TEXT)),
            corrections=array_of(object_of(at=MOMENT, note=TEXT)),
            documents=array_of(object_of(title=TEXT, url=ADDRESS, type=TEXT, size=NUMBER)),
        ),
        "Picture": object_of(url=ADDRESS, width=NUMBER, height=NUMBER),
        "Source": object_of(
            **named,
            short_name=texts,
            site=TEXT,
            active_from=nullable(DAY),
            active_until=nullable(DAY),
            successor=nullable(SLUG),
        ),
        "Topic": object_of(**named),
        "Person": object_of(**named, office=texts),
        "Dump": object_of(
            url=ADDRESS, sha256=TEXT, size=NUMBER, articles=NUMBER, made_at=MOMENT, format=TEXT, licence=TEXT
        ),
        "Statistics": object_of(
            **{"from": DAY, "to": DAY},
            hits=NUMBER,
            by_day=array_of(object_of(day=DAY, hits=NUMBER)),
            by_language={"type": "object", "additionalProperties": NUMBER},
        ),
    }
