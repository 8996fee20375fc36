import posixpath
import secrets
from collections.abc import Iterator
from functools import cached_property
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from news.models.article import Article
from news.models.fields import MendedCharField
from news.models.languages import TRANSLATIONS
from news.models.person import Person
from news.models.source import Source

WIDTHS = (320, 640, 960, 1280, 1920)
"""Pixels. Each image has an address for each width and format. It is never enlarged: wider ones have its own width."""

FORMATS = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}

SRC_WIDTH = 640
SHARE_SIZE = (1200, 630)
SHARE = "share.jpg"
"""The name of the cut for messengers and social networks, which would otherwise cut out the middle."""

CENTRE = 50


def make_token() -> str:
    """A part of every address of an image: 128 random bits, which nobody can guess."""
    return secrets.token_urlsafe(16)


def original_path(image: "Image", filename: str) -> str:
    """The path of an uploaded file. Each upload has a new folder, so no file is overwritten while it is read."""
    return f"images/{image.token}-{secrets.token_hex(4)}/{filename}"


class ImageQuerySet(models.QuerySet["Image"]):
    def public(self) -> Self:
        """Images that anybody may see: those of published articles, of people whom readers see and of sources."""
        this, published = models.OuterRef("pk"), Article.objects.published()
        return self.filter(
            models.Exists(published.filter(cover=this))
            | models.Exists(published.filter(placements__image=this))
            | models.Exists(Person.objects.public().filter(photograph=this))
            | models.Exists(Source.objects.filter(emblem=this))
        )


class Image(models.Model):
    """An image of the library. `news.media.images` has decoded it, turned it upright and removed its metadata.

    Readers never get the original, only what `news.media.images` makes of it in `WIDTHS` and `FORMATS`.
    """

    token = models.CharField(max_length=32, unique=True, default=make_token, editable=False)
    file = models.FileField(_("picture"), upload_to=original_path, max_length=200)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    alt = MendedCharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    caption = MendedCharField(_("caption"), max_length=500, blank=True)
    credit = MendedCharField(_("credit"), max_length=150, blank=True)
    focus_x = models.PositiveSmallIntegerField(
        _("from the left, %"), default=CENTRE, validators=[MaxValueValidator(100)]
    )
    focus_y = models.PositiveSmallIntegerField(
        _("from the top, %"), default=CENTRE, validators=[MaxValueValidator(100)]
    )
    """The focal point, which is visible in every cut of the image."""
    origin_sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    """The hash of the imported file that it was made from, so that the file is imported only once."""
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("uploaded by"),
    )

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["uploaded_at", "id"], name="image_by_time"),
            *(
                models.Index(
                    models.F("id").desc(),
                    condition=~models.Q(**{f"alt_{code}__gt": ""}),
                    name=f"image_without_alt_{code}",
                )
                for code in TRANSLATIONS
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(focus_x__lte=100, focus_y__lte=100), name="focal_point_is_on_the_picture"
            )
        ]

    def __str__(self) -> str:
        """Its alternative text, in another language if it has none in the active one."""
        texts = (getattr(self, f"alt_{code}") for code in TRANSLATIONS)
        return self.alt or next(filter(None, texts), f"№ {self.pk}")

    @property
    def languages_without_alt(self) -> list[str]:
        """The languages in which it has no alternative text."""
        return [code for code in TRANSLATIONS if not getattr(self, f"alt_{code}")]

    @property
    def widths(self) -> Iterator[int]:
        """The widths to offer to browsers: up to the first that is not below its own."""
        for width in WIDTHS:
            yield width
            if width >= self.width:
                return

    @cached_property
    def folder(self) -> str:
        return reverse("image", args=[self.token, "-"]).removesuffix("-")

    @property
    def version(self) -> str:
        """Differs for each file that was uploaded as this image."""
        return posixpath.dirname(str(self.file.name or "")).rpartition("-")[2]

    def url_of(self, name: str) -> str:
        """The address of one of its files. The view ignores the version, but browsers fetch a replaced image by it."""
        return f"{self.folder}{name}" + (f"?v={self.version}" if self.version else "")

    def address(self, width: int, format: str) -> str:
        return self.url_of(f"{width}.{format}")

    def srcset(self, format: str) -> str:
        return ", ".join(f"{self.address(width, format)} {min(width, self.width)}w" for width in self.widths)

    @property
    def srcset_avif(self) -> str:
        return self.srcset("avif")

    @property
    def srcset_webp(self) -> str:
        return self.srcset("webp")

    @property
    def src(self) -> str:
        """The address for browsers that support neither AVIF nor WebP."""
        return self.address(self.widest(SRC_WIDTH), "jpg")

    @property
    def thumbnail(self) -> str:
        return self.address(WIDTHS[0], "webp")

    @property
    def largest(self) -> str:
        """The address of the largest size, for readers who want to see every detail."""
        return self.address(max(self.widths), "jpg")

    @property
    def share_src(self) -> str:
        """The address for messengers and social networks, which want a wide JPEG of the size they show."""
        return self.url_of(SHARE)

    @property
    def share_size(self) -> tuple[int, int]:
        """The width and height of that JPEG: as large as the image allows, in the shape of SHARE_SIZE."""
        width, height = SHARE_SIZE
        scale = min(1, self.width / width, self.height / height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    @property
    def focus_class(self) -> str:
        """The CSS classes that keep the focal point visible. In tenths, because the style sheet has a rule for each."""
        points = {"x": round(self.focus_x, -1), "y": round(self.focus_y, -1)}
        return " ".join(f"focus-{axis}-{point}" for axis, point in points.items() if point != CENTRE)

    def widest(self, limit: int) -> int:
        return max(width for width in self.widths if width <= limit)


def fit_size(width: int, height: int, widest: int) -> tuple[int, int]:
    """The width and height of an image that is made at most `widest` pixels wide."""
    if width <= widest:
        return width, height
    return widest, max(1, round(height * widest / width))
