"""Sitemaps: an index of parts and the articles of each, in every edition that search engines are to show.

A part has the articles of `PART` consecutive numbers, so nothing has to be counted to know the parts, and one in the
middle changes only with its articles. The index has no `lastmod`, since a true one would be expensive to compute.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from operator import methodcaller
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from news.absolute_urls import absolute_url
from news.models import TRANSLATIONS, Article, Person, Source, Topic
from news.syndication.feed_formats import NO_XML, timestamp
from portal import editions
from portal.replicas import reading_connection

PART = 5_000
"""Articles in one sitemap: some 4 MB with the addresses in other languages. The limits are 50,000 and 50 MB."""
NEWS_FOR = timedelta(days=2)
MOST_NEWS = 1_000
"""How long search engines take an article for news, and how many they accept."""
PAGES = ("front", "feed", "archive", "rates", "about", "privacy")

NAMESPACES = (
    ' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)
READABLE_PARTS = """
    SELECT part.column1 FROM (VALUES {parts}) AS part
    WHERE (
        SELECT id FROM news_article
        WHERE id >= part.column1 * {size} AND id < (part.column1 + 1) * {size}
            AND status = 'approved' AND title_{language} > '' AND publish_at <= %s
        ORDER BY id LIMIT 1
    ) IS NOT NULL
"""
"""Not EXISTS, for which PostgreSQL reads all articles of the language, once for each part."""


def index(request: HttpRequest) -> HttpResponse:
    addresses = [reverse("sitemap_pages")]
    for edition in indexed_editions():
        with override(edition.code):
            addresses += [reverse("sitemap_part", args=[number + 1]) for number in parts(edition.code)]
    return xml_response(
        "sitemapindex", (f"<sitemap><loc>{absolute_url(address)}</loc></sitemap>" for address in addresses)
    )


def pages(request: HttpRequest) -> HttpResponse:
    """The sitemap of all pages that are no articles."""
    found = addresses_by_edition(PAGES, reverse)
    for things in (Source.objects.all(), Topic.objects.public(), Person.objects.public()):
        found += addresses_by_edition(things, methodcaller("get_absolute_url"))
    return xml_response("urlset", (url_element(each, addresses) for addresses in found for each in addresses.values()))


def part(request: HttpRequest, part: int) -> HttpResponse:
    """The articles of one part in one edition, in the order of their numbers."""
    edition = editions.current()
    if not (edition in indexed_editions() and part in range(1, 1_000_000)):
        raise Http404
    texts = [f"{name}_{code}" for name in ("title", "slug") for code in TRANSLATIONS]
    articles = Article.objects.readable().filter(pk__gte=(part - 1) * PART, pk__lt=part * PART).order_by("pk")
    page = list(articles.only("kind", "publish_at", "released_at", *texts))
    entries = [
        url_element(addresses[edition.lang], addresses, f"<lastmod>{timestamp(article.updated_at)}</lastmod>")
        for article, addresses in zip(page, addresses_by_edition(page, article_address), strict=True)
    ]
    if not entries:
        raise Http404
    return xml_response("urlset", entries)


def news(request: HttpRequest) -> HttpResponse:
    """The articles of the last two days in all editions, newest first."""
    now = timezone.now()
    found = []
    for edition in indexed_editions():
        with override(edition.code):
            lately = Article.objects.readable().within(now - NEWS_FOR, now + timedelta(seconds=1))
            for article in lately.order_by("-publish_at", "-id").only("kind", "title", "slug", "publish_at")[
                :MOST_NEWS
            ]:
                found.append(
                    (
                        article.publish_at,
                        url_element(absolute_url(article_address(article)), {}, news_element(article, edition.lang)),
                    )
                )
    found.sort(reverse=True)
    return xml_response("urlset", (entry for _moment, entry in found[:MOST_NEWS]))


@require_safe
def indexnow_key(request: HttpRequest) -> HttpResponse:
    """The key by which search engines know that requests of `news.syndication.pings` come from this site."""
    if not settings.INDEXNOW_KEY:
        raise Http404
    return HttpResponse(settings.INDEXNOW_KEY, content_type="text/plain; charset=utf-8")


def news_element(article: Article, language: str) -> str:
    return (
        f"<news:news><news:publication><news:name>{escape_text(_('Parliament News'))}</news:name>"
        f"<news:language>{language}</news:language></news:publication>"
        f"<news:publication_date>{timestamp(article.publish_at)}</news:publication_date>"
        f"<news:title>{escape_text(article.title)}</news:title></news:news>"
    )


def parts(language: str) -> list[int]:
    """The parts in which the language has public articles, from 0 on."""
    last = Article.objects.order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return []
    numbers = ", ".join(f"({number})" for number in range(last // PART + 1))
    sql = READABLE_PARTS.format(parts=numbers, size=PART, language=language)
    connection = reading_connection()
    with connection.cursor() as cursor:
        cursor.execute(sql, [connection.ops.adapt_datetimefield_value(timezone.now())])
        return sorted(number for (number,) in cursor.fetchall())


def indexed_editions() -> list[editions.Edition]:
    """The editions that search engines are to show; derived ones only repeat a text in another script."""
    return [edition for edition in editions.EDITIONS if not edition.is_derived]


def addresses_by_edition[T](things: Iterable[T], address: Callable[[T], str]) -> list[dict[str, str]]:
    """For each thing its absolute addresses by language, in every edition that has it."""
    things = list(things)
    found: list[dict[str, str]] = [{} for _thing in things]
    for edition in indexed_editions():
        with override(edition.code):
            for thing, addresses in zip(things, found, strict=True):
                if path := address(thing):
                    addresses[edition.lang] = absolute_url(path)
    return found


def article_address(article: Article) -> str:
    """The article's address in the active language; empty if it has no text in it."""
    return article.title and article.get_absolute_url()


def url_element(location: str, others: dict[str, str], more: str = "") -> str:
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(other)}/>'
        for language, other in others.items()
    )
    return f"<url><loc>{escape(location)}</loc>{more}{links}</url>"


def escape_text(words: str) -> str:
    return escape(NO_XML.sub("", words))


def xml_response(root: str, entries: Iterable[str]) -> HttpResponse:
    document = f'<?xml version="1.0" encoding="utf-8"?>\n<{root}{NAMESPACES}>\n{"\n".join(entries)}\n</{root}>\n'
    response = HttpResponse(document, content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
