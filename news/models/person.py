from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from news.models.fields import MendedCharField
from news.models.querysets import TaxonomyQuerySet
from portal.kazakh_scripts.collation import COLLATION


class Person(models.Model):
    """Somebody an article is about."""

    name = MendedCharField(pgettext_lazy("of a person", "name"), max_length=150, db_collation=COLLATION)
    office = MendedCharField(
        _("office"), max_length=250, blank=True, help_text=_("What the person is, as readers know it.")
    )
    slug = models.SlugField(
        _("address"), unique=True, help_text=_("The last part of the page's address: latin letters, digits, hyphens.")
    )
    photograph = models.ForeignKey(
        "news.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="photograph_of",
        verbose_name=_("photograph"),
    )
    is_waiting = models.BooleanField(
        _("waits"),
        default=False,
        help_text=_("Readers do not see it yet, except in published articles. Whoever may publish unticks it."),
    )

    objects = TaxonomyQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.slug])
