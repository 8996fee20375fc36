import uuid
from datetime import datetime, timedelta

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.models.fields import MendedCharField, MendedTextField, SanitisedTextField
from news.models.languages import TRANSLATIONS
from news.models.querysets import OUT_OF_THE_BIN, UNFINISHED, ArticleQuerySet

SHORT_TEXT_FIELDS = ("dateline", "byline")
"""Texts of one line. Each gets a column for each language, and its place in revisions, the form, the archive and the
API. A template decides where a page shows it."""
TEXT_FIELDS = ("title", "slug", "lead", "body", *SHORT_TEXT_FIELDS)
"""Everything of an article that is written in each of its languages."""


def in_order_of_publication(**conditions: models.Q) -> list[models.Index]:
    """For each name an index of the articles that meet its condition."""
    return [
        models.Index(models.F("publish_at").desc(), models.F("id").desc(), condition=condition, name=name)
        for name, condition in conditions.items()
    ]


def make_origin_id() -> str:
    return uuid.uuid4().hex


class Article(models.Model):
    """Anything with a headline and a body. It exists in each language in which it has a title."""

    class Kind(models.TextChoices):
        NEWS = "news", _("News")
        PRESS_RELEASE = "press_release", _("Press release")
        ANNOUNCEMENT = "announcement", _("Announcement")
        SPEECH = "speech", _("Speech")
        INTERVIEW = "interview", _("Interview")
        PHOTO_REPORT = "photo_report", _("Photo report")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("Waiting for review")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.NEWS)
    source = models.ForeignKey(
        "news.Source",
        on_delete=models.PROTECT,
        db_index=False,  # the index article_source begins with it
        related_name="articles",
        verbose_name=_("source"),
    )
    title = MendedCharField(_("title"), max_length=300, blank=True)
    slug = models.CharField(
        _("address"),
        max_length=120,
        blank=True,
        help_text=_("The last part of the page's address. Made from the title when left empty."),
    )
    lead = MendedTextField(
        _("lead"),
        max_length=1000,
        blank=True,
        help_text=_("One or two sentences under the title, also shown in lists."),
    )
    body = SanitisedTextField(_("text"), blank=True)
    dateline = MendedCharField(
        _("dateline"), max_length=100, blank=True, help_text=_("Where it was filed, for example Astana.")
    )
    byline = MendedCharField(
        _("byline"), max_length=150, blank=True, help_text=_("Who wrote it, as readers should see it.")
    )
    topics = models.ManyToManyField("news.Topic", blank=True, related_name="articles", verbose_name=_("topics"))
    people = models.ManyToManyField("news.Person", blank=True, related_name="articles", verbose_name=_("people"))
    cover = models.ForeignKey(
        "news.Image",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cover_of",
        verbose_name=_("cover picture"),
    )
    gallery = models.JSONField(
        _("gallery"),
        default=list,
        blank=True,
        help_text=_("Pictures shown below the text, by their numbers in the library, in their order."),
    )
    attachments = models.ManyToManyField(
        "news.Attachment", blank=True, related_name="articles", verbose_name=_("attachments")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    pending = models.CharField(
        _("newer text"),
        max_length=10,
        choices=Status,
        blank=True,
        editable=False,
        help_text=_("How far the text is that waits beside the one readers get."),
    )
    publish_at = models.DateTimeField(
        _("publication"),
        null=True,
        blank=True,
        help_text=_("The moment from which an approved article is public; earlier, nobody sees it."),
    )
    pinned = models.BooleanField(_("pinned"), default=False, help_text=_("Stands first on the front page."))
    approved_number = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("The newest revision that somebody approved.")
    )
    released_at = models.DateTimeField(
        _("text renewed"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the text that readers get was put in its place; what waits beside it does not count."),
    )
    withdrawal_reason = models.CharField(_("reason of the withdrawal"), max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    replacement = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaces", verbose_name=_("replacement")
    )
    deleted_at = models.DateTimeField(_("put into the bin"), null=True, blank=True, editable=False)
    origin_id = models.CharField(
        _("origin"),
        max_length=200,
        unique=True,
        default=make_origin_id,
        editable=False,
        help_text=_("Its name in the archive it came from."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-publish_at", "-id"]
        permissions = [
            ("publish_article", _("Can publish and withdraw articles")),
            ("translate_article", _("Can translate articles into their own languages")),
        ]
        constraints = [
            models.CheckConstraint(
                # "Is not null" too, because a check whose result is NULL counts as passed.
                condition=models.Q(
                    ~models.Q(status="approved"),
                    *(models.Q(**{f"title_{code}__isnull": False, f"title_{code}__gt": ""}) for code in TRANSLATIONS),
                    _connector=models.Q.OR,
                ),
                name="approved_article_has_a_title",
            ),
            models.CheckConstraint(
                condition=models.Q(deleted_at__isnull=True) | ~models.Q(status="approved"),
                name="article_in_the_bin_is_not_approved",
            ),
        ]
        # One index for each way to read a feed. It has just the articles of its language, in the order of the feed.
        indexes = [
            *(
                models.Index(
                    models.F("publish_at").desc(),
                    models.F("id").desc(),
                    condition=models.Q(status="approved", **{f"title_{language}__gt": ""}),
                    name=f"feed_{language}",
                )
                for language in TRANSLATIONS
            ),
            *(
                models.Index(
                    models.F("source"),
                    models.F("publish_at").desc(),
                    models.F("id").desc(),
                    condition=models.Q(status="approved", **{f"title_{language}__gt": ""}),
                    name=f"source_feed_{language}",
                )
                for language in TRANSLATIONS
            ),
            models.Index(
                models.F("publish_at").desc(),
                models.F("id").desc(),
                condition=models.Q(pinned=True),
                name="pinned_article",
            ),
            # The text of most articles, those of an archive, was never renewed, so they are not in this index.
            models.Index(
                models.F("released_at"),
                condition=models.Q(status="approved", released_at__isnull=False),
                name="lately_released",
            ),
            models.Index(
                models.F("withdrawn_at").desc(), condition=models.Q(status="withdrawn"), name="withdrawn_article"
            ),
            # The lists of editors, by what they are filtered and sorted (docs/decisions/0029-lists-at-size.md).
            *in_order_of_publication(
                article_list=OUT_OF_THE_BIN,
                article_bin=models.Q(deleted_at__isnull=False),
                unfinished_article=OUT_OF_THE_BIN & UNFINISHED,
                **{
                    f"article_without_{code}": OUT_OF_THE_BIN & ~models.Q(**{f"title_{code}__gt": ""})
                    for code in TRANSLATIONS
                },
            ),
            models.Index(
                models.F("changed_at").desc(), condition=OUT_OF_THE_BIN & UNFINISHED, name="unfinished_lately"
            ),
            models.Index(fields=["source", "publish_at", "id"], condition=OUT_OF_THE_BIN, name="article_source"),
            *(
                models.Index(fields=[name, "publish_at", "id"], condition=OUT_OF_THE_BIN, name=f"article_{name}")
                for name in ("status", "kind", *(f"title_{code}" for code in TRANSLATIONS))
            ),
        ]

    def __str__(self) -> str:
        return self.title or next(
            (title for code in TRANSLATIONS if (title := getattr(self, f"title_{code}"))), f"№ {self.pk}"
        )

    def get_absolute_url(self) -> str:
        """The address in the active language."""
        return reverse("article", args=[self.pk, self.slug or self.kind.replace("_", "-")])

    @property
    def hits(self) -> int:
        """How many times the article was read."""
        return self.hit_total.total if hasattr(self, "hit_total") else 0

    @property
    def updated_at(self) -> datetime | None:
        """When readers last got something new in the article."""
        return max(filter(None, [self.publish_at, self.released_at]), default=None)

    @property
    def was_updated(self) -> bool:
        """Whether readers got a newer text after the publication, whose own text is released in the same minute."""
        return bool(self.publish_at and self.released_at and self.released_at - self.publish_at >= timedelta(minutes=1))

    @property
    def is_in_the_open(self) -> bool:
        """Whether readers get its row or once got it, so that a newer text has to wait beside it."""
        return self.status in (self.Status.APPROVED, self.Status.WITHDRAWN)

    @property
    def is_public(self) -> bool:
        """Whether readers have it now. For one article; lists use `published()`."""
        return self.is_promised and self.publish_at <= timezone.now()  # type: ignore[operator]  # not None

    @property
    def is_scheduled(self) -> bool:
        """Whether readers will have it from a moment that is set."""
        return self.is_promised and self.publish_at > timezone.now()  # type: ignore[operator]  # not None

    @property
    def is_promised(self) -> bool:
        """Whether readers have it, or will have it from a moment that is set."""
        return self.status == self.Status.APPROVED and self.publish_at is not None

    @property
    def stage(self) -> str:
        """The status of the newest text."""
        return self.pending or self.status

    @property
    def languages(self) -> list[str]:
        """The languages it exists in."""
        return [code for code in TRANSLATIONS if getattr(self, f"title_{code}")]
