from django.db import models
from django.utils.translation import gettext_lazy as _


class Announcement(models.Model):
    """The moment up to which a receiver was notified of publications (`news.syndication.pings`)."""

    receiver = models.CharField(_("receiver"), max_length=20, primary_key=True)
    told_until = models.DateTimeField(_("told until"))

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.receiver}: {self.told_until}"
