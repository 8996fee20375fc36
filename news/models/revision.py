from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Revision(models.Model):
    """One saved state of an article: every field an editor may change, as `news.editorial.content` reads it."""

    article = models.ForeignKey("news.Article", on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"))
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("saved by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    is_set_aside = models.BooleanField(
        _("set aside"),
        default=False,
        help_text=_("Typed while somebody else changed the same places: kept for its author, never the newest text."),
    )
    overrides = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="overridden_by",
        verbose_name=_("replaces words of"),
        help_text=_("The revision of somebody else of which a conflict's decision took words away."),
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="one_revision_a_number")]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.number}"

    @property
    def author_name(self) -> str:
        """Empty if nobody is known to have saved it."""
        return self.created_by.get_full_name() or self.created_by.get_username() if self.created_by else ""
