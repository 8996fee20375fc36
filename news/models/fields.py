from typing import Any

from django.db import models

from news.markup.incoming_text import mend_text
from news.markup.sanitizer import sanitise


class SanitisedTextField(models.TextField):
    """HTML of which only the allowed part is stored, whether by save(), bulk_create(), bulk_update() or update()."""

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Sanitises here too, so that the form tells an editor when a text cannot be stored."""
        return super().clean(value if value is None else sanitise(value), model_instance)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str):
            value = sanitise(value)
        return super().get_db_prep_save(value, connection)


class MendedTextMixin:
    """A text without HTML, stored as `mend_text()` returns it, on whichever way it comes in.

    Migrations name Django's own field: the column is the same.
    """

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Mends here too, so that the object is in memory as it is stored."""
        return super().clean(mend_text(value) if isinstance(value, str) else value, model_instance)  # type: ignore[misc]

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)  # type: ignore[misc]
        return mend_text(value) if isinstance(value, str) else value


class MendedCharField(MendedTextMixin, models.CharField):
    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class MendedTextField(MendedTextMixin, models.TextField):
    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
