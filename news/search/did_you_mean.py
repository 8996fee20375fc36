"""“Did you mean”: finds words of titles and leads that are similar to a word that no text has.

The trigrams are made here and not by PostgreSQL's pg_trgm, which sees no Cyrillic letters in a C locale and does not
exist in SQLite. A word may come from a draft, so it is offered only if it finds published articles.
"""

from collections.abc import Collection

from django.db.models import Count

from news.models import SearchGram
from news.search.bulk_insert import insert_rows
from news.search.transliteration import skeleton

SHORTEST, LONGEST = 4, 40
MOST_CANDIDATES = 40
LIKE_ENOUGH = 0.4
"""The share of common trigrams in all trigrams of both words."""


def trigrams(word: str, language: str) -> list[str]:
    """The trigrams of a word. A Kazakh word has those of its skeleton, so it matches without Kazakh letters too.

    None for a word of hard and soft signs alone, which has no sounds.
    """
    padded = f" {skeleton(word) if language == 'kk' else word.replace('ё', 'е')} "
    return list(dict.fromkeys(padded[place : place + 3] for place in range(len(padded) - 2)))


def store_trigrams(words: Collection[str], language: str, known: set[str]) -> None:
    """Stores the trigrams of the words that are not in `known`, and adds the words to it."""
    words = {word for word in words if word.isalpha() and SHORTEST <= len(word) <= LONGEST} - known
    begun = {gram for word in words for gram in trigrams(word, language)[:1]}
    there = SearchGram.objects.filter(language=language, gram__in=begun, word__in=words).values_list("word", flat=True)
    new = sorted(words.difference(there))
    rows = [(language, gram, word) for word in new for gram in trigrams(word, language)]
    insert_rows(SearchGram, ["language", "gram", "word"], rows)
    known |= words


def similar_words(word: str, language: str) -> list[str]:
    """Words that are similar to this one, the most similar first."""
    own = set(trigrams(word, language))
    near = SearchGram.objects.filter(language=language, gram__in=own).exclude(word=word)
    shared = dict(near.values_list("word").annotate(n=Count("id")).order_by("-n", "word")[:MOST_CANDIDATES])
    likeness = {each: n / len(own | set(trigrams(each, language))) for each, n in shared.items()}
    return sorted(
        (each for each in likeness if likeness[each] >= LIKE_ENOUGH), key=lambda each: (-likeness[each], each)
    )
