"""Open data: articles, their sources, topics and people as JSON. `news.api.openapi` describes it.

Programs get the same as readers of the pages: an article in its languages, from the second of its publication on.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet, Sum, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from news.absolute_urls import absolute_url
from news.api.parameters import EARLIEST, LATEST, days, kind_of, language_of, number_of, slug_of
from news.content import prefetch
from news.content.render import render
from news.models import TRANSLATIONS, Article, DailyHits, Image, Person, Source, Topic
from news.models.article import SHORT_TEXT_FIELDS
from news.models.querysets import ArticleQuerySet, BadCursor, cursor_of
from news.periods import midnight
from news.search.documents import make_mark
from news.search.engine import Cursor, search_articles
from news.search.query import clean_query, parse_query
from portal.json_api.answers import Content, Problem, json_view, not_found

PAGE, LONGEST_PAGE = 20, 100
LONGEST_SPAN = 92
"""The most days of statistics in one answer."""
THINGS: dict[str, tuple[Callable[[], QuerySet[Any]], str]] = {
    "source": (Source.objects.all, "source"),
    "topic": (Topic.objects.public, "topics"),
    "person": (Person.objects.public, "people"),
}


@json_view(max_age=3600)
def start(request: HttpRequest) -> Content:
    names = ("articles", "sources", "topics", "people", "statistics", "rates", "dump")
    found = {name: absolute_url(reverse(f"api_{name}")) for name in names}
    return found | {"description": absolute_url(reverse("openapi"))}


@json_view(keys=("language", "source", "topic", "person", "kind", "from", "to", "q", "limit", "cursor"))
def articles(request: HttpRequest) -> Content:
    """The articles of a language, newest first; with `q` the most relevant first."""
    language = language_of(request)
    with override(language):
        found = Article.objects.readable()
        page, following = search_page(request, found, language) if "q" in request.GET else list_page(request, found)
        prefetch_related_objects(page, "topics", "people")
        shown = [summary(article, language) for article in page]
    address = request.GET.copy()
    address["cursor"] = following
    next_page = absolute_url(f"{request.path}?{address.urlencode()}") if following else None
    return {"language": language, "articles": shown, "next": next_page}


def list_page(request: HttpRequest, found: ArticleQuerySet) -> tuple[list[Article], str]:
    limit = number_of(request, "limit", PAGE, LONGEST_PAGE)
    for name, thing in things_in_query(request).items():
        found = found.filter(**{THINGS[name][1]: thing})
    if kind := kind_of(request):
        found = found.filter(kind=kind)
    first, last = days(request)
    if first or last:
        found = found.within(midnight(first or EARLIEST), midnight((last or LATEST) + timedelta(days=1)))
    if (cursor := request.GET.get("cursor")) is not None:
        try:
            found = found.before(cursor)
        except BadCursor as error:
            raise NO_SUCH_CURSOR from error
    page = list(found.for_list()[: limit + 1])
    return page[:limit], cursor_of(page[limit - 1]) if len(page) > limit else ""


def search_page(request: HttpRequest, found: ArticleQuerySet, language: str) -> tuple[list[Article], str]:
    number_of(request, "limit", PAGE, LONGEST_PAGE)  # checked, but search has a page size of its own
    marks = [make_mark(name, thing.pk) for name, thing in things_in_query(request).items()]
    if kind := kind_of(request):
        marks.append(make_mark("kind", kind))
    first, last = days(request)
    query = parse_query(clean_query(request.GET["q"]), language, marks=tuple(marks), since=first, until=last)
    cursor = request.GET.get("cursor")
    try:
        after = None if cursor is None else Cursor.parse(cursor)
    except BadCursor as error:
        raise NO_SUCH_CURSOR from error
    if not query.has_words:
        return [], ""
    results = search_articles(found, query, after)
    return results.articles, str(results.next_cursor or "")


NO_SUCH_CURSOR = not_found("'cursor' is none that an answer gave.")


def things_in_query(request: HttpRequest) -> dict[str, Any]:
    """The source, topic and person that the query names, by parameter; raises Problem for an unknown one."""
    found = {}
    for name, (visible, _relation) in THINGS.items():
        slug = slug_of(request, name)
        if slug is not None:
            found[name] = visible().filter(slug=slug).first()
            if found[name] is None:
                raise not_found(f"No {name} has the slug {slug!r}.")
    return found


def summary(article: Article, language: str) -> Content:
    """In the active language."""
    return {
        "id": article.pk,
        "language": language,
        "kind": article.kind,
        "url": absolute_url(article.get_absolute_url()),
        "self": absolute_url(reverse("api_article", args=[article.pk])),
        "title": article.title,
        "lead": article.lead or "",
        "source": article.source.slug,
        "topics": [topic.slug for topic in article.topics.all()],
        "people": [person.slug for person in article.people.all()],
        "published_at": iso_datetime(article.publish_at),
        "updated_at": iso_datetime(article.updated_at),
        "cover": picture(article.cover),
    }


@json_view()
def article(request: HttpRequest, pk: int) -> Content:
    """An article in all its languages."""
    if pk >= 2**63:
        raise not_found()
    found = Article.objects.published().for_page().filter(pk=pk).first()
    if found is None:
        raise problem_of_missing(pk)
    prefetch.attach_related(found)
    return {
        "id": found.pk,
        "kind": found.kind,
        "source": found.source.slug,
        "topics": [topic.slug for topic in found.topics.all()],
        "people": [person.slug for person in found.people.all()],
        "published_at": iso_datetime(found.publish_at),
        "updated_at": iso_datetime(found.updated_at),
        "hits": found.hits,
        "cover": picture(found.cover),
        "languages": {code: text_in_language(found, code) for code in found.languages},
    }


def problem_of_missing(pk: int) -> Problem:
    """Says that and why an article was withdrawn, as its page does, or that there is none."""
    withdrawn = Article.objects.withdrawn_after_publication().filter(pk=pk).first()
    if withdrawn is None:
        return not_found("No article has this number.")
    reasons = {code: getattr(withdrawn, f"withdrawal_reason_{code}") or "" for code in withdrawn.languages}
    more = {"withdrawn_at": iso_datetime(withdrawn.withdrawn_at), "reason": reasons}
    return Problem(HTTPStatus.GONE, "The article was withdrawn.", **more)


def text_in_language(article: Article, code: str) -> Content:
    with override(code):
        return {
            "url": absolute_url(article.get_absolute_url()),
            "title": article.title,
            "lead": article.lead or "",
            "body": render(article, "api"),
            **{name: getattr(article, name) or "" for name in SHORT_TEXT_FIELDS},
            "cover": picture_texts(article.cover),
            "corrections": [
                {"at": iso_datetime(each.corrected_at), "note": each.note}
                for each in article.corrections.all()
                if each.note
            ],
            "documents": [
                {"title": each.title, "url": absolute_url(each.address), "type": each.content_type, "size": each.size}
                for each in article.attachments.all()
                if each.title
            ],
        }


def picture(image: Image | None) -> Content | None:
    if image is None:
        return None
    width = max(image.widths)
    return {"url": absolute_url(image.address(width, "jpg")), "width": image.width, "height": image.height}


def picture_texts(image: Image | None) -> Content | None:
    """The texts of a picture in the active language."""
    return {name: getattr(image, name) or "" for name in ("alt", "caption", "credit")} if image else None


@json_view(max_age=300, keys=("limit", "cursor"))
def sources(request: HttpRequest) -> Content:
    def of(source: Source) -> Content:
        return {
            "short_name": by_language(source, "short_name"),
            "site": source.site_url,
            "active_from": source.active_from and source.active_from.isoformat(),
            "active_until": source.active_until and source.active_until.isoformat(),
            "successor": source.successor and source.successor.slug,
        }

    return things(request, "sources", Source.objects.select_related("successor"), of)


@json_view(max_age=300, keys=("limit", "cursor"))
def topics(request: HttpRequest) -> Content:
    return things(request, "topics", Topic.objects.public(), lambda topic: {})


@json_view(max_age=300, keys=("limit", "cursor"))
def people(request: HttpRequest) -> Content:
    return things(request, "people", Person.objects.public(), lambda person: {"office": by_language(person, "office")})


def things(request: HttpRequest, name: str, found: Any, more: Callable[[Any], Content]) -> Content:
    """A page of sources, topics or people in the order of their slugs, after the cursor."""
    limit = number_of(request, "limit", LONGEST_PAGE, LONGEST_PAGE)
    after = slug_of(request, "cursor")
    found = found.order_by("slug")
    page = list((found if after is None else found.filter(slug__gt=after))[: limit + 1])
    shown = [
        {"slug": each.slug, "name": by_language(each, "name"), "url": urls(each), **more(each)} for each in page[:limit]
    ]
    following = (
        f"{absolute_url(request.path)}?limit={limit}&cursor={page[limit - 1].slug}" if len(page) > limit else None
    )
    return {name: shown, "next": following}


@json_view(max_age=300, keys=("from", "to"))
def statistics(request: HttpRequest) -> Content:
    """How often the public articles were read, by day and language; in the last 30 days by default."""
    first, last = days(request)
    last = min(last or LATEST, timezone.localdate())
    first = max(first or last - timedelta(days=29), last - timedelta(days=LONGEST_SPAN - 1))
    public = DailyHits.objects.filter(day__range=(first, last), article__in=Article.objects.published()).order_by()
    by_day: Counter[date] = Counter()
    by_edition: Counter[str] = Counter()
    for day, edition, count in public.values_list("day", "edition").annotate(Sum("count")):
        by_day[day] += count
        by_edition[edition] += count
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "hits": by_day.total(),
        "by_day": [{"day": day.isoformat(), "hits": by_day[day]} for day in sorted(by_day)],
        "by_language": dict(sorted(by_edition.items())),
    }


def by_language(thing: Any, field: str) -> dict[str, str]:
    return {code: getattr(thing, f"{field}_{code}") or "" for code in TRANSLATIONS}


def urls(thing: Any) -> dict[str, str]:
    found = {}
    for code in TRANSLATIONS:
        with override(code):
            found[code] = absolute_url(thing.get_absolute_url())
    return found


def iso_datetime(value: datetime | None) -> str:
    return timezone.localtime(value).isoformat(timespec="seconds")
