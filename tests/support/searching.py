"""Articles in the search index, and what the search page finds of them."""

from urllib.parse import urlencode

from news.models import Article
from news.search.indexing import index_articles
from tests.support.factories import make_article


def make_found(**fields) -> Article:
    article = make_article(**fields)
    index_articles([article.pk])
    return article


def ids(client, q: str, prefix: str = "", **narrowed: str) -> list[int]:
    context = client.get(f"{prefix}/search/?{urlencode({'q': q, **narrowed})}").context
    return [each.article.pk for each in context.get("found", [])]
