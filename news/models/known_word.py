from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from news.language.stemming import tokens
from news.models.languages import LANGUAGE_LENGTH, TRANSLATIONS


class KnownWord(models.Model):
    """A word that is right but in no dictionary, such as a name or a new term."""

    language = models.CharField(
        _("language"),
        max_length=LANGUAGE_LENGTH,
        choices=[(code, name) for code, name in settings.LANGUAGES if code in TRANSLATIONS],
    )
    word = models.CharField(_("word"), max_length=60, help_text=_("In its basic form; its other forms are right too."))

    class Meta:
        verbose_name = _("word for the spelling check")
        verbose_name_plural = _("words for the spelling check")
        ordering = ["language", "word"]
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="one_known_word_per_language")]

    def __str__(self) -> str:
        return self.word

    def clean(self) -> None:
        self.word = self.word.strip().lower()
        if list(tokens(self.word)) != [self.word]:
            raise ValidationError({"word": _("One word, please, of letters only.")})
