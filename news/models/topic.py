from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from news.models.fields import MendedCharField
from news.models.querysets import TaxonomyQuerySet
from portal.kazakh_scripts.collation import COLLATION


class Topic(models.Model):
    """What an article is about; it may be about several."""

    name = MendedCharField(_("name"), max_length=100, db_collation=COLLATION)
    slug = models.SlugField(
        _("address"), unique=True, help_text=_("The last part of the page's address: latin letters, digits, hyphens.")
    )
    is_waiting = models.BooleanField(
        _("waits"),
        default=False,
        help_text=_("Readers do not see it yet, except in published articles. Whoever may publish unticks it."),
    )

    objects = TaxonomyQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])
