"""Feeds of an edition, source, topic, person or search: the newest articles in full.

An entry keeps its id even if its address changes. Articles that were corrected or withdrawn lately stand in the feed
again, because feed readers keep what they once fetched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from news.absolute_urls import absolute_url
from news.content import images as content_images
from news.content import internal_links
from news.content.render import render
from news.markup.plain_text import beginning_of
from news.media import images
from news.models import Article, Correction, Image, Person, Source, Topic
from news.models.querysets import ArticleQuerySet
from news.models.search import article_at
from news.search import saved
from news.search.engine import newest_places
from news.syndication import feed_formats
from news.syndication.feed_formats import FORMATS, Enclosure, Feed, FeedEntry, FeedLink, as_opml
from news.taxonomy import load_names
from portal import editions
from portal.editions import Edition
from portal.kazakh_scripts.pages import transliterate_page

NEWEST = 30
PICTURE_WIDTH = 1280
REPEATED_FOR = timedelta(days=30)
"""How long a correction or a withdrawal stays in the feeds; hardly any feed reader fetches less often."""
IDS = UUID("5f3c1f6e-0d55-4a55-9d43-3f1b3c2f7a10")
"""The namespace of all ids of entries and feeds. Never change it: every subscriber would get everything anew."""
DESCRIPTION = gettext_noop(
    "News of the Parliament of Kazakhstan: sittings, bills, committees and visits, in Kazakh, Russian and English."
)


def all_news_feed(request: HttpRequest, form: str) -> HttpResponse:
    return feed_response(request, form, Article.objects.all(), reverse("feed"), _("All news"))


def source_feed(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    source = get_object_or_404(Source, slug=slug)
    found, page = Article.objects.filter(source=source), source.get_absolute_url()
    return feed_response(request, form, found, page, source.name, f"source/{source.pk}")


def topic_feed(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    topic = get_object_or_404(Topic.objects.public(), slug=slug)
    found, page = Article.objects.filter(topics=topic), topic.get_absolute_url()
    return feed_response(request, form, found, page, topic.name, f"topic/{topic.pk}")


def person_feed(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    person = get_object_or_404(Person.objects.public(), slug=slug)
    found, page = Article.objects.filter(people=person), person.get_absolute_url()
    return feed_response(request, form, found, page, person.name, f"person/{person.pk}")


def search_feed(request: HttpRequest, form: str) -> HttpResponse:
    """The newest articles that a search finds.

    Withdrawn articles leave this feed without an entry, which would give away that their text has these words.
    """
    language = editions.current().language
    search = saved.valid_form(request.GET, load_names(language))
    if search is None:
        raise Http404
    places = newest_places(Article.objects.readable(), search.query(language), NEWEST)
    found = Article.objects.filter(pk__in=map(article_at, places))
    query_string = "?" + urlencode(search.address)
    page, title = reverse("search") + query_string, saved.describe_search(search)
    response = feed_response(request, form, found, page, title, f"search/{query_string}", query_string)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def opml(request: HttpRequest) -> HttpResponse:
    """A list of all feeds of the edition."""
    spelt = editions.current().transliterate
    groups = {
        spelt(_("Parliament News")): [feed_link(_("All news"), reverse("feed"), reverse("feed_file", args=["rss"]))],
        spelt(_("Sources")): [feed_link_of(each) for each in Source.objects.all()],
        spelt(_("Topics")): [feed_link_of(each) for each in Topic.objects.public()],
        spelt(_("People")): [feed_link_of(each) for each in Person.objects.public()],
    }
    title = f"{_('Parliament News')} – {editions.current().name}"
    return HttpResponse(as_opml(spelt(title), groups), content_type="text/x-opml; charset=utf-8")


def feed_link_of(thing: Source | Topic | Person) -> FeedLink:
    return feed_link(str(thing), thing.get_absolute_url(), thing.get_absolute_url() + "feed.rss")


def feed_link(title: str, page: str, feed: str) -> FeedLink:
    return FeedLink(editions.current().transliterate(title), absolute_url(feed), absolute_url(page))


def feed_response(
    request: HttpRequest,
    form: str,
    articles: ArticleQuerySet,
    page: str,
    title: str,
    name: str = "all",
    query_string: str = "",
) -> HttpResponse:
    """The response with a feed of the articles; of unpublished ones among them it has nothing.

    The feed's id is made of `name`, which must never change. `query_string` is part of the feed's address.
    """
    content_type, write = FORMATS[form]
    found = feed_articles(articles)
    leads_to = internal_links.addresses(each.body for each in found)
    entries = [entry(each, form, leads_to) for each in found]
    entries += [withdrawal(each, form) for each in withdrawn_articles(articles)]
    edition = editions.current()
    channel = Feed(
        id=lasting_id(name, edition.code),
        url=absolute_url(request.path + query_string),
        page=absolute_url(page),
        language=edition.lang,
        title=f"{title} – {_('Parliament News')}",
        description=_(DESCRIPTION),
        publisher=_("Parliament News"),
        icon=absolute_url(static("img/apple-touch-icon.png")),
        updated=max((each.updated for each in entries), default=datetime(1970, 1, 1, tzinfo=UTC)),
        entries=entries,
        hub="" if query_string else settings.WEBSUB_HUB,  # the hub is not notified of every search
    )
    response = HttpResponse(write(transliterate_feed(edition, channel)), content_type=f"{content_type}; charset=utf-8")
    # Caches may store it but must ask again each time, since the next article may come any second. It has no
    # Last-Modified: an entry may come or go without being the newest, and two may come in one second. The page cache
    # knows since when the whole feed is the same.
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    if channel.hub:
        response.headers["Link"] = f'<{channel.hub}>; rel="hub", <{channel.url}>; rel="self"'
    return response


def transliterate_feed(edition: Edition, channel: Feed) -> Feed:
    """The feed in the script of a derived edition, as `portal.middleware` does it for pages."""
    if not edition.is_derived:
        return channel
    spelt = edition.transliterate
    entries = [
        replace(
            each,
            title=spelt(each.title),
            summary=spelt(each.summary),
            html=transliterate_page(each.html, edition.lang, spelt),
            author=spelt(each.author),
            source=replace(each.source, name=spelt(each.source.name)),
            topics=[spelt(topic) for topic in each.topics],
        )
        for each in channel.entries
    ]
    return replace(
        channel,
        title=spelt(channel.title),
        description=spelt(channel.description),
        publisher=spelt(channel.publisher),
        entries=entries,
    )


def feed_articles(articles: ArticleQuerySet) -> list[Article]:
    """The newest articles, then others that were corrected lately, with all that their entries need."""
    public = articles.readable().select_related("source", "cover").order_by("-publish_at", "-id")
    newest = list(public[:NEWEST])
    lately = Correction.objects.order_by().filter(corrected_at__gte=timezone.now() - REPEATED_FOR)
    corrected = public.filter(pk__in=lately.values("article_id")).exclude(pk__in=[article.pk for article in newest])
    found = [*newest, *corrected[:NEWEST]]
    prefetch_related_objects(found, "topics", "corrections")
    content_images.attach_images(found)
    return found


def withdrawn_articles(articles: ArticleQuerySet) -> Iterable[Article]:
    lately = (
        articles.withdrawn_after_publication().in_language().filter(withdrawn_at__gte=timezone.now() - REPEATED_FOR)
    )
    return lately.select_related("source").order_by("-withdrawn_at")[:NEWEST]


def entry(article: Article, form: str, leads_to: Mapping[str, str]) -> FeedEntry:
    url = absolute_url(article.get_absolute_url())
    return FeedEntry(
        id=entry_id(article),
        url=url,
        title=article.title,
        summary=article.lead or beginning_of(article.body, 300),
        html=correction_notes(article) + render(article, "feed", addresses=leads_to),
        published=local_datetime(article.publish_at),
        updated=local_datetime(article.updated_at),
        author=article.byline or article.source.name,
        source=source_of(article, form),
        topics=[topic.name for topic in article.topics.all()],
        picture=picture(article.cover) if article.cover else None,
    )


def picture(cover: Image) -> Enclosure | None:
    width = cover.widest(PICTURE_WIDTH)
    length = images.rendition_length(cover, width, "jpg")
    return Enclosure(absolute_url(cover.address(width, "jpg")), "image/jpeg", length) if length else None


def withdrawal(article: Article, form: str) -> FeedEntry:
    """An entry that says that and why the article was withdrawn, with nothing of its text, not even in the address."""
    sentence = _("This article was withdrawn")
    return FeedEntry(
        id=entry_id(article),
        url=absolute_url(reverse("article", args=[article.pk, article.kind.replace("_", "-")])),
        title=sentence,
        summary=article.withdrawal_reason or sentence,
        html=format_html("<p>{}</p>", article.withdrawal_reason or sentence),
        published=local_datetime(article.publish_at),
        updated=local_datetime(article.withdrawn_at),
        author=article.source.name,
        source=source_of(article, form),
    )


def entry_id(article: Article) -> str:
    """Made from the article's origin, so that neither a new address nor a move to another portal changes it."""
    return lasting_id(article.origin_id, editions.current().code)


def lasting_id(name: str, edition: str) -> str:
    return uuid5(IDS, f"{name} {edition}").urn


def source_of(article: Article, form: str) -> feed_formats.SourceFeed:
    url = absolute_url(article.source.get_absolute_url())
    return feed_formats.SourceFeed(article.source.name, url, f"{url}feed.{form}")


def correction_notes(article: Article) -> str:
    return "".join(
        format_html(
            "<p><strong>{} {}:</strong> {}</p>",
            _("Corrected"),
            date_format(timezone.localtime(correction.corrected_at), "DATETIME_FORMAT"),
            correction.note,
        )
        for correction in article.corrections.all()
        if correction.note
    )


def local_datetime(value: datetime | None) -> datetime:
    assert value, "what is or was public has a datetime"  # noqa: S101
    return timezone.localtime(value)
