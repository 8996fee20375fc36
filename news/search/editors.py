"""What editors find in the lists and pickers of the admin: by any form of a word, in any script, public or not."""

from collections.abc import Iterable

from news.language.stemming import stems, tokens
from news.models import TRANSLATIONS, Article
from news.models.search import LAST_UNDATED, article_at
from news.search.corrections import read_otherwise
from news.search.engine import COUNTED, newest_places
from news.search.query import Query, clean_query, parse_query
from news.search.transliteration import KAZAKH, may_lack_letters, other_keyboard, skeleton


def find_anywhere(text: str) -> set[int]:
    """The newest articles that contain the words in any language; if none does, by another reading of them."""
    text = clean_query(text)
    queries = [query for query in (parse_query(text, code) for code in TRANSLATIONS) if query.has_words]
    found = find_by_queries(queries)
    if found:
        return found
    readings = [read_otherwise(text, query, Article.objects.all()) for query in queries]
    return find_by_queries([reading.query for reading in readings if reading and reading.is_sure])


def find_by_queries(queries: Iterable[Query]) -> set[int]:
    articles = Article.objects.all()
    return {
        article_at(place)
        for query in queries
        for top in (None, LAST_UNDATED)
        for place in newest_places(articles, query, COUNTED, top)
    }


def find_by_name(text: str, names: Iterable[tuple[int, dict[str, str]]]) -> set[int]:
    """The numbers of the things that have each word of the text in one of their names, as it stands or its beginning.

    `names` has the number of each thing and its names by language. A text that nothing has is read by the other
    keyboard.
    """
    things = [(pk, [(word, code) for code, name in of.items() for word in tokens(name)]) for pk, of in names]
    for meant in (text, other_keyboard(text, TRANSLATIONS[0])):
        typed = list(tokens(clean_query(meant)))
        found = {pk for pk, words in things if typed and all(is_word_of(each, words) for each in typed)}
        if found:
            return found
    return set()


def is_word_of(typed: str, words: Iterable[tuple[str, str]]) -> bool:
    """Whether one of the words, each with its language, begins as the typed one does or is a form of it."""
    spelt = skeleton(typed) if not KAZAKH.search(typed) or may_lack_letters(typed) else ""
    return any(
        word.startswith(typed)
        or (code == "kk" and spelt and skeleton(word).startswith(spelt))
        or not set(stems(typed, code)).isdisjoint(stems(word, code))
        for word, code in words
    )
