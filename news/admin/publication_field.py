"""The moment of publication in an article's form: what nobody touched stays as it is, to the microsecond."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime


class PublicationField(forms.SplitDateTimeField):
    """Two boxes show less than a moment holds: seconds go by the edition's form, and which of two equal hours it was.

    So a moment that comes back as it was shown is the moment that was shown.
    """

    widget = AdminSplitDateTime

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shown: datetime | None = None

    def clean(self, value: Any) -> datetime | None:
        if self.shown is not None and list(value or []) == self.write(self.shown):
            return self.shown
        return super().clean(value)

    def write(self, moment: datetime) -> list[str]:
        """The texts of both boxes."""
        widget: Any = self.widget
        boxes = zip(widget.widgets, widget.decompress(moment.replace(microsecond=0)), strict=True)
        return [str(box.format_value(part)) for box, part in boxes]
