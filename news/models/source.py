from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.models.fields import MendedCharField
from portal.kazakh_scripts.collation import COLLATION


class SourceQuerySet(models.QuerySet["Source"]):
    def active(self) -> Self:
        """Institutions that exist today."""
        today = timezone.localdate()
        return self.filter(
            models.Q(active_from__isnull=True) | models.Q(active_from__lte=today),
            models.Q(active_until__isnull=True) | models.Q(active_until__gte=today),
        )


class Source(models.Model):
    """An institution that publishes news. Institutions end, so it has dates and a successor."""

    name = MendedCharField(_("name"), max_length=200, db_collation=COLLATION)
    short_name = MendedCharField(
        _("short name"), max_length=60, help_text=_("Shown beside the date of an article."), db_collation=COLLATION
    )
    slug = models.SlugField(
        _("address"), unique=True, help_text=_("The last part of the page's address: latin letters, digits, hyphens.")
    )
    site_url = models.URLField(
        _("main site"), blank=True, help_text=_("Where “Go to the main site” leads from this source's articles.")
    )
    emblem = models.ForeignKey(
        "news.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="emblem_of",
        verbose_name=_("emblem"),
    )
    active_from = models.DateField(_("active from"), null=True, blank=True)
    active_until = models.DateField(
        _("active until"), null=True, blank=True, help_text=_("The last day of the institution, when it has ended.")
    )
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    position = models.PositiveSmallIntegerField(_("position in the menu"), default=0)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(active_until__isnull=True)
                | models.Q(active_from__isnull=True)
                | models.Q(active_until__gte=models.F("active_from")),
                name="source_ends_after_it_begins",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(successor__isnull=True) | ~models.Q(successor=models.F("pk")),
                name="source_is_not_its_own_successor",
                violation_error_message=_("A source cannot be its own successor."),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.slug])
