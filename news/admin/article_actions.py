"""What may be done with articles in the admin: the verbs of `news.admin.actions` as buttons, list actions and pages."""

from django.contrib import admin, messages
from django.contrib.admin.options import Action, ActionLocation
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from news.admin.actions import VERBS, VerbForm
from news.editorial import bulk_edits, workflow
from news.models import Article

LARGEST_CHOICE = 200
"""Articles that one verb is done with at once; a page of the list holds fewer."""


class ArticleActionsMixin(admin.ModelAdmin):
    """Runs a verb on one article or on several, and tells the editor what became of each."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.verb_view)
        return [path("do/<str:name>/", view, name="news_article_verb"), *super().get_urls()]

    def get_actions(self, request, action_location=ActionLocation.CHANGE_LIST):
        """Each verb that the person's role allows; the choice of articles goes on to the verb's own page."""
        if action_location == ActionLocation.CHANGE_FORM:
            return {}  # a menu beside the verbs' buttons would take their place and lose what was typed
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)  # into the bin, one by one
        for verb in VERBS.values():
            if verb.may(request.user):
                label = str(verb.label)
                actions[verb.name] = Action(self.go_to(verb), verb.name, label, label, [action_location])
        return actions

    def go_to(self, verb):
        def action(model_admin, request, queryset):
            numbers = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True))
            return HttpResponseRedirect(f"{self.verb_address(verb)}?ids={numbers}")

        return action

    def verb_address(self, verb):
        return reverse("admin:news_article_verb", args=[verb.name])

    def verb_view(self, request, name):
        """One verb on one article or several: asks for what it needs, then does it and says what became of each."""
        verb = VERBS.get(name)
        if verb is None:
            raise Http404
        if not verb.may(request.user):
            raise PermissionDenied
        numbers = [int(number) for number in request.GET.get("ids", "").split(",") if number.isdecimal()][
            :LARGEST_CHOICE
        ]
        articles = [article for article in self.get_queryset(request).filter(pk__in=numbers) if verb.offered(article)]
        form = (verb.form or VerbForm)(request.POST if request.method == "POST" else None, articles=articles)
        if request.method == "POST" and form.is_valid():
            refused = [article for article in articles if not self.run(request, verb, article, form.arguments())]
            if not refused:
                return HttpResponseRedirect(self.after(articles))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": verb.label,
            "verb": verb,
            "articles": articles,
            "form": form,
        }
        return TemplateResponse(request, "admin/news/article/verb.html", context)

    def after(self, articles):
        if len(articles) == 1:
            return reverse("admin:news_article_change", args=[articles[0].pk])
        return reverse("admin:news_article_changelist")

    def run(self, request, verb, article, arguments):
        """Does it, and says so; or says what is missing."""
        try:
            verb.run(article, by=request.user, **arguments)
        except workflow.Refused as refusal:
            for sentence in refusal.sentences:
                messages.error(request, f"{article}: {sentence}")
            return False
        messages.success(request, verb.done % {"article": article})
        return True

    def response_add(self, request, obj, post_url_continue=None):
        return self.run_chosen(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self.run_chosen(request, obj) or super().response_change(request, obj)

    def run_chosen(self, request, article):
        """The verb whose button was pressed, on what has just been saved; then its page, or the form again."""
        if "_duplicate" in request.POST:
            return self.duplicate(request, article)
        verb = next((verb for name, verb in VERBS.items() if f"_{name}" in request.POST), None)
        if verb is None:
            return None
        if verb.form:
            return HttpResponseRedirect(f"{self.verb_address(verb)}?ids={article.pk}")
        self.run(request, verb, Article.objects.get(pk=article.pk), {})
        return HttpResponseRedirect(reverse("admin:news_article_change", args=[article.pk]))

    def duplicate(self, request, article):
        """Another article that begins as this one; what was typed here has been saved."""
        copy = bulk_edits.duplicate(Article.objects.get(pk=article.pk), by=request.user)
        messages.success(request, _("This is a new draft with the text of “%(article)s”.") % {"article": article})
        return HttpResponseRedirect(reverse("admin:news_article_change", args=[copy.pk]))

    def delete_model(self, request, obj):
        workflow.delete(obj, by=request.user)

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or (not obj.is_promised and obj.deleted_at is None))
