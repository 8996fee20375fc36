"""The search page, and the suggestions while somebody types."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from news.language.highlighting import mark_words, snippet
from news.markup.plain_text import plain_text
from news.models import Article
from news.models.querysets import BadCursor
from news.search.engine import COUNTED, Cursor, search_articles
from news.search.forms import SearchForm
from news.search.query import Query, clean_query
from news.search.saved import describe_search
from news.search.suggestions import suggest_completions, suggest_query
from news.taxonomy import load_names
from portal import editions


@dataclass(frozen=True)
class Found:
    """A result: an article with the words of the query marked."""

    article: Article
    title: SafeString
    snippet: SafeString

    @classmethod
    def of(cls, article: Article, query: Query) -> "Found":
        text = f"{article.lead or ''} {plain_text(article.body or '')}".strip()
        return cls(
            article,
            mark_words(article.title, query.stems, query.language),
            snippet(text, query.stems, query.language),
        )


def search_page(request: HttpRequest) -> HttpResponse:
    language = editions.current().language
    known = load_names(language)
    form = SearchForm(request.GET, known)
    context: dict[str, object] = {
        "form": form,
        "names": known,
        "is_narrowed": len(form.address) > 1,
        "counted": COUNTED,
        "results": None,
    }
    query = form.query(language) if form.is_valid() else None
    if query and query.has_words:
        context |= answer_query(query, form, request.GET.get("before", ""))
    return render(request, "news/search.html", context)


def answer_query(query: Query, form: SearchForm, before: str) -> dict[str, object]:
    try:
        cursor = Cursor.parse(before) if before else None
    except BadCursor as error:
        raise Http404 from error
    results = search_articles(Article.objects.readable(), query, cursor)
    following = results.next_cursor
    other = suggest_query(form.text, query, Article.objects.readable()) if results.total == 0 else None
    return {
        "results": results,
        "found": [Found.of(article, query) for article in results.articles],
        "is_first": cursor is None,
        "first_address": urlencode(form.address),
        "feed_title": describe_search(form),
        "next_address": urlencode(form.address | {"before": str(following)}) if following else "",
        "instead": other,
        "instead_address": urlencode(form.address | {"q": other}) if other else "",
        "without_filters": urlencode({"q": form.text}),
    }


def suggestions(request: HttpRequest) -> HttpResponse:
    edition = editions.current()
    found = [
        {"text": edition.transliterate(each.text), "address": each.address}
        for each in suggest_completions(
            clean_query(request.GET.get("q", "")), Article.objects.readable(), edition.language
        )
    ]
    return JsonResponse({"suggestions": found}, json_dumps_params={"ensure_ascii": False})
