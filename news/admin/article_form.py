"""The form of an article in the admin: its fields and how they are saved."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from news.admin.actions import VERBS
from news.admin.article_list import APPROVED, language_links, status_badge
from news.admin.body_widget import BodyEditor
from news.admin.cells import thumbnail
from news.admin.conflicts import ConflictChoice, read_answers
from news.admin.gallery_field import GalleryField
from news.admin.numbers import parse_number
from news.admin.publication_field import PublicationField
from news.content import glossary, internal_links
from news.editorial import revisions, workflow
from news.editorial.content import SETS, TEXTS, Content, format_datetime, show_content
from news.markup.sanitizer import TooLong, sanitise
from news.models import TRANSLATIONS, Article, Revision, Source
from news.models.article import SHORT_TEXT_FIELDS, TEXT_FIELDS
from news.slugs import make_slug


class ArticleForm(forms.ModelForm):
    """An article in all its languages."""

    class Meta:
        model = Article
        exclude = ["withdrawal_reason", "replacement"]  # noqa: DJ006  (the admin names what it shows)
        labels = {
            f"{name}_{code}": capfirst(label_for_field(name, Article, return_attr=False))
            for name in TEXT_FIELDS
            for code in TRANSLATIONS
        }
        widgets = {
            **{f"title_{code}": forms.Textarea({"lang": code, "rows": 2}) for code in TRANSLATIONS},
            **{f"lead_{code}": forms.Textarea({"lang": code, "rows": 3}) for code in TRANSLATIONS},
            **{f"body_{code}": BodyEditor(code) for code in TRANSLATIONS},
        }

    gallery = GalleryField(
        label=capfirst(Article._meta.get_field("gallery").verbose_name),
        required=False,
        help_text=Article._meta.get_field("gallery").help_text,
    )
    publish_at = PublicationField(
        label=capfirst(Article._meta.get_field("publish_at").verbose_name),
        required=False,
        help_text=Article._meta.get_field("publish_at").help_text,
    )
    base = forms.IntegerField(label="", required=False, widget=forms.HiddenInput)
    """The revision that the person began from."""
    compared = forms.IntegerField(label="", required=False, widget=forms.HiddenInput)
    """On the page of a conflict, the revision that the person's text was compared with."""

    editor: User
    """Who fills the form in; set by the admin."""
    attempt: revisions.Attempt | None = None
    """What is to be stored, under the lock of the article's row until the transaction ends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fills the form with the newest text, which may be newer than what readers see."""
        super().__init__(*args, **kwargs)
        self.conflicts: list[ConflictChoice] = []
        self.began_from: Revision | None = None
        if not self.instance.pk:
            return
        newest = revisions.latest(self.instance)
        self.began_from = revisions.find_base(self.instance, parse_number(str(self.data.get("base", ""))), newest)
        show_content(self.instance, newest.content)
        self.initial |= newest.content | {
            "base": newest.number,
            "source": self.instance.source_id,
            "cover": self.instance.cover_id,
            "publish_at": self.instance.publish_at,
        }
        if "publish_at" in self.fields:
            moment = self.began_from.content.get("publish_at")
            cast(PublicationField, self.fields["publish_at"]).shown = parse_datetime(moment) if moment else None

    def clean(self) -> None:
        super().clean()
        for code in self.languages():
            title, slug = (self.cleaned_data.get(f"{name}_{code}") or "" for name in ("title", "slug"))
            self.cleaned_data[f"title_{code}"] = " ".join(title.split())  # one line, however it was pasted
            self.cleaned_data[f"slug_{code}"] = make_slug(slug or title, code) if title else ""
            with suppress(TooLong):  # the model reports it beside the field
                body = sanitise(self.cleaned_data.get(f"body_{code}") or "")
                self.cleaned_data[f"body_{code}"] = internal_links.store_links_by_origin(body)
        if self.began_from and not self.errors:
            self.keep_untouched(self.began_from)
            self.merge(self.began_from)

    def languages(self) -> list[str]:
        """The languages that this form edits: all, or a translator's own."""
        return [code for code in TRANSLATIONS if f"title_{code}" in self.fields]

    def keep_untouched(self, base: Revision) -> None:
        """A text that comes back as it was shown is not tidied up: saving changes nothing that nobody changed."""
        for name in set(TEXTS) & set(self.fields):
            shown = base.content.get(name) or ""
            if shown and str(self.data.get(name, "")).replace("\r\n", "\n") == shown.replace("\r\n", "\n"):
                self.cleaned_data[name] = shown

    def merge(self, base: Revision) -> None:
        """Brings in what others saved since; where both changed one place, the person chooses."""
        compared = self.cleaned_data.get("compared")
        answers = read_answers(self.data)
        self.attempt = revisions.attempt(
            Article(pk=self.instance.pk),
            self.content(),
            by=self.editor,
            base=base.number,
            answers=answers,
            compared=compared,
        )
        self.check_moment(self.attempt)
        if self.attempt.undecided:
            self.ask_to_choose(self.attempt, answers if compared == self.attempt.newest.number else {}, compared)

    def check_moment(self, attempt: revisions.Attempt) -> None:
        """Readers have a public article: its moment can be another one that has passed; left empty, it stays."""
        content, newest = attempt.merged.content, attempt.newest.content
        if not attempt.article.is_public or content["publish_at"] == newest["publish_at"]:
            return
        if not content["publish_at"]:
            content["publish_at"] = newest["publish_at"]
        elif (moment := parse_datetime(content["publish_at"])) and moment > timezone.now():
            sentence = _("Readers have this article already: its moment can only be one that has passed.")
            self.add_error("publish_at", sentence)

    def ask_to_choose(self, attempt: revisions.Attempt, answers: Mapping[str, str], compared: int | None) -> None:
        kept = revisions.set_aside(attempt)
        self.conflicts = [
            ConflictChoice(decision, attempt, self.label_of(decision.field), answers.get(decision.key, ""))
            for decision in attempt.merged.decisions
        ]
        newest = attempt.newest
        values = {
            "name": newest.author_name or _("Somebody"),
            "moment": date_format(timezone.localtime(newest.created_at), "TIME_FORMAT"),
            "number": newest.number,
            "kept": kept.number,
        }
        if compared and compared != newest.number:
            sentence = _(
                "%(name)s saved once more at %(moment)s, while this page was open: below is what revision %(number)d "
                "says now. Choose again."
            )
        else:
            sentence = _(
                "%(name)s changed the same places at %(moment)s, while you wrote (revision %(number)d). Choose what to "
                "keep; your text is safe as revision %(kept)d."
            )
        self.add_error(None, sentence % values)
        sent: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, or in tests a dictionary
        sent["compared"] = str(newest.number)
        self.data = sent

    def label_of(self, name: str) -> Any:
        return self.fields[name.removesuffix("_id")].label

    def content(self) -> Content:
        """What was typed, as a revision keeps it; a translator types texts only."""
        data = self.cleaned_data
        content = {name: (data.get(name) or "") for name in TEXTS if name in self.fields}
        if "kind" not in self.fields:
            return content
        return content | {
            "kind": data["kind"],
            "source_id": data["source"].pk,
            "cover_id": data["cover"].pk if data.get("cover") else None,
            "gallery": data.get("gallery") or [],
            "publish_at": format_datetime(data.get("publish_at")),
            "pinned": data.get("pinned", False),
            **{name: sorted(each.pk for each in data.get(name, [])) for name in SETS},
        }


