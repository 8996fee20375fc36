from typing import Any

from django.db import models

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
