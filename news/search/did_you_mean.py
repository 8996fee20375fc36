"""“Did you mean”: words of titles and leads that share most of their letters with one that no text has.

Threes of letters are ours and not PostgreSQL's pg_trgm, which sees no Cyrillic letters in a C locale and has no like
in SQLite. A word may come from a draft, so none is offered before published articles are found by it.
"""

from collections.abc import Collection

from django.db.models import Count

from news.models import SearchGram
from news.search.transliteration import skeleton

SHORTEST, LONGEST = 4, 40
MOST_CANDIDATES = 40
LIKE_ENOUGH = 0.4
"""Of all threes of both words, those they share."""


def grams(word: str, language: str) -> list[str]:
    """Of Kazakh, by what all its scripts have in common: a word typed without its own letters is near too."""
    padded = f" {skeleton(word) if language == 'kk' else word.replace('ё', 'е')} "
    return list(dict.fromkeys(padded[place : place + 3] for place in range(len(padded) - 2)))


def remember_spellings(words: Collection[str], language: str, known: set[str]) -> None:
    words = {word for word in words if word.isalpha() and SHORTEST <= len(word) <= LONGEST} - known
    begun = {grams(word, language)[0] for word in words}
    there = SearchGram.objects.filter(language=language, gram__in=begun, word__in=words).values_list("word", flat=True)
    new = sorted(words.difference(there))
    SearchGram.objects.bulk_create(
        [SearchGram(language=language, gram=gram, word=word) for word in new for gram in grams(word, language)],
        ignore_conflicts=True,
        batch_size=1000,
    )
    known |= words


def similar(word: str, language: str) -> list[str]:
    """The most like first."""
    own = set(grams(word, language))
    near = SearchGram.objects.filter(language=language, gram__in=own).exclude(word=word)
    shared = dict(near.values_list("word").annotate(n=Count("id")).order_by("-n")[:MOST_CANDIDATES])
    likeness = {each: n / len(own | set(grams(each, language))) for each, n in shared.items()}
    return sorted((each for each in likeness if likeness[each] >= LIKE_ENOUGH), key=lambda each: -likeness[each])
