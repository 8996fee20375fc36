"""Links from one article to another: kept by the other's origin, shown with the address it has now.

A body holds `<a href="article:<origin>">`. Readers get the address in their edition, or plain text while the other
article is not there for them. The origin, not the number: an archive brings an article in under another number.
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

from news.markup.sanitizer import KEPT_LINK, SanitisedHTML
from news.models import TRANSLATIONS, Article, ArticleLink
from portal.editions import EDITIONS

PREFIXES = "|".join(re.escape(edition.prefix) for edition in EDITIONS)
OWN_PATH = re.compile(rf"(?:{PREFIXES})/news/([0-9]{{1,18}})-[^/]+/?")
OPENING = re.compile(r'<a href="([^"]+)"[^<>]*>')
LINK = re.compile(r'<a href="article:([^"]+)">((?:[^<]|<(?!a |/a>))*+)</a>')
"""Exact, for sanitised HTML: a link is within one line, and never in another link."""


def address_of(article: Article) -> str:
    """What a body keeps of a link to it."""
    return f"article:{quote(article.origin_id, safe='')}"


def origin_of(address: str) -> str:
    """The other way round; empty for any other address."""
    return unquote(address.removeprefix("article:")) if KEPT_LINK.fullmatch(address) else ""


def origins(bodies: Iterable[str]) -> set[str]:
    return {unquote(origin) for body in bodies for origin, _text in LINK.findall(body or "")}


# When a text is written


def kept_by_origin(body: SanitisedHTML) -> SanitisedHTML:
    """With the addresses of our own articles, as somebody copied them, kept like links that were chosen."""
    numbers = {address: number_of(unescape(address)) for address in OPENING.findall(body)}
    wanted = {number for number in numbers.values() if number}
    if not wanted:
        return body
    there = Article.objects.only("origin_id").in_bulk(wanted)

    def kept(link: re.Match[str]) -> str:
        article = there.get(numbers[link[1]] or 0)
        return f'<a href="{address_of(article)}">' if article else link[0]

    return SanitisedHTML(OPENING.sub(kept, body))


def number_of(address: str) -> int | None:
    """The number in the address of an article of this site, in any edition; None for any other address."""
    parts = urlsplit(address)
    if parts.netloc not in ("", urlsplit(settings.SITE_URL).netloc):
        return None
    path = OWN_PATH.fullmatch(unquote(parts.path))
    return int(path[1]) if path else None


def write_down(articles: Iterable[Article]) -> None:
    """Which articles these lead to, read off their texts anew."""
    articles = list(articles)
    ArticleLink.objects.filter(article__in=articles).delete()
    ArticleLink.objects.bulk_create(
        ArticleLink(article=article, language=code, target=origin)
        for article in articles
        for code in TRANSLATIONS
        for origin in sorted(origins([getattr(article, f"body_{code}")]))
    )


# When it is read


def addresses(bodies: Iterable[str]) -> dict[str, str]:
    """Where these lead readers of the active edition: by origin, only what is there for them. One question at most."""
    wanted = origins(bodies)
    if not wanted:
        return {}
    there = Article.objects.published().in_language().filter(origin_id__in=wanted)
    return {article.origin_id: article.get_absolute_url() for article in there.only("origin_id", "kind", "slug")}


def resolved(body: str, known: Mapping[str, str] | None = None) -> str:
    """A body as readers get it. Give the `addresses` of several bodies to ask for them once."""
    known = addresses([body]) if known is None else known

    def shown(link: re.Match[str]) -> str:
        address = known.get(unquote(link[1]))
        return f'<a href="{escape(address)}">{link[2]}</a>' if address else link[2]

    return LINK.sub(shown, body or "")


# When it leads nowhere


def broken() -> QuerySet[ArticleLink]:
    """Links whose article readers of that language cannot open now; those of withdrawn and deleted texts apart."""
    whole = Q()
    for code in TRANSLATIONS:
        there = Article.objects.published().filter(origin_id=OuterRef("target"), **{f"title_{code}__gt": ""})
        whole |= Q(Exists(there), language=code)
    links = ArticleLink.objects.filter(article__deleted_at__isnull=True).exclude(article__status="withdrawn")
    return links.exclude(whole).select_related("article").order_by("-article_id", "language", "target")


def trouble(target: Article | None, code: str) -> str:
    """Why readers of this language cannot open it now; empty when they can."""
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
