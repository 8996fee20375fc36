"""Currencies, and what the National Bank says one of them is worth on a day."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rates.currencies import FIRST_DAY


class Currency(models.Model):
    code = models.CharField(
        _("code"),
        max_length=3,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{3}\Z", _("Three capital Latin letters, such as USD."))],
        help_text=_("The three letters of ISO 4217, such as USD."),
    )
    name = models.CharField(
        _("name"),
        max_length=100,
        help_text=_("As in the middle of a sentence, for example “Australian dollar” or “euro”."),
    )
    in_widget = models.BooleanField(
        _("in the header"), default=False, help_text=_("Its rate stands at the top of every page.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=100, help_text=_("Smaller numbers come first; equal ones follow the alphabet.")
    )

    class Meta:
        verbose_name = _("currency")
        verbose_name_plural = _("currencies")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Z]{3}$"), name="currency_code_is_three_capitals"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class RateQuerySet(models.QuerySet["Rate"]):
    def on(self, day: date) -> Self:
        """The rates set for exactly this day."""
        return self.filter(day=day).select_related("currency")

    def current(self, on: date | None = None) -> Self:
        """The rates in force: those of the newest day that has come, however old; never of two days at once.

        What narrows the queryset before narrows the choice of the day too, so a header of three currencies
        is not emptied by a day on which only a fourth is known.
        """
        newest = self.filter(day__lte=on or timezone.localdate()).order_by("-day").values("day")[:1]
        return self.filter(day=models.Subquery(newest)).select_related("currency")

    def in_widget(self) -> Self:
        return self.filter(currency__in_widget=True)

    def history(self, currency: Currency) -> Self:
        """All rates of one currency, newest first."""
        return self.filter(currency=currency).order_by("-day")


class Rate(models.Model):
    """Tenge for `nominal` units of a currency on a day. The bank changes a currency's nominal over time."""

    class Origin(models.TextChoices):
        BANK = "bank", _("National Bank")
        HAND = "hand", _("entered by hand")

    currency = models.ForeignKey(
        Currency, on_delete=models.PROTECT, related_name="rates", db_index=False, verbose_name=_("currency")
    )
    day = models.DateField(_("day"), help_text=_("The day the rate holds for, not the day it was published."))
    nominal = models.PositiveIntegerField(
        _("nominal"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("How many units of the currency the rate is for: 1, 10, 100 …"),
    )
    # 13 digits: SQLite keeps decimals as floating point numbers, which are exact to 15.
    value = models.DecimalField(
        _("rate"),
        max_digits=13,
        decimal_places=4,
        validators=[MinValueValidator(Decimal("0.0001"))],
        help_text=_("Tenge for that many units."),
    )
    change = models.DecimalField(
        _("change"), max_digits=13, decimal_places=4, null=True, blank=True, help_text=_("Against the rate before it.")
    )
    origin = models.CharField(_("origin"), max_length=4, choices=Origin, default=Origin.BANK)
    fetched_at = models.DateTimeField(_("fetched at"), null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("entered by"),
    )

    objects = RateQuerySet.as_manager()

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering = ["-day", "currency__position", "currency__code"]
        indexes = [models.Index(fields=["day"], name="rate_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "day"],
                name="one_rate_of_a_currency_a_day",
                violation_error_message=_("This currency already has a rate for this day."),
            ),
            models.CheckConstraint(condition=models.Q(value__gt=0), name="rate_value_is_positive"),
            models.CheckConstraint(condition=models.Q(nominal__gt=0), name="rate_nominal_is_positive"),
            models.CheckConstraint(
                condition=models.Q(day__gte=FIRST_DAY),
                name="rate_day_has_tenge",
                violation_error_message=_("There is no rate before 15 November 1993, the first day of the tenge."),
            ),
            models.CheckConstraint(
                condition=models.Q(origin="bank", fetched_at__isnull=False, entered_by__isnull=True)
                | models.Q(origin="hand", fetched_at__isnull=True),
                name="rate_origin_is_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency.code}, {self.day:%Y-%m-%d}"

    @property
    def direction(self) -> str:
        """Where the rate went: up, down, same, or an empty string where nobody said."""
        if self.change is None:
            return ""
        return "up" if self.change > 0 else "down" if self.change < 0 else "same"
