"""The verbs of `news.editorial.workflow` as an editor meets them: a button on an article's form, an action in the list.

A verb that needs input (a note, reasons, a date) has a form, which is filled in on a page of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from news.editorial import bulk_edits, workflow
from news.models import TRANSLATIONS, Article, Source, Topic


class VerbForm(forms.Form):
    """The input of a verb; `arguments()` are the arguments of its function."""

    def __init__(self, *args: Any, articles: list[Article], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.articles = articles

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReturnForm(VerbForm):
    note = forms.CharField(label=_("What the writer should do"), max_length=500, widget=forms.Textarea({"rows": 3}))


class ScheduleForm(VerbForm):
    at = forms.SplitDateTimeField(label=_("Publication"), widget=AdminSplitDateTime)


class PublicNotesForm(VerbForm):
    """A sentence for readers in each language that any of the articles has."""

    argument = ""
    label: Promise | str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = {code for article in self.articles for code in workflow.newest_text(article).languages}
        for code in TRANSLATIONS:
            if code in languages:
                language = get_language_info(code)["name_translated"]
                self.fields[code] = forms.CharField(
                    label=f"{self.label} – {language}",
                    max_length=500,
                    widget=forms.Textarea({"rows": 2, "lang": code}),
                )
        self.order_fields([*TRANSLATIONS])

    def arguments(self) -> dict[str, Any]:
        notes = {code: self.cleaned_data.get(code, "") for code in TRANSLATIONS}
        others = {name: value for name, value in self.cleaned_data.items() if name not in TRANSLATIONS}
        return {self.argument: notes, **others}


class CorrectForm(PublicNotesForm):
    argument, label = "notes", _("What was corrected")


class WithdrawForm(PublicNotesForm):
    argument, label = "reasons", _("Why it is withdrawn")
    replacement = forms.IntegerField(
        label=_("Replaced by article №"),
        required=False,
        help_text=_("The number in the address of the article that readers should open instead."),
    )

    def clean_replacement(self) -> Article | None:
        number = self.cleaned_data["replacement"]
        if number is None:
            return None
        replacement = Article.objects.filter(pk=number).first()
        if replacement is None:
            raise forms.ValidationError(_("There is no article with this number."))
        return replacement


class TopicForm(VerbForm):
    topic: "forms.ModelChoiceField[Topic]" = forms.ModelChoiceField(Topic.objects.all(), label=capfirst(_("topic")))


class SourceForm(VerbForm):
    source: "forms.ModelChoiceField[Source]" = forms.ModelChoiceField(Source.objects.all(), label=capfirst(_("source")))


@dataclass(frozen=True)
class Verb:
    name: str
    label: Promise
    success: Promise
    """The message after it was done."""
    permissions: tuple[str, ...]
    """Any of them is enough."""
    applies_to: Callable[[Article], bool]
    """Whether it is possible in the state of this article."""
    run: Callable[..., str | None]
    """Does it; may return what it means for this article, as a sentence."""
    form: type[VerbForm] | None = None
    has_button: bool = True
    """On the article's form; the others are done from the list."""
    approves_text: bool = False
    """The person answers for the words, so `run` also takes the number of the revision that they have seen."""

    def is_allowed(self, user: User) -> bool:
        return any(map(user.has_perm, self.permissions))

    def is_offered(self, article: Article, user: User) -> bool:
        return self.has_button and self.is_allowed(user) and self.applies_to(article)


PUBLISH = ("news.publish_article",)
CHANGE = ("news.change_article",)
TRANSLATE = ("news.translate_article",)
DELETE = ("news.delete_article",)
VERBS = {
    verb.name: verb
    for verb in (
        Verb(
            "submit",
            _("Submit for review"),
            _("Submitted for review: “%(article)s”."),
            CHANGE + TRANSLATE,
            workflow.can_submit,
            workflow.submit,
        ),
        Verb(
            "return",
            _("Return to the writer"),
            _("Returned: “%(article)s”."),
            PUBLISH,
            workflow.can_return,
            workflow.return_to_writer,
            ReturnForm,
        ),
        Verb(
            "approve",
            _("Approve"),
            _("Approved: “%(article)s”."),
            PUBLISH,
            workflow.can_approve,
            workflow.approve,
            approves_text=True,
        ),
        Verb(
            "schedule",
            _("Schedule"),
            _("Scheduled: “%(article)s”."),
            PUBLISH,
            workflow.can_schedule,
            workflow.schedule,
            ScheduleForm,
            approves_text=True,
        ),
        Verb(
            "publish",
            _("Publish"),
            _("Published: “%(article)s”."),
            PUBLISH,
            workflow.can_publish,
            workflow.publish,
            approves_text=True,
        ),
        Verb(
            "correct",
            _("Correct"),
            _("Corrected: “%(article)s”."),
            PUBLISH,
            workflow.can_correct,
            workflow.correct,
            CorrectForm,
            approves_text=True,
        ),
        Verb(
            "withdraw",
            _("Withdraw"),
            _("Withdrawn: “%(article)s”."),
            PUBLISH,
            workflow.can_withdraw,
            workflow.withdraw,
            WithdrawForm,
        ),
        Verb(
            "restore",
            _("Restore"),
            _("Restored: “%(article)s”."),
            PUBLISH,
            workflow.can_restore,
            workflow.restore,
        ),
        Verb(
            "undelete",
            _("Take out of the bin"),
            _("Taken out of the bin: “%(article)s”."),
            DELETE,
            workflow.can_undelete,
            workflow.undelete,
        ),
        Verb(
            "add_topic",
            _("Add a topic to the selected articles"),
            _("Topic added: “%(article)s”."),
            CHANGE,
            workflow.can_edit,
            bulk_edits.add_topic,
            TopicForm,
            has_button=False,
        ),
        Verb(
            "change_source",
            _("Change the source of the selected articles"),
            _("Source changed: “%(article)s”."),
            CHANGE,
            workflow.can_edit,
            bulk_edits.change_source,
            SourceForm,
            has_button=False,
        ),
    )
}
