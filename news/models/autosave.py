from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Autosave(models.Model):
    """What one person has typed into the form of an article and not saved yet. It also shows who has the form open.

    A new article has no number yet, so the form makes up a key for it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="autosaves")
    article = models.ForeignKey("news.Article", on_delete=models.CASCADE, null=True, related_name="autosaves")
    key = models.CharField(_("form"), max_length=40)
    base = models.PositiveIntegerField(_("begun from revision"), null=True)
    content = models.JSONField(_("what was typed"), null=True)
    """Values by the names of the form's fields; None when everything is saved."""
    saved_keys = models.JSONField(_("forms that have been saved"), default=list)
    saved_at = models.DateTimeField(_("kept"), null=True)
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        constraints = [
            models.UniqueConstraint(fields=["user", "article"], name="one_unsaved_text_a_person"),
            models.UniqueConstraint(
                fields=["user", "key"], condition=models.Q(article=None), name="one_new_text_a_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.article_id or self.key}"
