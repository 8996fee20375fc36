from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Autosave(models.Model):
    """What one person has typed into one open form of the admin and not saved yet. It also shows who has it open.

    The form makes up a key for itself, so that two tabs of one person have a row each.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="autosaves")
    model = models.CharField(_("form of"), max_length=60)
    """What the form edits, such as "news.article"."""
    number = models.PositiveBigIntegerField(_("number"), default=0)
    """The primary key of what it edits; 0 is something new."""
    key = models.CharField(_("form"), max_length=40)
    label = models.CharField(_("name"), max_length=200, blank=True)
    base = models.PositiveIntegerField(_("begun from revision"), null=True)
    content = models.JSONField(_("what was typed"), null=True)
    """Values by the names of the form's fields; None when there is nothing to save."""
    turn = models.PositiveBigIntegerField(default=0)
    """The form's own count of its requests, so that a late one does not replace what a later one brought."""
    is_finished = models.BooleanField(_("saved or thrown away"), default=False)
    """A late request cannot bring the text back then, and the browser drops its own copy."""
    saved_at = models.DateTimeField(_("kept"), null=True)
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        constraints = [
            models.UniqueConstraint(fields=["user", "model", "number", "key"], name="one_unsaved_text_a_form")
        ]
        indexes = [models.Index(fields=["model", "number", "seen_at"], name="who_has_it_open")]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.model}/{self.number}/{self.key}"
