"""What an editor may change about the site itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SiteSettings(models.Model):
    """One row: contacts, links and texts of the whole site."""

    main_site_url = models.URLField(
        _("main site"),
        blank=True,
        help_text=_("Where “Go to the main site” leads from pages without a source of their own."),
    )
    about = models.TextField(
        _("about"), blank=True, help_text=_("Shown on the page “About us”. A blank line begins a new paragraph.")
    )
    address = models.CharField(_("postal address"), max_length=300, blank=True)
    phone = models.CharField(_("telephone"), max_length=50, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    telegram = models.URLField("Telegram", blank=True)
    facebook = models.URLField("Facebook", blank=True)
    instagram = models.URLField("Instagram", blank=True)
    x = models.URLField("X", blank=True)
    youtube = models.URLField("YouTube", blank=True)

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_site_settings")]

    def __str__(self) -> str:
        return str(_("Site settings"))

    @classmethod
    def load(cls) -> "SiteSettings":
        """The one row, or its defaults while nobody has saved it."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def social_links(self) -> list[tuple[str, str]]:
        fields = [self._meta.get_field(name) for name in ("telegram", "facebook", "instagram", "x", "youtube")]
        return [(str(field.verbose_name), url) for field in fields if (url := getattr(self, field.name))]
