"""Other ways to read a query that finds nothing: keys of the other keyboard, a misspelt word, fewer words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress

from news.language.stemming import strict_stems, tokens
from news.models.querysets import ArticleQuerySet
from news.search.did_you_mean import similar_words
from news.search.engine import find_which, newest_places
from news.search.query import Query, Short, Term, join_abbreviations, parse_query, read_abbreviations
from news.search.transliteration import other_keyboard, skeleton
from news.search.words import Alternatives, read_words

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
    known = read_abbreviations(query.language)
    for other, sure in other_texts(text, query.language, articles, known):
        meant = replace(query, terms=parse_query(other, query.language, known=known).terms)
        if other != text.lower() and finds_articles(meant, articles):
            return Reading(meant, other, is_sure=sure)
    return leave_words_out(query, articles)


def other_texts(
    text: str, language: str, articles: ArticleQuerySet, known: Sequence[Short]
) -> Iterator[tuple[str, bool]]:
    """What the text may mean, the likeliest first, each with whether that is sure."""
    other = other_keyboard(text, language)
    yield other, True
    yield correct_spelling(text, language, articles, known)
    yield correct_spelling(other, language, articles, known)


def correct_spelling(text: str, language: str, articles: ArticleQuerySet, known: Sequence[Short]) -> tuple[str, bool]:
    """The text with the most similar word that finds something in the place of the first few that do not.

    And whether each of them has but one wrong letter.
    """
    queries = word_queries(tokens(text), language, known)
    if not queries:
        return text, False
    unknown = [
        word for word, is_known in zip(queries, find_which(articles, [*queries.values()]), strict=True) if not is_known
    ]
    text, is_sure = text.lower(), True
    for word in unknown[:WORDS_TO_MEND]:
        similar = similar_to_word(word, language)
        candidates = word_queries((candidate for candidate, _ in similar), language, known, as_typed=True)
        # As many are looked for where no word is similar: else the words of a draft would tell of themselves.
        padding = [queries[word]] * (WORDS_TO_TRY - len(similar))
        is_found = find_which(articles, [*(candidates[candidate] for candidate, _ in similar), *padding])
        for candidate, distance in compress(similar, is_found):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", candidate, text)
            is_sure = is_sure and distance <= SURE_DISTANCE
            break
    return text, is_sure


def word_queries(
    words: Iterable[str], language: str, known: Sequence[Short], *, as_typed: bool = False
) -> dict[str, Query]:
    """A query for each of the words, all of them read together."""
    read = read_words(list(words), language, as_typed=as_typed)
    return {word: Query(language, join_abbreviations([Term((found_by,))], known)) for word, found_by in read.items()}


def similar_to_word(word: str, language: str) -> list[tuple[str, int]]:
    """Words of titles that are similar to the word or to its stem, in their dictionary form, each with its distance."""
    typed = strict_stems(word, language)
    candidates = [candidate for spelt in typed for candidate in similar_words(spelt, language)[:WORDS_TO_TRY]]
    found: dict[str, int] = {}
    for candidate, found_by in read_words(candidates, language, as_typed=True).items():
        plain = dictionary_form(candidate, found_by, language)
        distance = min(wrong_letters(spelt, form) for spelt in typed for form in (candidate, plain))
        found[plain] = min(distance, found.get(plain, distance))
    return sorted(found.items(), key=lambda each: each[1])[:WORDS_TO_TRY]


def wrong_letters(typed: str, meant: str) -> int:
    """ы for и is one letter, but may be two sounds of a skeleton; е for ё is none."""
    return min(edit_distance(typed, meant), edit_distance(skeleton(typed), skeleton(meant)))


def dictionary_form(word: str, found_by: Alternatives, language: str) -> str:
    """мұздық of мұздықтарды; a word of another language as it is."""
    if language != "kk":
        return word
    likely = found_by.likely
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
