"""The words of an article in one language, as both databases index them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.utils import timezone

from news.language.stemming import stems, tokens
from news.markup.plain_text import plain_text
from news.models import Article

LONGEST_TEXT = 10_000
"""Words of a text that are indexed: thirty pages. Their vector is far below PostgreSQL's limit of a megabyte."""

Words = list[tuple[str, ...]]
"""For each word of a text, in order, all stems by which it is found."""


@dataclass
class Document:
    title: Words
    lead: Words
    body: Words
    """The text of the article, then the titles and texts of the documents and the captions of the pictures that readers
    of the language get with it."""
    marks: list[str]
    """The source, kind, topics, people and date of the article, as words that no text can contain."""

    def vocabulary(self) -> set[str]:
        return {word for text in (self.title, self.lead, self.body) for found_by in text for word in found_by}

    def forms(self) -> set[str]:
        """The words as the texts have them."""
        return {found_by[0] for text in (self.title, self.lead, self.body) for found_by in text if found_by}

    def headwords(self) -> set[str]:
        return {found_by[0] for text in (self.title, self.lead) for found_by in text}


GAP: Words = [()] * 10
"""No phrase reaches from the text of an article into a document."""


def make_document(
    article: Article, language: str, topics: set[int], people: set[int], attached: Iterable[str] = ()
) -> Document:
    """`attached` are the titles and texts of documents, and captions."""
    return Document(
        title=index_words(getattr(article, f"title_{language}"), language),
        lead=index_words(getattr(article, f"lead_{language}"), language),
        body=[
            *index_words(plain_text(getattr(article, f"body_{language}") or ""), language),
            *(word for text in attached for word in (*GAP, *index_words(text, language))),
        ][: 2 * LONGEST_TEXT],
        marks=[
            make_mark("source", article.source_id),
            make_mark("kind", article.kind),
            *(make_mark("topic", pk) for pk in topics),
            *(make_mark("person", pk) for pk in people),
            *time_marks(article.publish_at),
        ],
    )


def index_words(text: str | None, language: str) -> Words:
    return [stems(word, language) for word in islice(tokens(text or ""), LONGEST_TEXT)]


def time_marks(moment: datetime | None) -> list[str]:
    if moment is None:
        return []
    day = timezone.localtime(moment)
    return [month_mark(day.year, day.month), year_mark(day.year)]


def month_mark(year: int, month: int) -> str:
    return make_mark("month", f"{year}-{month}")


def year_mark(year: int) -> str:
    return make_mark("year", year)


def make_mark(name: str, value: int | str) -> str:
    return f"#{name}-{value}"
