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
from news.models.languages import TRANSLATIONS
from news.models.person import Person
from news.models.source import Source

WIDTHS = (320, 640, 960, 1280, 1920)
"""A picture answers at each of them in each format; it is never enlarged, so the last ones may be as wide as itself."""

FORMATS = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}

SRC_WIDTH = 640
SHARE_SIZE = (1200, 630)
SHARE = "share.jpg"
"""The name of the cut that messengers and social networks show; left to themselves they cut to the middle."""

CENTRE = 50


def make_token() -> str:
    """Part of every address of a picture: 128 random bits that nobody can guess."""
    return secrets.token_urlsafe(16)


def original_path(image: "Image", filename: str) -> str:
    """A new folder for each upload, so that replacing a picture never writes over what is being read."""
    return f"images/{image.token}-{secrets.token_hex(4)}/{filename}"


class ImageQuerySet(models.QuerySet["Image"]):
    def public(self) -> Self:
        """Pictures a stranger may see: those of published articles, of people and of sources."""
        this, published = models.OuterRef("pk"), Article.objects.published()
        return self.filter(
            models.Exists(published.filter(cover=this))
            | models.Exists(published.filter(placements__image=this))
            | models.Exists(Person.objects.filter(photograph=this))
            | models.Exists(Source.objects.filter(emblem=this))
        )


class Image(models.Model):
    """A picture of the library; `news.media.images` has decoded, turned upright and stripped its file.

    Its original is never shown, only what `news.media.images` makes of it in `WIDTHS` and `FORMATS`.
    """

    token = models.CharField(max_length=32, unique=True, default=make_token, editable=False)
    file = models.FileField(_("picture"), upload_to=original_path, max_length=200)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(_("credit"), max_length=150, blank=True)
    focus_x = models.PositiveSmallIntegerField(
        _("from the left, %"), default=CENTRE, validators=[MaxValueValidator(100)]
    )
    focus_y = models.PositiveSmallIntegerField(
        _("from the top, %"), default=CENTRE, validators=[MaxValueValidator(100)]
    )
    """The point that every cut of the picture keeps in sight."""
    origin_sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    """Of the file of an archive that it was made from, so that it is brought in only once."""
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
        constraints = [
            models.CheckConstraint(
                condition=models.Q(focus_x__lte=100, focus_y__lte=100), name="focal_point_is_on_the_picture"
            )
        ]

    def __str__(self) -> str:
        """By what it shows, in another language if it is not said in the active one."""
        said = (getattr(self, f"alt_{code}") for code in TRANSLATIONS)
        return self.alt or next(filter(None, said), f"№ {self.pk}")

    @property
    def languages_without_alt(self) -> list[str]:
        """The languages in which nothing says what it shows."""
        return [code for code in TRANSLATIONS if not getattr(self, f"alt_{code}")]

    @property
    def widths(self) -> Iterator[int]:
        """Those worth offering: up to the first that holds every pixel."""
        for width in WIDTHS:
            yield width
            if width >= self.width:
                return

    @cached_property
    def folder(self) -> str:
        return reverse("image", args=[self.token, "-"]).removesuffix("-")

    @property
    def version(self) -> str:
        """Another one for each file that was uploaded as this picture."""
        return posixpath.dirname(str(self.file.name or "")).rpartition("-")[2]

    def url_of(self, name: str) -> str:
        """Its address. The version is not asked for when it is answered, but makes browsers fetch what was replaced."""
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
        """For whoever reads neither modern format."""
        return self.address(self.widest(SRC_WIDTH), "jpg")

    @property
    def thumbnail(self) -> str:
        return self.address(WIDTHS[0], "webp")

    @property
    def largest(self) -> str:
        """For whoever wants to see every detail."""
        return self.address(max(self.widths), "jpg")

    @property
    def share_src(self) -> str:
        """For messengers and social networks, which want a JPEG, wide, and no larger than they show it."""
        return self.url_of(SHARE)

    @property
    def share_size(self) -> tuple[int, int]:
        """As large as the picture allows in the shape that they show."""
        width, height = SHARE_SIZE
        scale = min(1, self.width / width, self.height / height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    @property
    def focus_class(self) -> str:
        """The classes by which a style sheet keeps the focal point in sight; in tenths, for each is a rule there."""
        points = {"x": round(self.focus_x, -1), "y": round(self.focus_y, -1)}
        return " ".join(f"focus-{axis}-{point}" for axis, point in points.items() if point != CENTRE)

    def widest(self, limit: int) -> int:
        return max(width for width in self.widths if width <= limit)


def fitted(width: int, height: int, widest: int) -> tuple[int, int]:
    """The size of a picture when it may be at most so wide."""
    if width <= widest:
        return width, height
    return widest, max(1, round(height * widest / width))
