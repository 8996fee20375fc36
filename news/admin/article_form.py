"""The form of an article in the admin: its fields, how they are saved and how unsaved input is autosaved."""

from contextlib import suppress
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from news.admin.actions import VERBS
from news.admin.article_list import APPROVED, addresses, standing
from news.admin.body_widget import BodyEditor
from news.admin.cells import thumbnail
from news.admin.gallery_field import GalleryField
from news.content import glossary, internal_links
from news.editorial import autosave, revisions, workflow
from news.markup.sanitizer import TooLong, sanitise
from news.models import TRANSLATIONS, Article, Revision, Source
from news.slugs import make_slug


class ArticleForm(forms.ModelForm):
    """An article in all its languages."""

    class Meta:
        model = Article
        exclude = ["withdrawal_reason", "replacement"]  # noqa: DJ006  (the admin names what it shows)
        labels = {
            f"{name}_{code}": capfirst(label_for_field(name, Article, return_attr=False))
            for name in ("title", "lead", "body", "slug", "dateline", "byline")
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
    base = forms.IntegerField(label="", required=False, widget=forms.HiddenInput)
    """The number of the revision from which the person started."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fills the form with the newest text, which may be newer than what readers see."""
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        self.latest = revisions.latest(self.instance) if self.instance.pk else None
        if self.latest:
            revisions.put_on(self.instance, self.latest.content)
            self.initial |= self.latest.content | {
                "base": self.latest.number,
                "source": self.instance.source_id,
                "cover": self.instance.cover_id,
                "publish_at": self.instance.publish_at,
            }

    def clean(self) -> None:
        super().clean()
        for code in self.languages():
            title, slug = (self.cleaned_data.get(f"{name}_{code}") or "" for name in ("title", "slug"))
            self.cleaned_data[f"title_{code}"] = " ".join(title.split())  # one line, however it was pasted
            self.cleaned_data[f"slug_{code}"] = make_slug(slug or title, code) if title else ""
            with suppress(TooLong):  # the model reports it beside the field
                body = sanitise(self.cleaned_data.get(f"body_{code}") or "")
                self.cleaned_data[f"body_{code}"] = internal_links.kept_by_origin(body)
        if self.latest and not self.errors:
            self.merge(self.latest)

    def languages(self) -> list[str]:
        """The languages that this form edits: all, or a translator's own."""
        return [code for code in TRANSLATIONS if f"title_{code}" in self.fields]

    def merge(self, latest: Revision) -> None:
        """Merges what others have saved meanwhile; where both changed a field, the person chooses."""
        base = self.cleaned_data.get("base")
        began_from = self.instance.revisions.filter(number=base).first() or latest
        typed = began_from.content | self.content()
        merged, conflicts = revisions.merge(began_from.content, latest.content, typed)
        for name in conflicts:
            choice = self.data.get(f"choose_{name}")
            if choice == "theirs":
                merged[name] = latest.content[name]
            elif choice != "mine":
                self.conflicts.append(Conflict(self, name, latest))
        if self.conflicts:
            self.add_error(None, _("Somebody else changed the same fields while you wrote. Choose what to keep."))
        self.merged = merged

    def content(self) -> revisions.Content:
        """The input as a revision stores it; a translator's holds texts only."""
        data = self.cleaned_data
        content = {name: (data.get(name) or "") for name in revisions.TEXTS if name in self.fields}
        content |= {f"body_{code}": sanitise(content[f"body_{code}"]) for code in self.languages()}
        if "kind" not in self.fields:
            return content
        return content | {
            "kind": data["kind"],
            "source_id": data["source"].pk,
            "cover_id": data["cover"].pk if data.get("cover") else None,
            "gallery": data.get("gallery") or [],
            "publish_at": revisions.written(data.get("publish_at")),
            "pinned": data.get("pinned", False),
            **{name: sorted(each.pk for each in data.get(name, [])) for name in revisions.SETS},
        }


class Conflict:
    """A field that two people changed: both texts, side by side."""

    def __init__(self, form: ArticleForm, name: str, latest: Revision) -> None:
        self.name = f"choose_{name}"
        self.label = form.fields[name.removesuffix("_id")].label
        self.mine = revisions.readable(name, form.content())
        self.theirs = revisions.readable(name, latest.content)
        self.by = latest.created_by


class ArticleFormMixin(admin.ModelAdmin):
    """How an article is written, saved and autosaved."""

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
                        (f"dateline_{code}", f"byline_{code}"),
                        f"slug_{code}",
                    ],
                },
            )
            for code in TRANSLATIONS
        ),
        (_("Classification"), {"fields": [("kind", "source"), "topics", "people"]}),
        (_("Pictures"), {"fields": ["cover", "cover_preview", "gallery"]}),
        (_("Attachments"), {"fields": ["attachments"]}),
        (_("Publication"), {"fields": ["publish_at", "pinned", "base"]}),
    ]
    readonly_fields = ["cover_preview"]
    autocomplete_fields = ["topics", "people", "cover", "attachments"]
    save_on_top = True  # the form is long
    view_on_site = False  # the form shows the address in each language instead

    def get_urls(self):
        view = self.admin_site.admin_view(self.autosave_view)
        return [
            path("new/autosave/", view, name="news_article_autosave"),
            path("<int:pk>/autosave/", view, name="news_article_autosave"),
            *super().get_urls(),
        ]

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
                "standing": standing(stored),
                "kept": stored,
                "addresses": addresses(stored),
                "blockers": workflow.blockers(stored) if stored.stage != APPROVED else [],
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
        article = Article.objects.get(pk=form.instance.pk)
        if change:
            revisions.save(article, form.merged, by=request.user)
        else:
            super().save_related(request, form, formsets, change)
            revisions.begin(article, by=request.user)
        autosave.forget(request.user, article if change else None, request.POST.get("autosave_key", ""))

    def autosave_view(self, request, pk=None):
        """Stores the unsaved input and returns it, and says who else has the article open."""
        article = get_object_or_404(self.get_queryset(request), pk=pk) if pk else None
        may = self.has_change_permission(request, article) if article else self.has_add_permission(request)
        if not may:
            raise PermissionDenied
        answer = {"others": autosave.others(request.user, article)}
        if request.method == "POST":
            try:
                key, base, content = autosave.read(request.body)
            except autosave.Refused as refusal:
                return JsonResponse({"refused": str(refusal)}, status=400)
            autosave.keep(request.user, article, key, base=base, content=content)
        elif request.method == "DELETE":
            autosave.forget(request.user, article, request.GET.get("key", ""))
        else:
            answer |= autosave.offer(request.user, article)
        return JsonResponse(answer)
