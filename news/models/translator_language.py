from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from news.models.languages import LANGUAGE_LENGTH, TRANSLATIONS


class TranslatorLanguage(models.Model):
    """A language that somebody translates articles into."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="translator_languages",
        verbose_name=_("translator"),
    )
    language = models.CharField(
        _("language"),
        max_length=LANGUAGE_LENGTH,
        choices=[(code, name) for code, name in settings.LANGUAGES if code in TRANSLATIONS],
    )

    class Meta:
        verbose_name = _("language of a translator")
        verbose_name_plural = _("languages of a translator")
        ordering = ["user", "language"]
        constraints = [models.UniqueConstraint(fields=["user", "language"], name="one_row_a_translators_language")]

    def __str__(self) -> str:
        return self.get_language_display()
