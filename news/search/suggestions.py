"""Suggestions while somebody types."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from news.language.stemming import tokens
from news.models import Article
from news.models.querysets import ArticleQuerySet
from news.search.transliteration import KAZAKH, skeleton
from news.taxonomy import load_names

MOST, MOST_NAMES = 8, 4
RECENT = 1000
"""The newest articles whose titles are compared while somebody types."""


@dataclass(frozen=True)
class Suggestion:
    text: str
    address: str


def suggest_completions(text: str, articles: ArticleQuerySet, language: str) -> list[Suggestion]:
    """Sources, topics and people with these words in their name, then the newest articles with them in their title."""
    begun = words_of(text)
    if not begun:
        return []
    # Kazakh in another script is compared by its skeleton, which all spellings have in common.
    spelling: Callable[[str], str] = skeleton if language == "kk" and not KAZAKH.search(text) else str
    begun = [spelling(word) for word in begun]
    found = [
        Suggestion(name.text, name.address)
        for name in load_names(language)
        if has_words_beginning(name.text, begun, spelling)
    ]
    found = found[:MOST_NAMES]
    titles = articles.order_by("-publish_at", "-id").values_list("pk", "slug", "kind", "title")[:RECENT]
    for pk, slug, kind, title in titles:
        if has_words_beginning(title, begun, spelling):
            found.append(Suggestion(title, Article(pk=pk, slug=slug, kind=kind).get_absolute_url()))
        if len(found) == MOST:
            break
    return found


def has_words_beginning(text: str, begun: Sequence[str], spelling: Callable[[str], str]) -> bool:
    """Whether each of the words is the beginning of a word of the text."""
    if spelling is str and begun[-1] not in text.lower():
        return False
    words = [spelling(word) for word in words_of(text)]
    return all(any(word.startswith(each) for word in words) for each in begun)


@lru_cache(2 * RECENT)
def words_of(text: str) -> list[str]:
    return list(tokens(text))
