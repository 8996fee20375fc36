"""What editors fill in."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture

from news import images, revisions
from news.body_editor import BodyEditor
from news.models import TRANSLATIONS, Article, Image, Revision
from news.sanitising import sanitise
from news.slugs import make_slug


class ArticleForm(forms.ModelForm):
    """An article in all its languages."""

    class Meta:
        model = Article
        exclude = ["withdrawal_reason", "replacement"]  # noqa: DJ006  (the admin names what it shows)
        labels = {
            f"{name}_{code}": capfirst(Article._meta.get_field(name).verbose_name)
            for name in ("title", "lead", "body", "slug", "dateline", "byline")
            for code in TRANSLATIONS
        }
        widgets = {
            **{f"title_{code}": forms.Textarea({"lang": code, "rows": 2}) for code in TRANSLATIONS},
            **{f"lead_{code}": forms.Textarea({"lang": code, "rows": 3}) for code in TRANSLATIONS},
            **{f"body_{code}": BodyEditor(code) for code in TRANSLATIONS},
        }

    base = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """The revision that the person began from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Shows the newest text, which may be newer than what readers have."""
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
        if self.latest and not self.errors:
            self.merge(self.latest)

    def languages(self) -> list[str]:
        """Those that may be written here: a translator's own."""
        return [code for code in TRANSLATIONS if f"title_{code}" in self.fields]

    def merge(self, latest: Revision) -> None:
        """Brings in what others saved since; where both changed a field, the person chooses."""
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
        """What was typed, as a revision keeps it; a translator types texts only."""
        data = self.cleaned_data
        content = {name: (data.get(name) or "") for name in revisions.TEXTS if name in self.fields}
        content |= {f"body_{code}": sanitise(content[f"body_{code}"]) for code in self.languages()}
        if "kind" not in self.fields:
            return content
        return content | {
            "kind": data["kind"],
            "source_id": data["source"].pk,
            "cover_id": data["cover"].pk if data.get("cover") else None,
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


class AddressForm(forms.ModelForm):
    """Something with an address of its own, made from its Kazakh name when the editor gives none."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:  # not for those who may only look
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "The last part of the page's address: latin letters, digits, hyphens. "
                "Made from the Kazakh name when left empty."
            )

    def clean_slug(self):
        name = self.data.get(self.add_prefix("name_kk"), "")
        return self.cleaned_data["slug"] or make_slug(name, "kk")[:50].strip("-")


class SourceForm(AddressForm):
    def clean_successor(self):
        """The model's own check needs the number of the source, which no form has."""
        if self.cleaned_data["successor"] == self.instance:
            raise forms.ValidationError(_("A source cannot be its own successor."))
        return self.cleaned_data["successor"]


class ImageForm(forms.ModelForm):
    """A picture's file and its texts. A file that cannot be taken is refused in a sentence; the texts stay."""

    upload = forms.FileField(
        label=_("Picture"),
        allow_empty_file=True,  # refused by `images.read()`, like every other file that is no picture
        help_text=_("JPEG, PNG, WebP, AVIF or GIF. Where and with what it was taken is removed."),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"}),
    )
    field_order = ["upload"]

    class Meta:
        model = Image
        fields = [f"{text}_{code}" for text in ("alt", "caption", "credit") for code in TRANSLATIONS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "upload" in self.fields:  # not for those who may only look
            self.fields["upload"].required = self.instance.pk is None

    def clean_upload(self) -> Picture.Image | None:
        upload = self.cleaned_data["upload"]
        return images.read(upload) if upload is not None else None

    def save(self, commit: bool = True) -> Image:
        if commit and self.is_valid() and (picture := self.cleaned_data.get("upload")):
            return images.keep(self.instance, picture)
        return super().save(commit)
