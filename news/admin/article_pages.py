"""An article's pages in the admin beside its form: preview, preview links, statistics, messengers, quotations."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_safe

from news.admin.numbers import parse_number
from news.channels import texts
from news.hits import bar_chart, statistics
from news.models import Article
from news.models.preview_link import VALID_DAYS
from news.preview import links, views
from news.share_cards import quote
from portal import editions

LINKS = 50
"""The newest preview links of an article, which its page lists."""
SPANS = (30, 90, 365)
"""The days that the statistics can show; the first is the default."""


class LinkForm(forms.Form):
    days = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"),
        coerce=int,
        choices=[(1, gettext_lazy("1 day")), (7, gettext_lazy("7 days")), (30, gettext_lazy("30 days"))],
        initial=VALID_DAYS,
    )
    revision = forms.IntegerField(
        label=gettext_lazy("Revision"),
        required=False,
        min_value=1,
        help_text=gettext_lazy("Leave empty for the newest text, even if somebody continues writing."),
    )

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.article = article

    def clean_revision(self) -> Any:
        number = self.cleaned_data["revision"]
        if number is None:
            return None
        revision = self.article.revisions.filter(number=number).first()
        if revision is None:
            raise forms.ValidationError(_("The article has no revision with this number."))
        return revision


class ArticlePagesMixin(admin.ModelAdmin):
    """The pages of an article besides Django's own."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/preview/<str:code>/", view(self.preview_view), name="news_article_preview"),
            path("<int:pk>/links/", view(self.links_view), name="news_article_links"),
            path("<int:pk>/statistics/", view(self.statistics_view), name="news_article_statistics"),
            path("<int:pk>/messengers/", view(self.messengers_view), name="news_article_messengers"),
            path("<int:pk>/quotations/", view(require_safe(self.quotations_view)), name="news_article_quotations"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """The newest text, or that of `?revision=`, in the language of an edition."""
        article = self.article_for(request, pk)
        revision = None
        if "revision" in request.GET:
            number = request.GET["revision"]
            if not number.isdecimal() or len(number) > 9:
                raise Http404
            revision = get_object_or_404(article.revisions, number=int(number))
        state = links.state_of(article, revision)
        show = require_safe(views.private_response(views.preview_page))
        return show(request, state, revision, code, lambda code: reverse("admin:news_article_preview", args=[pk, code]))

    def links_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Creates links for people without an account, which are shown only once, and revokes them."""
        article = self.article_for(request, pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        if revoked := request.POST.get("revoke"):
            link = get_object_or_404(article.preview_links, pk=parse_number(revoked))
            links.revoke_link(link, by=cast(User, request.user))
            messages.success(request, _("The link was revoked and no longer works."))
            return HttpResponseRedirect(request.path)
        state = links.state_of(article, None)
        can_link = links.can_link(article)
        form = LinkForm(request.POST if request.method == "POST" and can_link else None, article=article)
        new_links = []
        if request.method == "POST" and form.is_valid():
            token = links.create_link(article, by=cast(User, request.user), **form.cleaned_data)
            languages = links.state_of(article, form.cleaned_data["revision"]).languages
            new_links = [
                (edition, request.build_absolute_uri(reverse("preview", args=[token, edition.code])))
                for edition in editions.EDITIONS
                if edition.code in languages
            ]
        context = {
            **self.context_of(request, article, _("Links for people without an account")),
            "form": form,
            "new_links": new_links,
            "is_written": bool(state.languages),
            "can_link": can_link,
            "links": article.preview_links.select_related("made_by", "revision").defer("revision__content")[:LINKS],
        }
        response = TemplateResponse(request, "admin/news/article/links.html", context)
        response.headers["Cache-Control"] = "no-store, private"
        return response

    def statistics_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self.article_for(request, pk)
        readings = statistics.readings_of_article(article)
        number = request.GET.get("days", "")
        days = int(number) if number in map(str, SPANS) else SPANS[0]
        today = timezone.localdate()
        labels = {edition.code: edition.label for edition in editions.EDITIONS}
        context = {
            **self.context_of(request, article, _("Statistics")),
            "readings": readings,
            "chart": bar_chart.draw_bars(readings.by_day, today, days, width=900, height=240),
            "by_edition": [
                (labels.get(code, code), count, 100 * count / sum(readings.by_day.values()))
                for code, count in readings.by_edition
            ],
            "by_day": sorted(
                ((day, count) for day, count in readings.by_day.items() if day > today - timedelta(days=days)),
                reverse=True,
            ),
            "by_site": [(host, count, 100 * count / readings.counted) for host, count in readings.by_site],
            "days": days,
            "spans": SPANS,
        }
        return TemplateResponse(request, "admin/news/article/statistics.html", context)

    def messengers_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The article's posts in channels, and drafts to copy into messengers that have no API for us."""
        article = self.article_for(request, pk)
        state = article if article.is_public else links.state_of(article, None)
        drafts = []
        for edition in editions.EDITIONS:
            if edition.code in state.languages:
                with override(edition.code):
                    drafts.append((edition, texts.whatsapp_draft(state), texts.facebook_draft(state)))
        context = {
            **self.context_of(request, article, _("Messengers")),
            "drafts": drafts,
            "posts": article.posts.select_related("channel").order_by("channel__name"),
            "may_see_posts": request.user.has_perm("news.view_channelpost"),
        }
        return TemplateResponse(request, "admin/news/article/messengers.html", context)

    def quotations_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The quotations of the newest text; with `?edition=&quotation=&size=` one of them as a picture."""
        article = self.article_for(request, pk)
        state = links.state_of(article, None)
        by_edition = []
        for edition in editions.EDITIONS:
            if edition.language in state.languages:
                with override(edition.code):
                    by_edition.append((edition, quote.quotations(state)))
        if "size" in request.GET:
            code, number, size = (request.GET.get(key, "") for key in ("edition", "quotation", "size"))
            of_edition = {edition.code: dict(enumerate(quotations, 1)) for edition, quotations in by_edition}
            quotation = of_edition.get(code, {}).get(int(number) if number.isdecimal() and len(number) < 9 else 0)
            if quotation is None or size not in quote.SIZES:
                raise Http404
            with override(code):
                return HttpResponse(quote.picture_of(state, quotation, size), content_type="image/png")
        context = {
            **self.context_of(request, article, _("Quotations as pictures")),
            "found": [each for each in by_edition if each[1]],
            "sizes": quote.SIZES,
        }
        return TemplateResponse(request, "admin/news/article/quotes.html", context)

    def article_for(self, request: HttpRequest, pk: int) -> Article:
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        return article

    def context_of(self, request: HttpRequest, article: Article, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "article": article}
