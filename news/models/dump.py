from django.db import models
from django.utils.translation import gettext_lazy as _


class Dump(models.Model):
    """A file with all articles that were public at one moment, for anybody to download (`news.api.dumps`)."""

    made_at = models.DateTimeField(_("made"))
    file = models.CharField(_("file"), max_length=100)
    """The name of the file in the storage of uploads, which all nodes share."""
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    generation = models.CharField(max_length=32, blank=True)
    """Of the copies (`portal.page_cache.generation`): under another one, readers no longer have all that is in it."""
    articles = models.PositiveBigIntegerField(_("articles"))

    class Meta:
        verbose_name = _("dump of the open data")
        verbose_name_plural = _("dumps of the open data")
        ordering = ["-made_at"]
        get_latest_by = "made_at"
        default_permissions = ()

    def __str__(self) -> str:
        return self.file
