"""The field for an article's gallery: numbers of pictures, which a script shows as pictures that can be moved."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from news.models import Image

MAX_PICTURES = 200


class GalleryInput(forms.TextInput):
    """The numbers as text, and below them the pictures."""

    template_name = "admin/news/image/gallery_input.html"

    class Media:
        js = [
            forms.Script("js/admin/gallery.js", type="module"),
            forms.Script("js/admin/picture-upload.js", type="module"),
        ]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        pks = [int(number) for number in re.findall("[0-9]{1,18}", str(value or ""))]
        images = Image.objects.in_bulk(pks) if pks else {}
        context["images"] = [images[pk] for pk in pks if pk in images]
        return context


class GalleryField(forms.CharField):
    widget = GalleryInput

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        """The numbers of the pictures in the order given, each once. Raises ValidationError."""
        words = re.split(r"[\s,;№]+", str(value or "").strip(" ,;№\t\r\n"))
        if words == [""]:
            return []
        if not all(re.fullmatch("[0-9]{1,18}", word) for word in words):
            raise forms.ValidationError(_("Give the numbers of pictures, divided by commas: 12, 7, 15."))
        pks = list(dict.fromkeys(map(int, words)))
        if len(pks) > MAX_PICTURES:
            raise forms.ValidationError(_("A gallery may have up to %(most)d pictures.") % {"most": MAX_PICTURES})
        existing = set(Image.objects.filter(pk__in=pks).values_list("pk", flat=True))
        if missing := [pk for pk in pks if pk not in existing]:
            raise forms.ValidationError(
                _("The library has no picture with this number: %(numbers)s.")
                % {"numbers": ", ".join(map(str, missing))}
            )
        return pks

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return (initial or []) != self.to_python(data)
        except forms.ValidationError:
            return True
