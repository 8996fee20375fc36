"""The search page, and the suggestions while somebody types."""

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils.safestring import SafeString
from django.utils.translation import override

from news.language.highlighting import mark_words, snippet
from news.language.stemming import stems, tokens
from news.markup.plain_text import plain_text
from news.media.placements import shown_pictures
from news.models import Article, Image
from news.models.querysets import ArticleQuerySet, BadCursor
from news.search.corrections import Reading, finds_articles, read_otherwise
from news.search.engine import COUNTED, Cursor, Results, search_articles
from news.search.forms import AS_TYPED, SearchForm
from news.search.query import Query, Term, clean_query, parse_query
from news.search.saved import describe_search
from news.search.suggestions import suggest_completions
from news.taxonomy import Name, load_names
from portal import editions

MOST_NAMES = 3
MARKED = re.compile("<mark>([^<]*)</mark>")


@dataclass(frozen=True)
class Found:
    """A result: an article with the words of the query marked, in its title, its text or else in a document of it."""

    article: Article
    title: SafeString
    snippet: SafeString
    document: str = ""
    """The title of the document from which the snippet is, if it is from one."""
    is_caption: bool = False
    """Whether the snippet is from the caption of a picture."""

    @classmethod
    def of(cls, article: Article, query: Query) -> "Found":
        text = f"{article.lead or ''} {plain_text(article.body or '')}".strip()
        return cls(
            article,
            mark_words(article.title, query.stems, query.language),
            snippet(text, query.stems, query.language),
        )

    @property
    def is_marked(self) -> bool:
        return "<mark>" in self.title or "<mark>" in self.snippet


def mark_articles(articles: list[Article], query: Query) -> list[Found]:
    """The results. Where neither title nor text has a word, the passage is from a document or else from a caption."""
    found = [Found.of(article, query) for article in articles]
    for passages_of in (document_passages, caption_passages):
        unmarked = [each.article.pk for each in found if not each.is_marked]
        passages = passages_of(unmarked, query) if unmarked else {}
        found = [replace(each, **passages.get(each.article.pk, {})) for each in found]
    return found


def document_passages(articles: list[int], query: Query) -> dict[int, dict[str, Any]]:
    """By article, the passage of its first document with a word of the query, and that document's title."""
    title = f"attachment__title_{query.language}"
    through: Any = Article.attachments.through
    rows = through.objects.filter(article__in=articles, **{f"{title}__gt": ""}).order_by("-pk")
    passages = {}
    for article, named, text in rows.values_list("article_id", title, "attachment__stored_text__text"):
        passage = snippet(f"{named}. {text or ''}", query.stems, query.language)
        if "<mark>" in passage:
            passages[article] = {"snippet": passage, "document": named}
    return passages


def caption_passages(articles: list[int], query: Query) -> dict[int, dict[str, Any]]:
    """By article, the first caption of its pictures with a word of the query."""
    rows = Article.objects.filter(pk__in=articles).values_list("pk", "cover", "gallery", f"body_{query.language}")
    shown = {article: shown_pictures(*pictures) for article, *pictures in rows}
    images = Image.objects.filter(pk__in=set().union(*shown.values()))
    captions = dict(images.values_list("pk", f"caption_{query.language}"))
    passages = {}
    for article, numbers in shown.items():
        marked = (snippet(captions.get(pk) or "", query.stems, query.language) for pk in numbers)
        if passage := next((each for each in marked if "<mark>" in each), None):
            passages[article] = {"snippet": passage, "is_caption": True}
    return passages


@dataclass(frozen=True)
class OtherEdition:
    """Another edition in which the query finds something."""

    name: str
    lang: str
    address: str


def search_page(request: HttpRequest) -> HttpResponse:
    language = editions.current().language
    known = load_names(language)
    form = SearchForm(request.GET, known)
    context: dict[str, object] = {
        "form": form,
        "names": known,
        "is_narrowed": form.is_narrowed,
        "counted": COUNTED,
        "results": None,
        "alternates": in_each_edition(request, form),
    }
    query = form.query(language) if form.is_valid() else None
    # On an English keyboard «ө» is a minus, so өнер is typed as a query that only leaves words out.
    meant = read_otherwise(form.text, query, Article.objects.readable()) if query and not query.has_words else None
    if query and (query.has_words or meant):
        context |= answer_query(query, form, request.GET.get("before", ""), meant)
        context["named"] = find_named(query, known)
    return render(request, "news/search.html", context)


