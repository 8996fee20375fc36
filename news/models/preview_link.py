import hashlib
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

VALID_DAYS = 7
"""So long a preview link is valid unless its maker chooses otherwise."""


def in_a_week() -> datetime:
    return timezone.now() + timedelta(days=VALID_DAYS)


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def valid(self) -> Self:
        """Links that are neither expired nor revoked; whether their article may be shown is another question."""
        return self.filter(expires_at__gt=timezone.now(), revoked_at__isnull=True)

    def open(self) -> Self:
        """Valid links that lead to their article: no link leads to one that is withdrawn or in the bin."""
        return self.valid().filter(article__deleted_at__isnull=True).exclude(article__status="withdrawn")

    def of_token(self, token: str) -> Self:
        return self.filter(token_hash=hash_token(token))


class PreviewLink(models.Model):
    """A link to an unpublished article for somebody without an account.

    Only a hash of its token is stored, so somebody who reads the database cannot open the article.
    """

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    article = models.ForeignKey("news.Article", on_delete=models.CASCADE, related_name="preview_links")
    revision = models.ForeignKey(
        "news.Revision",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty where the link shows the newest text, whatever it is."),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"), default=in_a_week)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.article_id} · {self.token_hash[:8]}"

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


def hash_token(token: str) -> str:
    """The hash of a token. A fast one is enough, because nobody can try out 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
