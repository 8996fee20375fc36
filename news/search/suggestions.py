"""Suggestions while somebody types, and another query when one found nothing."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from news.language.stemming import tokens
from news.models import Article
from news.models.querysets import ArticleQuerySet
from news.search.did_you_mean import similar_words
from news.search.engine import newest_places
from news.search.query import Query, parse_query
from news.search.transliteration import KAZAKH, other_keyboard, skeleton
from news.taxonomy import load_names

MOST, MOST_NAMES = 8, 4
RECENT = 1000
"""The newest articles whose titles are compared while somebody types."""
WORDS_TO_MEND, WORDS_TO_TRY = 3, 5


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


def suggest_query(text: str, query: Query, articles: ArticleQuerySet) -> str | None:
    """Another query that finds something: the same keys on the other keyboard, or the words spelt right."""
    for other in (other_keyboard(text, query.language), correct_spelling(text, query.language, articles)):
        if other != text and finds_articles(replace(query, terms=parse_query(other, query.language).terms), articles):
            return other
    return None


def correct_spelling(text: str, language: str, articles: ArticleQuerySet) -> str:
    """The text with the most similar word that finds something in the place of the first few that do not."""
    unknown = [
        word for word in dict.fromkeys(tokens(text)) if not finds_articles(parse_query(word, language), articles)
    ]
    for word in unknown[:WORDS_TO_MEND]:
        for candidate in similar_words(word, language)[:WORDS_TO_TRY]:
            if finds_articles(parse_query(candidate, language), articles):
                text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", candidate, text, flags=re.IGNORECASE)
                break
    return text


def finds_articles(query: Query, articles: ArticleQuerySet) -> bool:
    return query.has_words and bool(newest_places(articles, query, 1))
