"""An article's text as HTML for those who get it: one chain for the page, the feeds, the API and letters."""

from collections.abc import Iterable, Mapping
from typing import Literal

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from news.absolute_urls import absolute_url, make_addresses_absolute
from news.content import glossary, headings, images, internal_links, video_players
from news.models import Article
from portal import editions

type Destination = Literal["page", "feed", "api", "letter"]


def render(
    article: Article,
    for_: Destination = "page",
    *,
    player_hosts: Iterable[str] = (),
    addresses: Mapping[str, str] | None = None,
) -> SafeString:
    """The sanitised text in the active language, with its pictures and its links to other articles.

    A page has everything: videos play from `player_hosts`, and terms of law are explained. All others are read without
    our scripts and styles, and away from our site: pictures come in one width, videos as links, and every address is
    whole. `addresses` are those of `internal_links.addresses`, to render several articles with one query for links.
    """
    is_page = for_ == "page"
    html = internal_links.resolve_links(images.body_with_pictures(article, is_plain=not is_page), addresses)
    if is_page:
        html = headings.add_anchors(html)
        html = _with_explanations(video_players.insert_players(html, player_hosts), article)
    else:
        html = make_addresses_absolute(video_players.insert_video_links(html), absolute_url(article.get_absolute_url()))
    return mark_safe(html)  # noqa: S308  (sanitised when it was stored; every step escapes what it adds)


def _with_explanations(html: str, article: Article) -> str:
    """With a button at the first of each term, and at the end of the text what these buttons open."""
    explanations = getattr(article, "explanations", None)  # `prefetch` loads them with what else a page needs
    if explanations is None:
        explanations = glossary.explanations()
    html, opened = glossary.explain_terms(html, explanations, editions.current().language)
    return html + render_to_string("components/explanations.html", {"opened": opened})
