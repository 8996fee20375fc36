from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.models.fields import MendedCharField


class Correction(models.Model):
    """The correction of a mistake, of which readers are told."""

    article = models.ForeignKey("news.Article", on_delete=models.CASCADE, related_name="corrections")
    corrected_at = models.DateTimeField(_("corrected"), default=timezone.now)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("corrected by")
    )
    note = MendedCharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-corrected_at"]
        indexes = [models.Index(fields=["corrected_at"], name="lately_corrected")]

    def __str__(self) -> str:
        return self.note
