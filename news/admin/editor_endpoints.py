"""What the text editor requests from the server while somebody writes, and the page of broken links."""

import json
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from news.content import internal_links
from news.content.text import text_of
from news.editorial import spellcheck
from news.language.hunspell import Apart, NoAnswer, package_of
from news.markup.sanitizer import TooLong, sanitise
from news.models import TRANSLATIONS, Article, Person
from news.search import editors

MAX_RESULTS = 10
MAX_BROKEN_LINKS = 200
MAX_QUERY_LENGTH = 200


class EditorEndpointsMixin(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("clean/", view(self.clean_view), name="news_article_clean"),
            path("find/<str:code>/", view(require_safe(self.find_view)), name="news_article_find"),
            path("find-person/<str:code>/", view(require_safe(self.find_person_view)), name="news_article_find_person"),
            path("spelling/<str:code>/", view(self.spelling_view), name="news_article_spelling"),
            path("broken-links/", view(require_safe(self.broken_links_view)), name="news_article_broken_links"),
            *super().get_urls(),
        ]

    def clean_view(self, request: HttpRequest) -> HttpResponse:
        """Cleans pasted HTML in the same way as when it is saved."""
        self.require_writer(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            html = json.loads(request.body)["html"]
            clean = sanitise(html if isinstance(html, str) else "")
        except TooLong as refusal:
            return JsonResponse({"refused": refusal.message}, status=400)
        except (ValueError, KeyError, TypeError):
            return JsonResponse({"refused": "JSON: {html}"}, status=400)
        return JsonResponse({"html": internal_links.store_links_by_origin(clean)})

    def find_view(self, request: HttpRequest, code: str) -> JsonResponse:
        """Articles to link to from a text in this language, found by words, number, address or stored link."""
        self.require_writer(request, code)
        articles = (
            self.get_queryset(request).filter(deleted_at__isnull=True).order_by("-publish_at", "-id").defer("body")
        )
        return JsonResponse(
            {"found": [choice(each, code) for each in find_articles(articles, query_of(request), code)]}
        )

    def find_person_view(self, request: HttpRequest, code: str) -> JsonResponse:
        """People to quote in a text in this language, with name and office as readers see them."""
        self.require_writer(request, code)
        people = Person.objects.filter(words_in([f"name_{each}" for each in TRANSLATIONS], query_of(request)))
        choices = [
            {"title": getattr(each, f"name_{code}") or str(each), "detail": getattr(each, f"office_{code}") or ""}
            for each in people[:MAX_RESULTS]
        ]
        return JsonResponse({"found": choices})

    def spelling_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """The unknown words of the input in this language. The form's script reads them from this page."""
        self.require_writer(request, code)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        reader = spellcheck.Proofreader.of(code, Apart)
        unknown, trouble = [], ""
        try:
            if reader:
                typed = {f"{name}_{code}": request.POST.get(f"{name}_{code}", "") for name in ("title", "lead", "body")}
                text = text_of(Article(**typed | {f"body_{code}": sanitise(typed[f"body_{code}"])}), code)
                unknown = reader.unknown(text)
        except TooLong as refusal:
            trouble = str(refusal.message)
        except NoAnswer:
            trouble = _("The dictionary does not respond. Try again in a moment.")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Spelling"),
            "code": code,
            "package": package_of(code),
            "is_installed": reader is not None,
            "unknown": unknown,
            "trouble": trouble,
            "may_add": request.user.has_perm("news.add_knownword"),
        }
        return TemplateResponse(request, "admin/news/article/spelling.html", context)

    def broken_links_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        links = list(internal_links.broken_links()[: MAX_BROKEN_LINKS + 1])
        targets = {
            each.origin_id: each for each in Article.objects.filter(origin_id__in={link.target for link in links})
        }
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Broken links"),
            "links": [describe_broken_link(link, targets.get(link.target)) for link in links[:MAX_BROKEN_LINKS]],
            "are_more": len(links) > MAX_BROKEN_LINKS,
        }
        return TemplateResponse(request, "admin/news/article/broken_links.html", context)

    def require_writer(self, request: HttpRequest, code: str = TRANSLATIONS[0]) -> None:
        if code not in TRANSLATIONS:
            raise Http404
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied


def query_of(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:MAX_QUERY_LENGTH].strip()


def find_articles(articles: QuerySet[Article], query: str, code: str) -> list[Article]:
    """By number, address or origin; otherwise by whole words of any text, or by parts of words of the title."""
    number = int(query) if query.isdecimal() and len(query) < 10 else internal_links.number_of(query)
    origin = internal_links.origin_of(query)
    if number or origin:
        return list(articles.filter(Q(pk=number) if number else Q(origin_id=origin)))
    there = articles.filter(**{f"title_{code}__gt": ""})
    return list(there.filter(pk__in=editors.find_anywhere(query))[:MAX_RESULTS]) or list(
        there.filter(words_in([f"title_{code}"], query))[:MAX_RESULTS]
    )


def words_in(fields: list[str], query: str) -> Q:
    """Matches each word in any of the fields; matches nothing if there is no word."""
    condition = Q() if query else Q(pk=None)
    for word in query.split():
        forms = {word, word.lower(), word.capitalize()}  # SQLite ignores the case of Latin letters only
        condition &= Q(*((f"{field}__icontains", form) for field in fields for form in forms), _connector=Q.OR)
    return condition


def choice(article: Article, code: str) -> dict[str, Any]:
    return {
        "address": internal_links.address_of(article),
        "title": getattr(article, f"title_{code}") or str(article),
        "detail": internal_links.why_unavailable(article, code) or date_format(timezone.localtime(article.publish_at)),
    }


def describe_broken_link(link: Any, target: Article | None) -> dict[str, Any]:
    return {
        "article": link.article,
        "language": get_language_info(link.language)["name_translated"],
        "code": link.language,
        "target": target,
        "why": internal_links.why_unavailable(target, link.language),
    }
