"""What editors fill in."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture

from news import images
from news.body_editor import BodyEditor
from news.models import TRANSLATIONS, Article, Image
from news.publishing import publish_blockers
from news.slugs import make_slug


class ArticleForm(forms.ModelForm):
    """An article in all its languages."""

    class Meta:
        model = Article
        exclude: list[str] = []
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

    def clean(self):
        super().clean()
        for code in TRANSLATIONS:
            title, slug = (self.cleaned_data.get(f"{name}_{code}") or "" for name in ("title", "slug"))
            self.cleaned_data[f"title_{code}"] = " ".join(title.split())  # one line, however it was pasted
            self.cleaned_data[f"slug_{code}"] = make_slug(slug or title, code) if title else ""
        if self.instance.status == Article.Status.APPROVED and not self.cleaned_data.get("publish_at"):
            self.add_error("publish_at", _("An approved article needs the moment of its publication."))

    def _post_clean(self):
        """What readers see stays as whole as it was when it was approved."""
        super()._post_clean()
        if self.instance.status == Article.Status.APPROVED:
            for blocker in publish_blockers(self.instance):
                self.add_error(None, blocker)


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
