from typing import Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FrontSectionQuerySet(models.QuerySet["FrontSection"]):
    def public(self) -> Self:
        """The front page that readers have."""
        return self.filter(is_public=True)

    def planned(self) -> Self:
        """The front page as editors are arranging it."""
        return self.filter(is_public=False)

    def pins(self) -> Self:
        """The public choices of a leading story that have not ended."""
        return self.public().filter(kind=FrontSection.Kind.LEAD, until__gt=timezone.now())


class FrontSection(models.Model):
    """A part of the front page. Each stands in up to two rows: as it is planned, and as readers have it.

    Editors change the planned rows; `publish_plan` puts copies of them in the place of the public ones.
    """

    class Kind(models.TextChoices):
        LEAD = "lead", _("Leading story")
        LATEST = "latest", _("Latest news")
        TOPIC = "topic", _("News on a topic")
        SPEECHES = "speeches", _("Speeches and interviews")
        DOCUMENTS = "documents", _("Documents")
        PHOTOS = "photos", _("Photo reports")
        LANGUAGES = "languages", _("In other languages today")
        ANNOUNCEMENTS = "announcements", _("Announcements")
        MOST_READ = "most_read", _("Most read")
        NEWSLETTER = "newsletter", _("News by e-mail")
        CONTACTS = "contacts", _("Press contacts")
        RATES = "rates", _("Exchange rates of the week")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("The smallest stands first."))
    title = models.CharField(
        _("heading"), max_length=100, blank=True, help_text=_("The usual one of its kind when left empty.")
    )
    topic = models.ForeignKey(
        "news.Topic",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("topic"),
        help_text=_("Only of a section with news on a topic."),
    )
    article = models.ForeignKey(
        "news.Article",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("article"),
        help_text=_("Only of the leading story: without one, the newest pinned article leads, or else the newest."),
    )
    until = models.DateTimeField(
        _("leads until"),
        null=True,
        blank=True,
        help_text=_("The moment from which the chosen article no longer leads."),
    )
    is_public = models.BooleanField(default=False, editable=False)

    objects = FrontSectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("section of the front page")
        verbose_name_plural = _("sections of the front page")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="topic") | Q(topic__isnull=False),
                name="front_section_on_a_topic_has_one",
                violation_error_message=_("Choose the topic of this section."),
            ),
            models.CheckConstraint(
                condition=Q(article__isnull=True) | Q(kind="lead", until__isnull=False),
                name="front_article_leads_until_a_moment",
                violation_error_message=_(
                    "An article can be chosen for the leading story only, and leads until a moment."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.Kind(self.kind).label)

    def clean(self) -> None:
        if self.topic_id and self.kind != self.Kind.TOPIC:
            raise ValidationError({"topic": _("Only a section with news on a topic has a topic.")})


@transaction.atomic
def publish_plan() -> None:
    """Gives readers the front page as it is planned. The caller invalidates the pages."""
    # Whoever publishes at the same time waits here, and then deletes the copies made meanwhile.
    copies = list(FrontSection.objects.planned().select_for_update())
    FrontSection.objects.public().delete()
    for copy in copies:
        copy.pk, copy.is_public = None, True
    FrontSection.objects.bulk_create(copies)


def is_plan_public() -> bool:
    """Whether readers have the front page just as it is planned."""
    fields = [field.attname for field in FrontSection._meta.concrete_fields if field.name not in ("id", "is_public")]
    planned, public = (
        list(rows.order_by("position", "id").values_list(*fields))
        for rows in (FrontSection.objects.planned(), FrontSection.objects.public())
    )
    return planned == public
