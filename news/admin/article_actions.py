"""The verbs of `news.admin.actions` as buttons on an article's form, as actions of the list and as pages."""

from django.contrib import admin, messages
from django.contrib.admin.options import Action, ActionLocation
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from news.admin.actions import VERBS, VerbForm
from news.admin.numbers import parse_number, parse_numbers
from news.editorial import bulk_edits, workflow
from news.editorial.errors import NewerText, Refused
from news.models import Article, Revision

LARGEST_CHOICE = 200
"""How many articles one verb may be run on at once; a page of the list holds fewer."""


class ArticleActionsMixin(admin.ModelAdmin):
    """Runs a verb on one article or on several, and reports the outcome for each."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.verb_view)
        return [path("do/<str:name>/", view, name="news_article_verb"), *super().get_urls()]

    def get_actions(self, request, action_location=ActionLocation.CHANGE_LIST):
        """Each verb that the person's role allows. It leads to the verb's own page, with the selected articles."""
        if action_location == ActionLocation.CHANGE_FORM:
            return {}  # a menu beside the verbs' buttons would take their place and lose what was typed
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)  # into the bin, one by one
        for verb in VERBS.values():
            if verb.is_allowed(request.user):
                label = str(verb.label)
                actions[verb.name] = Action(self.go_to(verb), verb.name, label, label, [action_location])
        return actions

    def go_to(self, verb):
        """The action that leads from the list to the verb's page."""

        def action(model_admin, request, queryset):
            numbers = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True)[:LARGEST_CHOICE])
            return HttpResponseRedirect(f"{self.verb_address(verb)}?ids={numbers}")

        return action

    def verb_address(self, verb):
        return reverse("admin:news_article_verb", args=[verb.name])

    def verb_view(self, request, name):
        """One verb on one article or several: asks for its input, then runs it and reports the outcome for each."""
        verb = VERBS.get(name)
        if verb is None:
            raise Http404
        if not verb.is_allowed(request.user):
            raise PermissionDenied
        numbers = parse_numbers(request.GET.get("ids", ""))[:LARGEST_CHOICE]
        newest = Revision.objects.filter(article=OuterRef("pk"), is_set_aside=False).order_by("-number")
        chosen = (
            self.get_queryset(request).filter(pk__in=numbers).annotate(newest=Subquery(newest.values("number")[:1]))
        )
        articles = [article for article in chosen if verb.applies_to(article)]
        for article in articles:
            article.seen = read_seen(request, article)
        form = (verb.form or VerbForm)(request.POST if request.method == "POST" else None, articles=articles)
        if request.method == "POST" and form.is_valid():
            arguments = form.arguments()
            failures = [
                article for article in articles if not self.run(request, verb, article, article.seen, arguments)
            ]
            if not failures:
                return HttpResponseRedirect(self.address_after(articles))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": verb.label,
            "verb": verb,
            "articles": articles,
            "form": form,
        }
        return TemplateResponse(request, "admin/news/article/verb.html", context)

    def address_after(self, articles):
        if len(articles) == 1:
            return reverse("admin:news_article_change", args=[articles[0].pk])
        return reverse("admin:news_article_changelist")

    def run(self, request, verb, article, seen, arguments):
        """Does it, and says so; or says what is missing. `seen` is the revision that the person has on the screen."""
        if verb.approves_text:
            arguments = {**arguments, "seen": seen}
        try:
            meaning = verb.run(article, by=request.user, **arguments)
        except NewerText as refusal:
            messages.error(request, describe_newer_text(article, refusal))
            return False
        except Refused as refusal:
            for sentence in refusal.sentences:
                messages.error(request, f"{article}: {sentence}")
            return False
        messages.success(request, f"{verb.success % {'article': article}} {meaning or ''}".strip())
        return True

    def response_add(self, request, obj, post_url_continue=None):
        return self.run_pressed(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self.run_pressed(request, obj) or super().response_change(request, obj)

    def run_pressed(self, request, article):
        """Runs the verb whose button was pressed, and shows its page or the form again. The form has been saved."""
        if "_duplicate" in request.POST:
            return self.duplicate(request, article)
        verb = next((verb for name, verb in VERBS.items() if f"_{name}" in request.POST), None)
        if verb is None:
            return None
        if verb.form:
            seen = f"&seen={article.seen}" if verb.approves_text else ""
            return HttpResponseRedirect(f"{self.verb_address(verb)}?ids={article.pk}{seen}")
        self.run(request, verb, Article.objects.get(pk=article.pk), article.seen, {})
        return HttpResponseRedirect(reverse("admin:news_article_change", args=[article.pk]))

    def duplicate(self, request, article):
        """Creates a copy of the article, which has just been saved, and opens it."""
        copy = bulk_edits.duplicate(Article.objects.get(pk=article.pk), by=request.user)
        messages.success(request, _("This is a new draft with the text of “%(article)s”.") % {"article": article})
        return HttpResponseRedirect(reverse("admin:news_article_change", args=[copy.pk]))

    def delete_view(self, request, object_id, extra_context=None):
        """Into the bin; where that cannot be done, the article's form says why."""
        article = self.get_object(request, unquote(object_id))
        if article is None or not super().has_delete_permission(request, article):
            return super().delete_view(request, object_id, extra_context)
        try:
            workflow.refuse_deletion(article)
            return super().delete_view(request, object_id, extra_context)
        except Refused as refusal:
            for sentence in refusal.sentences:
                messages.error(request, f"{article}: {sentence}")
            return HttpResponseRedirect(reverse("admin:news_article_change", args=[article.pk]))

    def delete_model(self, request, obj):
        workflow.delete(obj, by=request.user)

    def has_delete_permission(self, request, obj=None):
        """Whether the button is offered."""
        return super().has_delete_permission(request, obj) and (obj is None or workflow.can_delete(obj))


def read_seen(request, article):
    """The revision on the person's screen: what the page has carried along, and otherwise the newest there is now."""
    carried = request.POST.get(f"seen-{article.pk}", "") or request.GET.get("seen", "")
    seen = parse_number(carried)
    return article.newest if seen is None else seen


def describe_newer_text(article, refusal):
    address = reverse("admin:news_article_revision", args=[article.pk, refusal.newest.number])
    return format_html(
        '{}: {} <a href="{}?with={}">{}</a>', article, refusal, address, refusal.seen, _("What was changed")
    )
