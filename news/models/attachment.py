import posixpath
import secrets
from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from news.models.article import Article
from news.models.fields import MendedCharField
from news.models.image import make_token
from news.models.languages import TRANSLATIONS
from news.slugs import make_slug

KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
"""The kinds of files that may be attached, each with its content type."""


def stored_path(attachment: "Attachment", filename: str) -> str:
    """The path of an uploaded file. It has nothing of the name of the upload."""
    return f"files/{attachment.token}-{secrets.token_hex(4)}.{attachment.kind}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def public(self) -> Self:
        """Files that anybody may download: those that a published article shows in one of its languages."""
        shown = models.Q()
        for code in TRANSLATIONS:
            shown |= models.Q(**{f"title_{code}__gt": "", f"attachments__title_{code}__gt": ""})
        this = models.OuterRef("pk")
        return self.filter(models.Exists(Article.objects.published().filter(shown, attachments=this)))


class Attachment(models.Model):
    """A document that belongs to articles. Readers of a language get it if it has a title in that language.

    `news.media.attachments` has checked its file. The revisions of an article say which attachments it has.
    """

    token = models.CharField(max_length=32, unique=True, default=make_token, editable=False)
    file = models.FileField(_("file"), upload_to=stored_path, max_length=200)
    filename = models.CharField(_("name of the file"), max_length=120, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=[(kind, kind.upper()) for kind in KINDS], editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    title = MendedCharField(_("title"), max_length=200, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("uploaded by"),
    )

    unsaved_text = ""
    """The text of a new file, until its row is saved."""

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]
        indexes = [models.Index(fields=["uploaded_at", "id"], name="attachment_by_time")]

    def __str__(self) -> str:
        return next((title for code in TRANSLATIONS if (title := getattr(self, f"title_{code}"))), self.filename)

    @property
    def content_type(self) -> str:
        return KINDS[self.kind]

    @property
    def plain_name(self) -> str:
        """The name of the file in Latin letters, which every messenger understands; the last part of its address."""
        return f"{make_slug(posixpath.splitext(self.filename)[0], 'kk') or 'file'}.{self.kind}"

    @cached_property
    def address(self) -> str:
        return reverse("file", args=[self.token, self.plain_name])


class AttachmentText(models.Model):
    """What a document says, read once when it was uploaded, for the search alone. Apart, as lists do not need it."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.DB_CASCADE, primary_key=True, related_name="stored_text"
    )
    text = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.attachment_id)
