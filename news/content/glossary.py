"""Terms of law: finds them in a text in any grammatical form, explains them to readers, and checks that all
languages of an article use them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from news.content.text import text_of
from news.language.highlighting import WORD, Span
from news.language.stemming import stems, strict_stems, tokens
from news.models import Article, Term
from portal import editions
from portal.buttons import WITHOUT_BUTTONS, Button, add_buttons

IN_TEXT = {
    "kk": gettext_lazy("in the Kazakh text"),
    "ru": gettext_lazy("in the Russian text"),
    "en": gettext_lazy("in the English text"),
}
"""Languages have cases, so these are whole phrases; a language without one here is called by its name."""
CLOSED_TO_EXPLANATIONS = WITHOUT_BUTTONS | {"blockquote", "cite", "th"}
"""Elements without buttons: a quotation stays as the speaker or the law has it."""


class Explanation(NamedTuple):
    """A term and its meaning in one language."""

    term: str
    text: str


class TermPopover(NamedTuple):
    """The popover that the button of a term opens."""

    id: str
    explanation: Explanation


Phrase = list[tuple[str, ...]]
"""For each word of a term, the stems by which it is found."""


class Finder:
    """Finds the terms of one language in a text. Each term is given and returned by a key."""

    def __init__(self, terms: Mapping[int, str], language: str) -> None:
        self.language = language
        self.by_first: dict[str, list[tuple[Phrase, int]]] = defaultdict(list)
        """The terms by each stem of their first word."""
        for key, term in terms.items():
            phrase = [strict_stems(word, language) for word in tokens(term)]
            for stem in phrase[0] if phrase else ():
                self.by_first[stem].append((phrase, key))
        # A form begins with the letters of its stem, so most words need not be stemmed at all.
        self.beginnings = {stem[:2] for stem in self.by_first}

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yields start, end and key of each term in a plain text. Where several terms begin, the longest counts."""
        words = [match.span() for match in WORD.finditer(text)]
        at = 0
        while at < len(words):
            length, key = self._match_at(text, words, at)
            if length:
                yield words[at][0], words[at + length - 1][1], key
            at += length or 1

    def _match_at(self, text: str, words: list[Span], at: int) -> tuple[int, int]:
        """The number of words of the term that begins at this word, and its key; zeros when none does."""
        start = words[at][0]
        if text[start : start + 2].lower() not in self.beginnings:
            return 0, 0
        candidates = [each for stem in self._stems(text, words[at]) for each in self.by_first.get(stem, ())]
        return max(
            ((len(phrase), key) for phrase, key in candidates if self._matches_rest(text, words, at, phrase)),
            default=(0, 0),
        )

    def _matches_rest(self, text: str, words: list[Span], at: int, phrase: Phrase) -> bool:
        spans = words[at : at + len(phrase)]
        return len(spans) == len(phrase) and all(
            text[before[1] : span[0]].isspace() and not self._stems(text, span).isdisjoint(expected)
            for before, span, expected in zip(spans, spans[1:], phrase[1:], strict=False)
        )

    def _stems(self, text: str, span: Span) -> set[str]:
        return {stem for word in tokens(text[slice(*span)]) for stem in stems(word, self.language)}


def explanations() -> list[Explanation]:
    """All explanations in the active language. `news.content.prefetch` gets the same with a query of the page."""
    code = editions.current().language
    written = {f"name_{code}__gt": "", f"explanation_{code}__gt": ""}
    terms = Term.objects.filter(is_waiting=False, **written).order_by("pk")
    return [Explanation(*texts) for texts in terms.values_list(f"name_{code}", f"explanation_{code}")]


def explain_terms(html: str, explanations: Iterable[Explanation], language: str) -> tuple[str, list[TermPopover]]:
    """Puts a button at the first place of each term in sanitised HTML; returns the HTML and the buttons' popovers."""
    by_key = dict(enumerate(explanations, 1))
    finder = Finder({key: each.term for key, each in by_key.items()}, language)
    popovers: dict[int, TermPopover] = {}

    def buttons(text: str) -> Iterator[Button]:
        for start, end, key in finder.find(text):
            if key not in popovers:
                popovers[key] = TermPopover(f"term-{len(popovers) + 1}", by_key[key])
                yield Button(start, end, "term", popovers[key].id, _("what it means"))

    return add_buttons(html, buttons, closed=CLOSED_TO_EXPLANATIONS), list(popovers.values())


def inconsistencies(article: Article) -> list[str]:
    """Sentences for the editor: one for each term that stands in one language of an article and not in another."""
    texts = {code: text_of(article, code) for code in article.languages if getattr(article, f"body_{code}")}
    if len(texts) < 2:
        return []
    terms = list(Term.objects.all())
    has = {code: {key for *_, key in Finder(names_of(terms, code), code).find(text)} for code, text in texts.items()}
    return [
        _("“%(term)s” is %(here)s, but “%(counterpart)s” is not %(there)s.")
        % {
            "term": getattr(term, f"name_{here}"),
            "here": in_text(here),
            "counterpart": getattr(term, f"name_{there}"),
            "there": in_text(there),
        }
        for term in terms
        if (here := next((code for code in texts if term.pk in has[code]), None))
        for there in texts
        if term.pk not in has[there] and getattr(term, f"name_{there}")
    ]


def in_text(language: str) -> str:
    if language in IN_TEXT:
        return str(IN_TEXT[language])
    return _("in the text (%(language)s)") % {"language": dict(settings.LANGUAGES).get(language, language)}


def names_of(terms: Iterable[Term], language: str) -> dict[int, str]:
    return {term.pk: getattr(term, f"name_{language}") or "" for term in terms}
