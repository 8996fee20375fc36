"""What editors fill in."""

from contextlib import suppress
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture

from news.admin.body_widget import BodyEditor
from news.admin.gallery_field import GalleryField
from news.content import images as content_images
from news.content import internal_links
from news.editorial import revisions
from news.markup.sanitizer import TooLong, sanitise
from news.media import attachments, images
from news.models import TRANSLATIONS, Article, Attachment, Image, Revision
from news.models.attachment import KINDS
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

    gallery = GalleryField(
        label=capfirst(Article._meta.get_field("gallery").verbose_name),
        required=False,
        help_text=Article._meta.get_field("gallery").help_text,
    )
    base = forms.IntegerField(label="", required=False, widget=forms.HiddenInput)
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
            with suppress(TooLong):  # the model says so, beside the field
                body = sanitise(self.cleaned_data.get(f"body_{code}") or "")
                self.cleaned_data[f"body_{code}"] = internal_links.kept_by_origin(body)
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
    """A picture's file and its texts. What cannot be taken or stored is told in a sentence; the texts stay."""

    upload = forms.FileField(
        label=_("Picture"),
        allow_empty_file=True,  # refused by `images.read()`, like every other file that is no picture
        help_text=_("JPEG, PNG, WebP, AVIF or GIF. Where and with what it was taken is removed."),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"}),
    )
    field_order = ["upload"]

    class Meta:
        model = Image
        fields = [
            "focus_x",
            "focus_y",
            *(f"{text}_{code}" for text in ("alt", "caption", "credit") for code in TRANSLATIONS),
        ]
        widgets = {
            f"{text}_{code}": forms.Textarea({"lang": code, "rows": 3})
            for text in ("alt", "caption")
            for code in TRANSLATIONS
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "upload" in self.fields:  # not for those who may only look
            self.fields["upload"].required = self.instance.pk is None
        for name in {"focus_x", "focus_y"} & set(self.fields):
            self.fields[name].required = False

    def clean_focus_x(self) -> int:
        return self.point("focus_x")

    def clean_focus_y(self) -> int:
        return self.point("focus_y")

    def point(self, name: str) -> int:
        """What is left empty stays as it was."""
        given = self.cleaned_data[name]
        return getattr(self.instance, name) if given is None else given

    def clean_upload(self) -> Picture.Image | None:
        upload = self.cleaned_data["upload"]
        return images.read(upload) if upload is not None else None

    def clean(self) -> None:
        """What readers have keeps an alternative text in each of their languages."""
        super().clean()
        emptied = [
            code
            for code in TRANSLATIONS
            if self.initial.get(f"alt_{code}")
            and f"alt_{code}" in self.changed_data
            and not self.cleaned_data.get(f"alt_{code}")
        ]
        promised = content_images.promised_languages(self.instance) if emptied else set()
        for code in emptied:
            if code in promised:
                self.add_error(f"alt_{code}", _("Readers have this picture: say what it shows."))

    def _post_clean(self) -> None:
        """Stored last, when nothing else is wrong: a full disk is told like any other mistake."""
        super()._post_clean()
        self.former = None
        if self.is_bound and not self.errors and (picture := self.cleaned_data.get("upload")):
            try:
                self.former = images.put(self.instance, picture)
            except images.NotStored as refusal:
                self.add_error("upload", refusal)

    def save(self, commit: bool = True) -> Image:
        if commit and self.is_valid() and self.former is not None:
            return images.save(self.instance, self.former)
        return super().save(commit)


class AttachmentForm(forms.ModelForm):
    """A document and its titles. What cannot be taken or stored is told in a sentence; the titles stay."""

    upload = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # refused by `attachments.read()`, like every other file that is no document
        help_text=_("PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TXT or CSV, without macros and without a password."),
        widget=forms.FileInput({"accept": ",".join(f".{kind}" for kind in KINDS)}),
    )
    field_order = ["upload"]

    class Meta:
        model = Attachment
        fields = [f"title_{code}" for code in TRANSLATIONS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("upload", None)  # what readers were given under an address does not change there

    def clean(self) -> None:
        super().clean()
        if not any(self.cleaned_data.get(f"title_{code}") for code in TRANSLATIONS):
            raise forms.ValidationError(_("Give the file a title in at least one language."))

    def clean_upload(self) -> tuple[str, str, bytes]:
        return attachments.read(self.cleaned_data["upload"])

    def _post_clean(self) -> None:
        """Stored last, when nothing else is wrong: a full disk is told like any other mistake."""
        super()._post_clean()
        if self.is_bound and not self.errors and "upload" in self.fields:
            try:
                attachments.put(self.instance, *self.cleaned_data["upload"])
            except attachments.NotStored as refusal:
                self.add_error("upload", refusal)

    def save(self, commit: bool = True) -> Attachment:
        if commit and self.instance.pk is None:
            attachments.save(self.instance)
            return self.instance
        return super().save(commit)