class ArticleFormMixin(admin.ModelAdmin):
    """How an article is written and saved."""

    form = ArticleForm
    fieldsets = [
        *(  # type: ignore[list-item]  # the stubs take no fieldsets that are not written one by one
            (
                dict(settings.LANGUAGES)[code],
                {
                    "classes": ["language", f"language-{code}"],
                    "fields": [
                        f"title_{code}",
                        f"lead_{code}",
                        f"body_{code}",
                        tuple(f"{name}_{code}" for name in SHORT_TEXT_FIELDS),
                        f"slug_{code}",
                    ],
                },
            )
            for code in TRANSLATIONS
        ),
        (_("Classification"), {"fields": [("kind", "source"), "topics", "people"]}),
        (_("Pictures"), {"fields": ["cover", "cover_preview", "gallery"]}),
        (_("Attachments"), {"fields": ["attachments"]}),
        (_("Publication"), {"fields": ["publish_at", "pinned", "base", "compared"]}),
    ]
    readonly_fields = ["cover_preview"]
    autocomplete_fields = ["topics", "people", "cover", "attachments"]
    save_on_top = True  # the form is long
    view_on_site = False  # the form shows the address in each language instead

    def get_form(self, request, obj=None, change=False, **kwargs):
        """A class made for this request, so that the form knows who fills it in."""
        form = super().get_form(request, obj, change, **kwargs)
        form.editor = request.user  # type: ignore[attr-defined]  # it is an ArticleForm
        return form

    def get_changeform_initial_data(self, request):
        """Preselects the source if only one is active today."""
        active = list(Source.objects.active()[:2])
        initial = {"source": active[0].pk} if len(active) == 1 else {}
        return initial | super().get_changeform_initial_data(request)

    @admin.display(description=_("chosen picture"))
    def cover_preview(self, article):
        return thumbnail(article.cover)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        context["conflicts"] = getattr(form, "conflicts", [])
        if obj:
            stored = self.get_queryset(request).get(pk=obj.pk)  # obj has the newest text on it
            context |= {
                "status": status_badge(stored),
                "stored": stored,
                "addresses": language_links(stored),
                "blockers": workflow.list_blockers(stored) if stored.stage != APPROVED else [],
                "inconsistencies": glossary.inconsistencies(obj),
                "verbs": [verb for verb in VERBS.values() if verb.is_offered(stored, request.user)],
                "may_duplicate": self.has_add_permission(request),
            }
        else:
            context["verbs"] = [VERBS[name] for name in ("submit", "publish") if VERBS[name].is_allowed(request.user)]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        """Saves a new article as a draft. What readers see of an existing one changes only by a verb."""
        if not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Stores what the form merged under the lock; the verbs are told which revision the person has seen."""
        if change:
            attempt = form.attempt
            revision = revisions.store(attempt)
            form.instance.seen = form.began_from.number if attempt.is_merged else revision.number
            if attempt.is_merged and attempt.merged.content != attempt.newest.content:
                messages.info(request, _("Somebody else saved meanwhile: the text has their changes and yours."))
        else:
            super().save_related(request, form, formsets, change)
            article = Article.objects.get(pk=form.instance.pk)  # without what the form put on it in memory
            form.instance.seen = revisions.begin(article, by=request.user).number