def in_each_edition(request: HttpRequest, form: SearchForm) -> list[tuple[editions.Edition, str]]:
    """The same question, with its filters, in each edition."""
    asked = f"?{urlencode(form.address)}" if form.address else ""
    return [(each, translate_url(request.path, each.code) + asked) for each in editions.EDITIONS]


def answer_query(query: Query, form: SearchForm, before: str, meant: Reading | None) -> dict[str, object]:
    try:
        cursor = Cursor.parse(before) if before else None
    except BadCursor as error:
        raise Http404 from error
    readable = Article.objects.readable()
    reading, results = read_query(query, form, readable, cursor, meant)
    found = mark_articles(results.articles, reading.query)
    following = results.next_cursor
    return {
        "results": results,
        "found": found,
        "is_first": cursor is None,
        "first_address": urlencode(form.address),
        "feed_title": describe_search(form),
        "next_address": urlencode(form.address | {"before": str(following)}) if following else "",
        "reading": reading,
        "respelt": respelt_text(query, found) if not reading.text else "",
        "typed_address": urlencode(form.address | AS_TYPED),
        "offered_address": urlencode(form.address | {"q": reading.text}) if reading.text else "",
        "without_filters": urlencode({"q": form.text}),
        "other_editions": [] if results.articles or cursor else find_in_other_editions(form),
    }


def read_query(
    query: Query, form: SearchForm, readable: ArticleQuerySet, cursor: Cursor | None, meant: Reading | None
) -> tuple[Reading, Results]:
    """The query as it was typed, or else the likeliest other reading that finds something; and what it finds.

    `meant` is the other reading where it is known already.
    """
    results = search_articles(readable, query, cursor) if query.has_words else Results([], 0, None)
    if results.articles or form.is_as_typed or (cursor and finds_articles(query, readable)):
        return Reading(query), results
    other = meant or read_otherwise(form.text, query, readable)
    if other is None:
        return Reading(query), results
    if not other.is_sure:
        return replace(other, query=query), results
    return other, search_articles(readable, other.query, cursor)


def respelt_text(query: Query, found: list[Found]) -> str:
    """The query in Kazakh letters, as far as its words, or other forms of them, are marked in what is shown.

    The words of drafts spell something too, and only what readers have may say so.
    """
    shown = [word for each in found for marked in MARKED.findall(each.title + each.snippet) for word in tokens(marked)]
    public = {stem for word in shown for stem in stems(word, query.language)}

    def with_public(term: Term) -> Term:
        words = [replace(word, respelt=public_spellings(word.respelt, public)) for word in term.words]
        return replace(term, words=tuple(words))

    return replace(query, terms=tuple(map(with_public, query.terms))).respelt


def public_spellings(words: tuple[str, ...], public: set[str]) -> tuple[str, ...]:
    """The first of the words that has a stem that public words have."""
    return next(((word,) for word in words if not public.isdisjoint(stems(word, "kk"))), ())


def find_named(query: Query, names: list[Name]) -> list[Name]:
    """The people, topics and sources that have all words of the query in their name, people first."""
    words = [word for term in query.terms if not term.excluded for word in term.words]
    found = [name for name in names if has_words(name, [set(word.likely) for word in words], query.language)]
    return sorted(found, key=lambda name: name.kind != "person")[:MOST_NAMES]


def has_words(name: Name, wanted: list[set[str]], language: str) -> bool:
    """Whether each of the words is one of the name's; and of a topic or source also the other way round."""
    of_name = [set(stems(word, language)) for word in tokens(name.text)]
    every = all(any(each & word for word in of_name) for each in wanted)
    return every and (name.kind == "person" or all(any(each & word for each in wanted) for word in of_name))


def find_in_other_editions(form: SearchForm) -> list[OtherEdition]:
    """The editions in other languages in which the words find something."""
    found = []
    for edition in editions.EDITIONS:
        if edition.language == editions.current().language or edition.is_derived:
            continue
        with override(edition.code):
            query = parse_query(form.text, edition.language)
            if finds_articles(query, Article.objects.readable()):
                address = f"{reverse('search')}?{urlencode({'q': form.text})}"
                found.append(OtherEdition(edition.name, edition.lang, address))
    return found


def suggestions(request: HttpRequest) -> HttpResponse:
    edition = editions.current()
    found = [
        {"text": edition.transliterate(each.text), "address": each.address}
        for each in suggest_completions(
            clean_query(request.GET.get("q", "")), Article.objects.readable(), edition.language
        )
    ]
    return JsonResponse({"suggestions": found}, json_dumps_params={"ensure_ascii": False})
