"""Other ways to read a query that finds nothing: keys of the other keyboard, a misspelt word, fewer words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from news.language.stemming import strict_stems, tokens
from news.models.querysets import ArticleQuerySet
from news.search.did_you_mean import similar_words
from news.search.engine import newest_places
from news.search.query import Query, Term, parse_query
from news.search.transliteration import other_keyboard, skeleton
from news.search.words import read_words

WORDS_TO_MEND, WORDS_TO_TRY = 3, 5
SURE_DISTANCE = 1
"""Wrong letters of a word whose correction is shown at once; of more, it is only offered."""
COUNTED = 50
"""Articles with a word, beyond which it is not rare."""


@dataclass(frozen=True)
class Reading:
    """A query that finds something, and how it differs from what was typed."""

    query: Query
    text: str = ""
    """What it is read as, if it is not what was typed."""
    left_out: tuple[str, ...] = ()
    """The words that it goes without."""
    is_sure: bool = True
    """Whether its results may be shown at once; else it is only offered."""


def read_otherwise(text: str, query: Query, articles: ArticleQuerySet) -> Reading | None:
    """The likeliest reading of a query that finds nothing as it is. None if no reading finds anything."""
    for other, sure in other_texts(text, query.language, articles):
        meant = replace(query, terms=parse_query(other, query.language).terms)
        if other != text.lower() and finds_articles(meant, articles):
            return Reading(meant, other, is_sure=sure)
    return leave_words_out(query, articles)


def other_texts(text: str, language: str, articles: ArticleQuerySet) -> Iterator[tuple[str, bool]]:
    """What the text may mean, the likeliest first, each with whether that is sure."""
    other = other_keyboard(text, language)
    yield other, True
    yield correct_spelling(text, language, articles)
    yield correct_spelling(other, language, articles)


def correct_spelling(text: str, language: str, articles: ArticleQuerySet) -> tuple[str, bool]:
    """The text with the most similar word that finds something in the place of the first few that do not.

    And whether each of them has but one wrong letter.
    """
    words = list(dict.fromkeys(tokens(text)))
    unknown = [word for word in words if not finds_articles(parse_query(word, language), articles)]
    text, is_sure = text.lower(), True
    for word in unknown[:WORDS_TO_MEND]:
        for candidate, distance in similar_to_word(word, language):
            if finds_articles(parse_query(candidate, language), articles):
                text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", candidate, text)
                is_sure = is_sure and distance <= SURE_DISTANCE
                break
    return text, is_sure


def similar_to_word(word: str, language: str) -> list[tuple[str, int]]:
    """Words of titles that are similar to the word or to its stem, in their dictionary form, each with its distance."""
    found: dict[str, int] = {}
    for spelt in strict_stems(word, language):
        for candidate in similar_words(spelt, language)[:WORDS_TO_TRY]:
            distance = edit_distance(skeleton(spelt), skeleton(candidate))
            plain = dictionary_form(candidate, language)
            found[plain] = min(distance, found.get(plain, distance))
    return sorted(found.items(), key=lambda each: each[1])[:WORDS_TO_TRY]


def dictionary_form(word: str, language: str) -> str:
    """мұздық of мұздықтарды; a word of another language as it is."""
    if language != "kk":
        return word
    likely = read_words([word], language)[word].likely
    return likely[1] if len(likely) > 1 and likely[1] in strict_stems(word, language) else word


def edit_distance(one: str, other: str) -> int:
    """How many letters must be put in, left out, changed or exchanged with the next to make one word of the other."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def leave_words_out(query: Query, articles: ArticleQuerySet) -> Reading | None:
    """The query without the words that keep it from finding anything, the rarest ones kept. None if none finds it."""
    wanted = [term for term in query.terms if not term.excluded]
    excluded = tuple(term for term in query.terms if term.excluded)
    if len(wanted) < 2:
        return None

    def with_terms(terms: list[Term]) -> Query:
        return replace(query, terms=(*(term for term in wanted if term in terms), *excluded))

    counts = {term: len(newest_places(articles, with_terms([term]), COUNTED)) for term in wanted}
    kept: list[Term] = []
    for term in sorted((term for term in counts if counts[term]), key=lambda term: counts[term]):
        if not kept or finds_articles(with_terms([*kept, term]), articles):
            kept.append(term)
    if not kept:
        return None
    return Reading(with_terms(kept), left_out=tuple(term.text for term in wanted if term not in kept))


def finds_articles(query: Query, articles: ArticleQuerySet) -> bool:
    return query.has_words and bool(newest_places(articles, query, 1))
