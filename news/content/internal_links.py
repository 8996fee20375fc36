"""Links from one article to another: stored by the target's origin, shown with the address that it has now.

A body holds `<a href="article:<origin>">`. Readers get the address in their edition, or plain text while they cannot
open the target. A link names the origin and not the number, since an import gives an article another number.
"""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _

from news.markup.sanitizer import ARTICLE_LINK, SanitisedHTML
from news.models import TRANSLATIONS, Article, ArticleLink
from portal.editions import EDITIONS

PREFIXES = "|".join(re.escape(edition.prefix) for edition in EDITIONS)
OWN_PATH = re.compile(rf"(?:{PREFIXES})/news/([0-9]{{1,18}})-[^/]+/?")
OPENING = re.compile(r'<a href="([^"]+)"[^<>]*>')
LINK = re.compile(r'<a href="article:([^"]+)">((?:[^<]|<(?!a |/a>))*+)</a>')
"""Reliable in sanitised HTML only, where no link stands within another link."""


def address_of(article: Article) -> str:
    """The address that a body stores for a link to the article."""
    return f"article:{quote(article.origin_id, safe='')}"


def origin_of(address: str) -> str:
    """The origin in such an address; empty for any other address."""
    return unquote(address.removeprefix("article:")) if ARTICLE_LINK.fullmatch(address) else ""


def origins(bodies: Iterable[str]) -> set[str]:
    """The origins of all articles that the bodies link to."""
    return {unquote(origin) for body in bodies for origin, _text in LINK.findall(body or "")}


# When a text is written


def store_links_by_origin(body: SanitisedHTML) -> SanitisedHTML:
    """The body with addresses of our own articles that somebody pasted replaced by links by origin."""
    numbers = {address: number_of(unescape(address)) for address in OPENING.findall(body)}
    own = {number for number in numbers.values() if number}
    if not own:
        return body
    articles = Article.objects.only("origin_id").in_bulk(own)

    def replace(link: re.Match[str]) -> str:
        article = articles.get(numbers[link[1]] or 0)
        return f'<a href="{address_of(article)}">' if article else link[0]

    return SanitisedHTML(OPENING.sub(replace, body))


def number_of(address: str) -> int | None:
    """The article's number in an address of this site, in any edition; None for any other address."""
    try:
        parts = urlsplit(address)
    except ValueError:  # `//[x`, in a text stored before the sanitizer refused it or typed into a search box
        return None
    if parts.netloc not in ("", urlsplit(settings.SITE_URL).netloc):
        return None
    path = OWN_PATH.fullmatch(unquote(parts.path))
    return int(path[1]) if path else None


def record_links(articles: Iterable[Article]) -> None:
    """Stores anew to which articles the texts of these articles link. Whoever stores a text calls it."""
    articles = list(articles)
    ArticleLink.objects.filter(article__in=articles).delete()
    ArticleLink.objects.bulk_create(
        ArticleLink(article=article, language=code, target=origin)
        for article in articles
        for code in TRANSLATIONS
        for origin in sorted(origins([getattr(article, f"body_{code}")]))
    )


# When a text is read


def addresses(bodies: Iterable[str]) -> dict[str, str]:
    """Addresses in the active edition of the articles that the bodies link to, by origin; one query at most.

    Articles that readers of the edition cannot open are left out.
    """
    targets = origins(bodies)
    if not targets:
        return {}
    public = Article.objects.readable().filter(origin_id__in=targets)
    return {article.origin_id: article.get_absolute_url() for article in public.only("origin_id", "kind", "slug")}


def resolve_links(body: str, known: Mapping[str, str] | None = None) -> str:
    """A body whose links lead to the targets' addresses. Give the `addresses` of several bodies to save queries."""
    found = addresses([body]) if known is None else known

    def resolve(link: re.Match[str]) -> str:
        address = found.get(unquote(link[1]))
        return f'<a href="{escape(address)}">{link[2]}</a>' if address else link[2]

    return LINK.sub(resolve, body or "")


# When a link leads nowhere


def broken_links() -> QuerySet[ArticleLink]:
    """Links whose target readers of that language cannot open now. Links in withdrawn or deleted texts are left out."""
    works = Q()
    for code in TRANSLATIONS:
        target = Article.objects.published().filter(origin_id=OuterRef("target"), **{f"title_{code}__gt": ""})
        works |= Q(Exists(target), language=code)
    links = ArticleLink.objects.filter(article__deleted_at__isnull=True).exclude(article__status="withdrawn")
    return links.exclude(works).select_related("article").order_by("-article_id", "language", "target")


def why_unavailable(target: Article | None, code: str) -> str:
    """Why readers of this language cannot open the target now, in a sentence; empty when they can."""
    if target is None:
        return _("There is no such article any more.")
    if target.deleted_at:
        return _("The article is in the bin.")
    if target.status == Article.Status.WITHDRAWN:
        return _("The article was withdrawn.")
    if not getattr(target, f"title_{code}"):
        return _("The article has no text in this language.")
    if target.is_public:
        return ""
    if target.is_promised and target.publish_at:
        moment = timezone.localtime(target.publish_at)
        return _("The article is public from: %(moment)s") % {"moment": date_format(moment, "SHORT_DATETIME_FORMAT")}
    return _("The article is not published yet.")
