"""What an article's page shows, the same to readers and in a preview: its template and its context."""

from typing import Any

from django.template.loader import select_template
from django.utils.translation import override

from news.models import Article
from news.share_cards import article as article_cards
from news.syndication import json_ld, share_links
from portal import editions

RELATED = 4


def template_of(article: Article) -> str:
    """The template of the article's kind, `news/article_<kind>.html`, if there is one; otherwise `news/article.html`.

    Django's loader caches both what it has found and what it has not, so this reads no file twice.
    """
    return select_template([f"news/article_{article.kind}.html", "news/article.html"]).template.name


def context_of(article: Article) -> dict[str, Any]:
    """What the template gets. The article brings its relations along (`news.content.prefetch.attach_related`)."""
    return {
        "article": article,
        "related": list(Article.objects.readable().for_list().related_to(article)[:RELATED]),
        "alternates": alternates_of(article),
        "card": article_cards.card_address(article),
        "share_links": share_links.links(article),
        "structured": json_ld.of_article(article),
    }


def alternates_of(article: Article) -> list[tuple[editions.Edition, str]]:
    """The address of the same article in each edition in which it exists."""
    pairs = []
    for edition in editions.EDITIONS:
        if edition.language in article.languages:
            with override(edition.code):
                pairs.append((edition, article.get_absolute_url()))
    return pairs
