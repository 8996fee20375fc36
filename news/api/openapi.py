"""Describes `news.api.views` in OpenAPI; `portal.json_api.openapi` joins the descriptions of all parts."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from news.api.views import LONGEST_PAGE, LONGEST_SPAN, PAGE
from news.models import TRANSLATIONS, Article
from portal.json_api.openapi import (
    ADDRESS,
    DAY,
    MOMENT,
    NUMBER,
    TEXT,
    Schema,
    by_language,
    many,
    maybe,
    operation,
    parameter,
    reference,
    thing,
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
    return thing(**{name: many(reference(schema)), "next": maybe(ADDRESS)})


def schemas() -> dict[str, Schema]:
    texts = by_language(TEXT)
    named = {"slug": SLUG, "name": texts, "url": by_language(ADDRESS)}
    put_under = {"source": SLUG, "topics": many(SLUG), "people": many(SLUG)}
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
        "Articles": thing(language=CODE, articles=many(reference("Summary")), next=maybe(ADDRESS)),
        "Summary": thing(**summary, **put_under, **times, cover=maybe(reference("Picture"))),
        "Article": thing(
            id=NUMBER,
            kind=KIND,
            **put_under,
            **times,
            hits=NUMBER,
            cover=maybe(reference("Picture")),
            languages=by_language(reference("Text")),
        ),
        "Text": thing(
            url=ADDRESS,
            title=TEXT,
            lead=TEXT,
            body=TEXT,
            dateline=TEXT,
            byline=TEXT,
            cover=maybe(thing(alt=TEXT, caption=TEXT, credit=TEXT)),
            corrections=many(thing(at=MOMENT, note=TEXT)),
            documents=many(thing(title=TEXT, url=ADDRESS, type=TEXT, size=NUMBER)),
        ),
        "Picture": thing(url=ADDRESS, width=NUMBER, height=NUMBER),
        "Source": thing(
            **named,
            short_name=texts,
            site=TEXT,
            active_from=maybe(DAY),
            active_until=maybe(DAY),
            successor=maybe(SLUG),
        ),
        "Topic": thing(**named),
        "Person": thing(**named, office=texts),
        "Dump": thing(
            url=ADDRESS, sha256=TEXT, size=NUMBER, articles=NUMBER, made_at=MOMENT, format=TEXT, licence=TEXT
        ),
        "Statistics": thing(
            **{"from": DAY, "to": DAY},
            hits=NUMBER,
            by_day=many(thing(day=DAY, hits=NUMBER)),
            by_language={"type": "object", "additionalProperties": NUMBER},
        ),
    }
