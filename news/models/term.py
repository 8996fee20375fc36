from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from news.language.stemming import tokens
from news.models.fields import MendedCharField, MendedTextField
from news.models.languages import TRANSLATIONS
from portal.kazakh_scripts.collation import COLLATION


class Term(models.Model):
    """A legal term with its translations, and an explanation for readers who are not lawyers."""

    name = MendedCharField(
        _("term"), max_length=100, db_collation=COLLATION, help_text=_("In its basic form; its other forms are found.")
    )
    explanation = MendedTextField(
        _("explanation"),
        max_length=400,
        blank=True,
        help_text=_("A sentence or two that readers get when they press the word. None is shown while this is empty."),
    )
    is_waiting = models.BooleanField(
        _("waits"), default=False, help_text=_("Readers get no explanation yet. Whoever may publish unticks it.")
    )

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        for code in TRANSLATIONS:
            name = getattr(self, f"name_{code}") or ""
            if name and not any(tokens(name)):
                raise ValidationError({f"name_{code}": _("There is no word in it.")})
        first = f"name_{TRANSLATIONS[0]}"
        if Term.objects.exclude(pk=self.pk).filter(**{first: getattr(self, first)}).exists():
            raise ValidationError({first: _("This term is in the list already.")})
