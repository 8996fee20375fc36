"""Readers' pages: each view picks a queryset and a template."""

from datetime import date
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from news import article_page
from news.content import prefetch, video_players
from news.hits import counting
from news.hits.referrers import host_of
from news.media import attachments, images
from news.models import Article, Attachment, FrontSection, Image, Person, Source, Topic
from news.models.querysets import PAGE_SIZE, ArticleQuerySet, BadCursor, cursor_of
from news.pages import filters
from news.pages.front_page import load_front_page
from news.pages.old_addresses import answer_old_address
from news.periods import Period
from news.share_cards import article as article_cards
from news.syndication import json_ld
from portal import editions

WORDPRESS_KEYS = {"p", "page_id"}
"""By these WordPress had its articles on the front page's own address: /?p=123."""
HEADLINES = 5


def front(request: HttpRequest) -> HttpResponse:
    if request.GET.keys() & WORDPRESS_KEYS:
        raise Http404  # unless an old address says where it leads
    sections = FrontSection.objects.public().select_related("topic")
    return render(request, "news/front.html", load_front_page(sections) | {"structured": json_ld.of_front()})


def article(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Finds the article by its number; a wrong slug redirects to the right address."""
    found = Article.objects.readable().for_page().filter(pk=pk).first()
    if found is None:
        return withdrawn_article(request, pk)
    if request.path != found.get_absolute_url():
        # The old site may have had an article of its own with this number.
        return answer_old_address(request) or HttpResponsePermanentRedirect(found.get_absolute_url())
    edition = editions.current()
    if counting.is_reading(request.META) and not counting.is_staff(request):
        counting.record_hit(found.pk, edition.language, host_of(request.META.get("HTTP_REFERER", "")))
    context = article_page.context_of(prefetch.attach_related(found)) | {
        "tells_of_readings": bool(settings.CDN_SECONDS)
    }
    response = render(request, article_page.template_of(found), context)
    video_players.allow_players(response, found.body)
    response.subject = f"{found.pk} {edition.code}"  # type: ignore[attr-defined]  # portal.page_cache.door reads it
    return response


@csrf_exempt
@require_POST
def record_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Counts a reading of a page that a CDN served. The response is the same whether the article exists or not."""
    if not settings.CDN_SECONDS:
        raise Http404  # the request for the page itself was counted
    if counting.is_of_a_reader(request.META) and not counting.is_staff(request):
        counting.record_hit(pk, editions.current().language, host_of(request.GET.get("from", "")))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def withdrawn_article(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a withdrawn article: the reason and the replacement, and nothing of its own text."""
    withdrawn = get_object_or_404(Article.objects.withdrawn_after_publication().in_language(), pk=pk)
    replacement = (
        Article.objects.readable().filter(pk=withdrawn.replacement_id).first() if withdrawn.replacement_id else None
    )
    context = {
        "heading": _("This article was withdrawn"),
        "reason": withdrawn.withdrawal_reason,
        "replacement": replacement,
        "alternates": [],
    }
    response = render(request, "news/gone.html", context, status=HTTPStatus.GONE)
    patch_cache_control(response, no_cache=True)
    return response


class FeedView(TemplateView):
    """A page of articles, newest first; `?before=` continues after a cursor."""

    template_name = "news/feed.html"
    has_filters = False

    def get_queryset(self) -> ArticleQuerySet:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # The subject is looked up first: a feed of an unknown one is a 404 and not an empty list.
        articles, before = self.get_queryset(), self.request.GET.get("before")
        if self.has_filters:
            articles, chosen = filters.filter_articles(articles, self.request.GET.dict())
            kwargs["filters"] = filters.count_choices(articles, chosen)
        articles = articles.for_list()
        if before:
            try:
                articles = articles.before(before)
            except BadCursor as error:
                raise Http404 from error
        page = list(articles[: PAGE_SIZE + 1])
        more = len(page) > PAGE_SIZE
        return super().get_context_data(
            articles=page[:PAGE_SIZE],
            next_cursor=cursor_of(page[PAGE_SIZE - 1]) if more else None,
            is_first=not before,
            **kwargs,
        )


class AllNewsView(FeedView):
    has_filters = True

    def get_queryset(self) -> ArticleQuerySet:
        self.extra_context = {"structured": json_ld.of_feed()}
        return Article.objects.readable()


class SourceView(FeedView):
    template_name = "news/source.html"

    def get_queryset(self) -> ArticleQuerySet:
        sources = Source.objects.select_related("successor", "emblem")
        source: Source = get_object_or_404(sources, slug=self.kwargs["slug"])
        self.extra_context = {"source": source, "structured": json_ld.of_source(source)}
        return Article.objects.readable().filter(source=source)


class TopicView(FeedView):
    template_name = "news/topic.html"

    def get_queryset(self) -> ArticleQuerySet:
        topic = get_object_or_404(Topic.objects.public(), slug=self.kwargs["slug"])
        self.extra_context = {"topic": topic, "structured": json_ld.of_topic(topic)}
        return Article.objects.readable().filter(topics=topic)


class PersonView(FeedView):
    template_name = "news/person.html"

    def get_queryset(self) -> ArticleQuerySet:
        person: Person = get_object_or_404(
            Person.objects.public().select_related("photograph"), slug=self.kwargs["slug"]
        )
        self.extra_context = {"person": person, "structured": json_ld.of_person(person)}
        return Article.objects.readable().filter(people=person)


def headlines(request: HttpRequest) -> HttpResponse:
    """The newest titles for a frame on another site; `?source=` and `?topic=` narrow them."""
    articles, heading = Article.objects.readable(), _("All news")
    if slug := request.GET.get("topic"):
        topic = get_object_or_404(Topic.objects.public(), slug=slug)
        articles, heading = articles.filter(topics=topic), topic.name
    if slug := request.GET.get("source"):
        source = get_object_or_404(Source, slug=slug)
        articles, heading = articles.filter(source=source), source.name
    context = {"heading": heading, "articles": articles.for_list()[:HEADLINES]}
    return render(request, "embed/headlines.html", context)


class ArchiveView(FeedView):
    """The articles of a year, a month or a day, with links to the other periods."""

    template_name = "news/archive.html"

    def get_queryset(self) -> ArticleQuerySet:
        oldest = Article.objects.readable().order_by("publish_at").values_list("publish_at", flat=True).first()
        first_year = timezone.localtime(oldest).year if oldest else timezone.localdate().year
        context: dict[str, Any] = {"years": list(range(timezone.localdate().year, first_year - 1, -1)), "period": None}
        articles = Article.objects.readable()
        if self.kwargs:
            try:
                period = Period.parse(self.kwargs["year"], self.kwargs.get("month"), self.kwargs.get("day"))
            except ValueError as error:
                raise Http404 from error
            context |= {
                "period": period,
                "months": [date(period.year, month, 1) for month in range(1, 13)],
                "calendar": calendar_of(Period(period.year, period.month)),
                "weekdays": [date(2024, 1, day) for day in range(1, 8)],  # a week that began on Monday
            }
            articles = articles.within(*period.bounds)
        self.extra_context = context
        return articles


@require_safe
def image(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """A picture in one of its widths: for everybody once it is published, before that for editors only."""
    if public := Image.objects.public().filter(token=token).first():
        return images.respond_with_image(public, name, "public, max-age=300")
    # The user is looked up only if there is a session, so that the response to others depends on no cookie.
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.has_perm("news.view_image"):
        return images.respond_with_image(get_object_or_404(Image, token=token), name, "private, no-store")
    raise Http404


@require_safe
def file(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """An attached document, for everybody once it is on a public page, before that for editors only.

    Caches must revalidate it, so a withdrawn document disappears at once.
    """
    if public := Attachment.objects.public().filter(token=token).first():
        return attachments.respond_with_attachment(request, public, name, "public, no-cache")
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.has_perm("news.view_attachment"):
        return attachments.respond_with_attachment(
            request, get_object_or_404(Attachment, token=token), name, "private, no-store"
        )
    raise Http404


@require_safe
def card(request: HttpRequest, pk: int, version: str) -> HttpResponse:
    """The picture for sharing an article; the address of an older version redirects to the newest."""
    found = get_object_or_404(Article.objects.readable().select_related("source", "cover"), pk=pk)
    address = article_cards.card_address(found)
    return article_cards.card_response(found) if request.path == address else HttpResponseRedirect(address)


def calendar_of(period: Period) -> list[list[tuple[date, str | None] | None]]:
    """The weeks of a month; each day has an address if it has articles, and days of other months are None."""
    if not period.month:
        return []
    moments = Article.objects.readable().within(*period.bounds).datetimes("publish_at", "day")
    days = {timezone.localtime(moment).date() for moment in moments}

    def cell(day: date | None) -> tuple[date, str | None] | None:
        if day is None:
            return None
        return day, reverse("archive_day", args=[day.year, day.month, day.day]) if day in days else None

    return [[cell(day) for day in week] for week in period.weeks()]
