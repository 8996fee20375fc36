import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from news.models.article import Article


def make_token() -> str:
    """Part of every address of a picture: 128 random bits that nobody can guess."""
    return secrets.token_urlsafe(16)


def original_path(image: "Image", filename: str) -> str:
    return f"images/{image.token}/original.{filename.rsplit('.', 1)[-1]}"


class ImageQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Pictures a stranger may see: those of published articles, of people and of sources."""
        return self.filter(
            models.Exists(Article.objects.published().filter(cover=models.OuterRef("pk")))
            | models.Q(photograph_of__isnull=False)
            | models.Q(emblem_of__isnull=False)
        )


class Image(models.Model):
    """A picture of the library; `news.images` has decoded, turned upright and stripped its file."""

    token = models.CharField(max_length=32, unique=True, default=make_token, editable=False)
    file = models.FileField(_("picture"), upload_to=original_path, max_length=200)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(_("credit"), max_length=150, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("uploaded by"),
    )

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.alt or f"№ {self.pk}"
