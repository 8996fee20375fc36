"""The words of law in the term base: where a text has them, in whatever form; what they mean; and whether an article
says them alike in all its languages.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from news.content.text import text_of
from news.language.highlighting import WORD, Span
from news.language.stemming import query_stems, stems, tokens
from news.models import Article, Term
from portal import editions
from portal.buttons import CLOSED, Button, with_buttons

IN_TEXT = {
    "kk": gettext_lazy("in the Kazakh text"),
    "ru": gettext_lazy("in the Russian text"),
    "en": gettext_lazy("in the English text"),
}
CLOSED_TO_EXPLANATIONS = CLOSED | {"blockquote", "cite", "th"}
"""What somebody else said, or a law says, stays as it is."""


class Explanation(NamedTuple):
    """In the language of an edition."""

    term: str
    text: str


class Explained(NamedTuple):
    """What the button of a term opens."""

    id: str
    explanation: Explanation


Phrase = list[tuple[str, ...]]
"""For each word of a term, the stems it is found by."""


class Finder:
    """Finds terms of one language, each under a key."""

    def __init__(self, terms: Mapping[int, str], language: str) -> None:
        self.language = language
        self.by_first: dict[str, list[tuple[Phrase, int]]] = defaultdict(list)
        """Under each stem of their first word."""
        for key, term in terms.items():
            phrase = [query_stems(word, language) for word in tokens(term)]
            for stem in phrase[0] if phrase else ():
                self.by_first[stem].append((phrase, key))
        # Few words are brought to their stems: a form begins as its stem.
        self.beginnings = {stem[:2] for stem in self.by_first}

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Where each begins and ends in a plain text, and its key; of several in one place, the longest."""
        words = [match.span() for match in WORD.finditer(text)]
        at = 0
        while at < len(words):
            length, key = self._at(text, words, at)
            if length:
                yield words[at][0], words[at + length - 1][1], key
            at += length or 1

    def _at(self, text: str, words: list[Span], at: int) -> tuple[int, int]:
        """How many words from here on are a term, and its key."""
        start = words[at][0]
        if text[start : start + 2].lower() not in self.beginnings:
            return 0, 0
        begun = [each for stem in self._stems(text, words[at]) for each in self.by_first.get(stem, ())]
        return max(
            ((len(phrase), key) for phrase, key in begun if self._goes_on(text, words, at, phrase)), default=(0, 0)
        )

    def _goes_on(self, text: str, words: list[Span], at: int, phrase: Phrase) -> bool:
        spans = words[at : at + len(phrase)]
        return len(spans) == len(phrase) and all(
            text[before[1] : span[0]].isspace() and not self._stems(text, span).isdisjoint(wanted)
            for before, span, wanted in zip(spans, spans[1:], phrase[1:], strict=False)
        )

    def _stems(self, text: str, span: Span) -> set[str]:
        return {stem for word in tokens(text[slice(*span)]) for stem in stems(word, self.language)}


def explanations() -> list[Explanation]:
    """What readers of the active language are told; `news.content.prefetch` adds it to a query each page makes."""
    code = editions.current().language
    known = Term.objects.filter(**{f"name_{code}__gt": "", f"explanation_{code}__gt": ""}).order_by("pk")
    return [Explanation(*texts) for texts in known.values_list(f"name_{code}", f"explanation_{code}")]


def explained(html: str, known: Iterable[Explanation], language: str) -> tuple[str, list[Explained]]:
    """The HTML, sanitised before, with a button over the first of each term; and what these open."""
    by_key = dict(enumerate(known, 1))
    finder = Finder({key: each.term for key, each in by_key.items()}, language)
    opened: dict[int, Explained] = {}

    def buttons(text: str) -> Iterator[Button]:
        for start, end, key in finder.find(text):
            if key not in opened:
                opened[key] = Explained(f"term-{len(opened) + 1}", by_key[key])
                yield Button(start, end, "term", opened[key].id, _("what it means"))

    return with_buttons(html, buttons, closed=CLOSED_TO_EXPLANATIONS), list(opened.values())


def inconsistencies(article: Article) -> list[str]:
    """For each term that one language of an article has and another lacks, a sentence for its editor."""
    texts = {code: text_of(article, code) for code in article.languages if getattr(article, f"body_{code}")}
    if len(texts) < 2:
        return []
    terms = list(Term.objects.all())
    has = {code: {key for *_, key in Finder(names_of(terms, code), code).find(text)} for code, text in texts.items()}
    return [
        _("“%(term)s” is %(here)s, but “%(counterpart)s” is not %(there)s.")
        % {
            "term": getattr(term, f"name_{here}"),
            "here": IN_TEXT[here],
            "counterpart": getattr(term, f"name_{there}"),
            "there": IN_TEXT[there],
        }
        for term in terms
        if (here := next((code for code in texts if term.pk in has[code]), None))
        for there in texts
        if term.pk not in has[there] and getattr(term, f"name_{there}")
    ]


def names_of(terms: Iterable[Term], language: str) -> dict[int, str]:
    return {term.pk: getattr(term, f"name_{language}") or "" for term in terms}
