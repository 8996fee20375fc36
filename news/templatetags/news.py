"""Tags and filters for pages that show news."""

import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from news.api import dumps
from news.content import headings, images
from news.content.render import render
from news.markup.plain_text import beginning_of, plain_text
from news.models import Article, Attachment, Correction, Dump, Image
from portal.models import SiteSettings

register = template.Library()
register.filter("beginning", beginning_of)

WORDS_A_MINUTE = 180

# Characters that could end the script element or begin another one are written as JSON escapes.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@register.simple_tag
def with_title(attachments: Iterable[Attachment]) -> list[Attachment]:
    """The attachments that have a title in the active language."""
    return [each for each in attachments if each.title]


@register.simple_tag
def available_dump() -> Dump | None:
    """The newest dump, unless readers have lost something in it since."""
    dump = dumps.latest_dump()
    return None if dump is None or dumps.is_outdated(dump) else dump


@register.simple_tag
def json_ld(data: list[dict[str, Any]]) -> SafeString:
    """Prints dictionaries of `news.syndication.json_ld` as a script element that no headline can break out of."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308  (escaped)


@register.filter
def page_body(article: Article, site: SiteSettings) -> SafeString:
    """The article's text as its page shows it."""
    return render(article, "page", player_hosts=site.player_hosts)


@register.filter
def gallery(article: Article) -> list[Image]:
    """The pictures of the article's gallery."""
    return images.gallery_images(article)


@register.filter
def contents(article: Article) -> list[headings.Heading]:
    """The headings of a text that has enough of them to be lost in; none of a shorter one."""
    found = headings.list_headings(article.body)
    return found if len(found) >= headings.FEWEST else []


@register.filter
def reading_minutes(article: Article) -> int:
    """How long somebody reads it, at least a minute."""
    return max(1, round(len(plain_text(article.body or "").split()) / WORDS_A_MINUTE))


@register.filter
def newest_correction(article: Article) -> Correction | None:
    """The last one that says something in the active language; they come newest first."""
    return next((each for each in article.corrections.all() if each.note), None)
