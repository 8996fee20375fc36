from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from news.models.delivery import Delivery
from news.models.languages import LANGUAGE_LENGTH
from portal.editions import EDITIONS, Edition, get_edition


class Arrival(models.Model):
    """The event that an article reached readers in a language. Subscribers are notified in the order of the keys."""

    article = models.ForeignKey("news.Article", on_delete=models.CASCADE, related_name="arrivals")
    language = models.CharField(max_length=LANGUAGE_LENGTH)
    came_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["article", "language"], name="article_arrives_once_in_a_language")
        ]
        indexes = [models.Index(fields=["language", "came_at"], name="lately_arrived")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.language}"


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def live(self) -> Self:
        """Subscriptions that get letters."""
        return self.filter(confirmed_at__isnull=False, dead_at__isnull=True)


class Subscription(models.Model):
    """An address that gets the news of an edition by e-mail. It is deleted when its owner unsubscribes."""

    class Frequency(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("every morning")
        WEEKLY = "weekly", _("on Mondays")

    email = models.EmailField(_("e-mail"))
    edition = models.CharField(_("language"), max_length=7, choices=[(each.code, each.label) for each in EDITIONS])
    frequency = models.CharField(_("how often"), max_length=7, choices=Frequency, default=Frequency.DAILY)
    about = models.JSONField(_("about"), default=list, blank=True)
    """For example ["source-1", "topic-5", "search-q=law"]: articles of any of these; all articles when empty.

    A deleted topic stays in the list, so that the list does not become empty.
    """
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    asked_at = models.DateTimeField(null=True, editable=False)
    """When its owner last requested the link to it."""
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    told = models.PositiveBigIntegerField(default=0, editable=False)
    """The key of the last arrival that was considered for its letters."""
    told_at = models.DateTimeField(null=True, editable=False)
    bounces = models.PositiveSmallIntegerField(_("letters that came back"), default=0)
    bounced_at = models.DateTimeField(null=True, editable=False)
    bouncing_since = models.DateTimeField(null=True, editable=False)
    """When the first of the bounces that count came."""
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    """The letters that servers took since the last bounce."""
    dead_at = models.DateTimeField(
        _("given up"), null=True, blank=True, help_text=_("Too many letters came back; nothing is sent any more.")
    )

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["email", "edition"], name="one_subscription_to_an_edition")]
        indexes = [
            models.Index(
                fields=["edition", "frequency", "told"],
                condition=models.Q(confirmed_at__isnull=False, dead_at__isnull=True),
                name="live_subscription",
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def to(self) -> Edition:
        return get_edition(self.edition)


class Letter(Delivery):
    """A letter that is not sent yet, or whose result is unknown. A sent letter is deleted."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="letters", verbose_name=_("subscription")
    )
    articles = models.JSONField(_("articles"), default=list, editable=False)
    """The numbers of the articles. A letter with the link to the subscriber's own page has none."""
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "id"], name="letter_state")]

    def __str__(self) -> str:
        return f"{self.subscription}, № {self.pk}"
