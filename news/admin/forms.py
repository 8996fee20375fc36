"""The forms that editors fill in for all but articles: names with addresses, pictures, documents."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture

from news.media import attachments, images, placements
from news.models import TRANSLATIONS, Attachment, Image
from news.models.attachment import KINDS
from news.slugs import make_slug


class LockedFieldsForm(forms.ModelForm):
    """Refuses a change of fields that are closed to the person, in a sentence that repeats what was typed."""

    locked: Collection[str] = ()
    """The names of the fields; set by the admin, which shows them as text."""

    def clean(self) -> None:
        super().clean()
        for name in sorted(self.locked):
            typed = self.files.get(name) or self.data.get(name)
            if typed is not None and normalise(typed) != normalise(getattr(self.instance, name, None)):
                label = self._meta.model._meta.get_field(name).verbose_name if name != "upload" else _("Picture")
                sentence = _(
                    "“%(label)s” stays as it is: readers see it, or would see it at once, so only those who may "
                    "publish change it. You gave: %(typed)s"
                )
                self.add_error(None, sentence % {"label": capfirst(label), "typed": typed})


def normalise(value: Any) -> str:
    return " ".join(("" if value is None else str(value)).split())


class AddressForm(forms.ModelForm):
    """Something with an address of its own, which is made from the Kazakh name if the editor gives none."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:  # absent for people who may only view
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
        """The model's own check needs the number of the source, which a form does not have."""
        if self.cleaned_data["successor"] == self.instance:
            raise forms.ValidationError(_("A source cannot be its own successor."))
        return self.cleaned_data["successor"]


class ImageForm(LockedFieldsForm):
    """A picture's file and its texts. A file that cannot be stored is an error of the form; the texts stay."""

    upload = forms.FileField(
        label=_("Picture"),
        allow_empty_file=True,  # refused by `images.decode_upload()`, like every other file that is no picture
        help_text=_("JPEG, PNG, WebP, AVIF or GIF. Data on where and with what it was taken is removed."),
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
        if "upload" in self.fields:  # absent for people who may only view
            self.fields["upload"].required = self.instance.pk is None
        for name in {"focus_x", "focus_y"} & set(self.fields):
            self.fields[name].required = False

    def clean_focus_x(self) -> int:
        return self.point("focus_x")

    def clean_focus_y(self) -> int:
        return self.point("focus_y")

    def point(self, name: str) -> int:
        """The coordinate; left empty, it stays as it was."""
        value = self.cleaned_data[name]
        return getattr(self.instance, name) if value is None else value

    def clean_upload(self) -> Picture.Image | None:
        upload = self.cleaned_data["upload"]
        return images.decode_upload(upload) if upload is not None else None

    def clean(self) -> None:
        """A published picture keeps an alternative text in each language in which readers have it."""
        super().clean()
        cleared = [
            code
            for code in TRANSLATIONS
            if self.initial.get(f"alt_{code}")
            and f"alt_{code}" in self.changed_data
            and not self.cleaned_data.get(f"alt_{code}")
        ]
        promised = placements.promised_languages(self.instance) if cleared else set()
        for code in cleared:
            if code in promised:
                self.add_error(f"alt_{code}", _("Readers see this picture: describe what it shows."))

    def _post_clean(self) -> None:
        """Stores the file last, when nothing else is wrong, so that a full disk is an error like any other."""
        super()._post_clean()  # type: ignore[misc]  # private, so the stubs do not know it
        self.former = None
        if self.is_bound and not self.errors and (picture := self.cleaned_data.get("upload")):
            try:
                self.former = images.store_files(self.instance, picture)
            except images.NotStored as refusal:
                self.add_error("upload", refusal)

    def save(self, commit: bool = True) -> Image:
        if commit and self.is_valid() and self.former is not None:
            return images.save_row(self.instance, self.former)
        return super().save(commit)


class AttachmentForm(LockedFieldsForm):
    """A document and its titles. A file that cannot be accepted or stored is an error of the form; the titles stay."""

    upload = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # refused by `attachments.check_upload()`, like every other file that is no document
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
            self.fields.pop("upload", None)  # a file under a published address is never replaced

    def clean(self) -> None:
        super().clean()
        titles = [f"title_{code}" for code in TRANSLATIONS]
        if not any(self.cleaned_data.get(name, getattr(self.instance, name)) for name in titles):
            raise forms.ValidationError(_("Give the file a title in at least one language."))

    def clean_upload(self) -> tuple[str, str, bytes, str]:
        return attachments.check_upload(self.cleaned_data["upload"])

    def _post_clean(self) -> None:
        """Stores the file last, when nothing else is wrong, so that a full disk is an error like any other."""
        super()._post_clean()  # type: ignore[misc]  # private, so the stubs do not know it
        if self.is_bound and not self.errors and "upload" in self.fields:
            try:
                attachments.store_file(self.instance, *self.cleaned_data["upload"])
            except attachments.NotStored as refusal:
                self.add_error("upload", refusal)

    def save(self, commit: bool = True) -> Attachment:
        if commit and self.instance.pk is None:
            attachments.save_row(self.instance)
            return self.instance
        return super().save(commit)
