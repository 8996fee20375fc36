"""Currencies, their rates on each day, and the answers of the National Bank that the rates were read from."""

import gzip
import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rates.currencies import FIRST_DAY

LONGEST_HOLIDAYS = timedelta(days=10)
"""Rates hold until the next working day, so a rate may be this much older than the day it is shown for."""


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
    jump_limit = models.DecimalField(
        _("greatest step, %"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(10),
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("A rate that differs from the one before it by more than this waits until somebody accepts it."),
    )

    last_day: date | None
    """The day of its last rate, on the currencies that `rates.history.currencies` returns."""

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
        return f"{self.code} – {self.label}"

    @property
    def label(self) -> str:
        """Its name in the active language, or its code where nobody has given it one yet."""
        return self.name or self.code


class BankAnswer(models.Model):
    """The bytes of an answer that could be parsed, so that each rate can be traced to what the bank sent."""

    asked_for = models.DateField(
        _("asked for"), null=True, blank=True, help_text=_("Empty where the answer was read from a file.")
    )
    place = models.CharField(_("where it came from"), max_length=300)
    sha256 = models.CharField("SHA-256", max_length=64)
    compressed = models.BinaryField()
    size = models.PositiveIntegerField(_("bytes"))
    fetched_at = models.DateTimeField(_("fetched at"), default=timezone.now)
    confirmed_at = models.DateTimeField(
        _("confirmed at"), default=timezone.now, help_text=_("When the bank last answered with the same bytes.")
    )

    class Meta:
        verbose_name = _("answer of the bank")
        verbose_name_plural = _("answers of the bank")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["asked_for", "sha256"], name="one_such_answer_a_day"),
            models.UniqueConstraint(
                fields=["sha256"], condition=models.Q(asked_for__isnull=True), name="one_such_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_for or self.place} · {self.sha256[:8]}"

    @classmethod
    def record(cls, data: bytes, place: str, asked_for: date | None) -> Self:
        """The row of these bytes; the same bytes in answer to the same request are stored once."""
        now = timezone.now()
        answer, _created = cls.objects.update_or_create(
            asked_for=asked_for,
            sha256=hashlib.sha256(data).hexdigest(),
            defaults={"confirmed_at": now},
            create_defaults={
                "place": place[:300],
                "compressed": gzip.compress(data, mtime=0),
                "size": len(data),
                "fetched_at": now,
                "confirmed_at": now,
            },
        )
        return answer

    @property
    def data(self) -> bytes:
        return gzip.decompress(bytes(self.compressed))

    @property
    def is_intact(self) -> bool:
        return hashlib.sha256(self.data).hexdigest() == self.sha256


class RateQuerySet(models.QuerySet["Rate"]):
    """Readers see only rates in force, so each query for them below starts from in_force()."""

    def in_force(self) -> Self:
        return self.filter(state=Rate.State.IN_FORCE)

    def held_back(self) -> Self:
        return self.filter(state=Rate.State.HELD_BACK)

    def on(self, day: date) -> Self:
        """The rates set for exactly this day."""
        return self.in_force().filter(day=day).select_related("currency")

    def current(self, on: date | None = None) -> list["Rate"]:
        """The rates that hold on a day (today): the newest of each currency up to it, however old all of them are.

        Where a rate is held back, the last good one of its currency is returned with its own day. A currency that the
        bank no longer quotes is left out (see `leave_out_ended`).
        """
        day = on or timezone.localdate()
        return leave_out_ended(self.newest_by(day))

    def current_on(self, days: Iterable[date]) -> dict[date, list["Rate"]]:
        """The same for each of several days, with one query."""
        days = sorted(set(days))
        rates = self.newest_by(*days)
        return {day: leave_out_ended(newest_of_each(rate for rate in rates if rate.day <= day)) for day in days}

    def newest_by(self, *days: date) -> list["Rate"]:
        """Of each currency the newest rate on each of `days`, ordered by currency."""
        newest = [
            Currency.objects.order_by()
            .annotate(
                newest=models.Subquery(
                    Rate.objects.in_force()
                    .filter(currency=models.OuterRef("pk"), day__lte=day)
                    .order_by("-day")
                    .values("pk")[:1]
                )
            )
            .values("newest")
            for day in days
        ]
        keys = newest[0].union(*newest[1:]) if len(newest) > 1 else newest[0]
        return list(
            self.filter(pk__in=keys).select_related("currency").order_by("currency__position", "currency__code", "day")
        )

    def in_widget(self) -> Self:
        return self.filter(currency__in_widget=True)

    def history(self, currency: Currency) -> Self:
        """All rates of one currency that are or were in force, newest first."""
        return self.in_force().filter(currency=currency).order_by("-day")


def newest_of_each(rates: Iterable["Rate"]) -> list["Rate"]:
    """The last rate of each currency; `rates` are ordered by currency and then by day."""
    return list({rate.currency_id: rate for rate in rates}.values())


def leave_out_ended(rates: list["Rate"]) -> list["Rate"]:
    """The rates without those of currencies that the bank no longer quotes: ones much older than the newest of all."""
    last = max((rate.day for rate in rates), default=FIRST_DAY)
    return [rate for rate in rates if last - rate.day < LONGEST_HOLIDAYS]


class Rate(models.Model):
    """Tenge for `nominal` units of a currency on a day. The bank changes a currency's nominal over time.

    A rate is never rewritten. A correction of the same day becomes another row, and `state` says which of them holds;
    only `rates.update` and `rates.clerk` change it.
    """

    class Origin(models.TextChoices):
        BANK = "bank", _("National Bank")
        HAND = "hand", _("entered by hand")

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("in force")
        HELD_BACK = "held_back", _("held back")
        REFUSED = "refused", _("refused")
        REPLACED = "replaced", _("replaced")

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
    # 13 digits, because SQLite stores decimals as floating point numbers, which are exact to 15.
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
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.IN_FORCE, editable=False)
    origin = models.CharField(_("origin"), max_length=4, choices=Origin, default=Origin.BANK, editable=False)
    answer = models.ForeignKey(
        BankAnswer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="rates",
        verbose_name=_("answer of the bank"),
    )
    stored_at = models.DateTimeField(_("stored at"), default=timezone.now, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("entered by"),
    )
    reason = models.CharField(
        _("reason"),
        max_length=500,
        blank=True,
        help_text=_("Why it is entered by hand, and where the figure is from."),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)

    objects = RateQuerySet.as_manager()

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering = ["-day", "currency__position", "currency__code", "-id"]
        # No index begins with the day: PostgreSQL would use it to find the newest rate of a currency, which is
        # slow for a currency that has ended, instead of the unique index of currency and day below.
        indexes = [
            models.Index(fields=["currency", "day"], name="rate_currency_day"),
            models.Index(fields=["day"], condition=models.Q(state="held_back"), name="rate_held_back"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "day"], condition=models.Q(state="in_force"), name="one_rate_in_force_a_day"
            ),
            models.UniqueConstraint(
                fields=["currency", "day"], condition=models.Q(state="held_back"), name="one_rate_held_back_a_day"
            ),
            models.CheckConstraint(condition=models.Q(value__gt=0), name="rate_value_is_positive"),
            models.CheckConstraint(condition=models.Q(nominal__gt=0), name="rate_nominal_is_positive"),
            models.CheckConstraint(
                condition=models.Q(day__gte=FIRST_DAY),
                name="rate_day_has_tenge",
                violation_error_message=_("There is no rate before 15 November 1993, the first day of the tenge."),
            ),
            models.CheckConstraint(
                condition=models.Q(origin="bank", entered_by__isnull=True, reason="")
                | (models.Q(origin="hand", answer__isnull=True) & ~models.Q(reason="")),
                name="rate_origin_is_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency.code}, {self.day:%Y-%m-%d}"

    @property
    def direction(self) -> str:
        """Where the rate went: up, down, same, or an empty string where the change is unknown."""
        if self.change is None:
            return ""
        return "up" if self.change > 0 else "down" if self.change < 0 else "same"


class HeldRate(Rate):
    """The rates that wait for the rates clerk. A model of its own, so that the admin can list them apart."""

    class Meta:
        proxy = True
        verbose_name = _("rate held back")
        verbose_name_plural = _("rates held back")
        ordering = ["day", "currency__position", "currency__code"]
