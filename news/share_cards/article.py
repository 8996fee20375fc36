"""Share cards: the picture by which messengers and social networks show an article, one for each edition it is in.

A card is drawn when its article is published or scheduled, and again by a job when something on it changed elsewhere
(the cover's file, the name of the source). The address has a fingerprint of what stands on the card, so that services
that cache pictures fetch a new one when it changes. Whether a reader may see it is decided at each request, as for a
page.
"""

import hashlib
import logging
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import batched
from threading import Lock
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from PIL import Image as Picture
from PIL import ImageDraw

from news.media import images
from news.models import TRANSLATIONS, Article, Image
from news.models.image import SHARE_SIZE
from news.share_cards import ornaments, typesetting
from portal import editions

logger = logging.getLogger(__name__)

CARDS = "cards"
"""The folder of all cards in the storage of uploads, with one for each article."""
DESIGN = 2
"""Raise it when the drawing of cards changes, so that all of them get new addresses."""
WIDTH, HEIGHT = SHARE_SIZE
MARGIN = 64
COVER_WIDTH = 468
PAPER, CLOTH, BRAID, INK, SOFT, GOLD = "#0d3f44", "#14494e", "#3a6a5c", "#f6efdf", "#cfe0da", "#e5b75a"
TITLE = range(92, 31, -2)
TITLE_TOP, TITLE_BOTTOM = 132, 492
LINE = 540
"""The height in pixels at which the middle of the line with source and date stands."""
JPEG: dict[str, Any] = {"format": "JPEG", "quality": 88, "optimize": True, "progressive": True, "subsampling": 0}

one_at_a_time = Lock()


@dataclass(frozen=True)
class Card:
    """What a card shows, in the script of its edition."""

    title: str
    source: str
    day: str
    brand: str
    is_from_right: bool
    cover: str
    """The cover's folder and focal point; empty where there is no cover."""

    @classmethod
    def of(cls, article: Article) -> "Card":
        """The card in the active language. Select source and cover with the article to save queries."""
        edition = editions.current()
        day = date_format(timezone.localdate(article.publish_at)) if article.publish_at else ""
        cover = article.cover
        return cls(
            title=edition.transliterate(article.title),
            source=edition.transliterate(article.source.short_name),
            day=edition.transliterate(day),
            brand=edition.transliterate(_("Parliament News")),
            is_from_right=edition.dir == "rtl",
            cover=f"{images.folder_of(cover)} {cover.focus_x} {cover.focus_y}" if cover else "",
        )

    @property
    def version(self) -> str:
        return hashlib.blake2b(repr((DESIGN, self)).encode(), digest_size=6).hexdigest()


# For pages


def card_address(article: Article) -> str:
    """The address of the article's card in the active language."""
    return reverse("card", args=[article.pk, Card.of(article).version])


def card_response(article: Article) -> HttpResponse:
    """The response with the card in the active language. The caller has checked that the article may be seen.

    Caches must ask again each time, so that the card of a withdrawn article is gone at once.
    """
    card = Card.of(article)
    content = load_or_draw(article, card)
    headers = {
        "Content-Length": str(len(content)),
        "Cache-Control": "public, no-cache",
        "ETag": f'"{card.version}-{len(content)}"',
        "X-Robots-Tag": "noarchive",  # a copy would outlive a withdrawal
    }
    return HttpResponse(content, content_type="image/jpeg", headers=headers)


# Drawing and storing


def prepare_cards(article: Article) -> int:
    """Draws an article's missing cards and deletes those of former texts. Returns the number of cards drawn."""
    found = card_files(article)
    current, count = set(), 0
    for card in cards_of(article):
        current.add(name_of(card))
        if name_of(card) not in found:
            load_or_draw(article, card)
            count += 1
    for name in found - current:
        default_storage.delete(f"{folder_of(article)}/{name}")
    return count


def prepare_all_cards(articles: QuerySet[Article]) -> int:
    """Prepares the cards of all articles that are published or scheduled, newest first; returns the number drawn."""
    promised = articles.filter(status=Article.Status.APPROVED, publish_at__isnull=False)
    return sum(
        prepare_cards(article) for article in promised.select_related("source", "cover").order_by("-pk").iterator(100)
    )


def delete_stray_cards() -> int:
    """Deletes the stored cards that say what no reader has or is promised now; returns the number of files deleted.

    They are not served, since each request compares the article, but they stay in the storage and in backups.
    """
    with suppress(FileNotFoundError):
        folders = [name for name in default_storage.listdir(CARDS)[0] if name.isdecimal()]
        return sum(delete_stray_cards_of(batch) for batch in batched(folders, 100))
    return 0


def delete_stray_cards_of(folders: Collection[str]) -> int:
    promised = Article.objects.filter(status=Article.Status.APPROVED, publish_at__isnull=False)
    articles = promised.select_related("source", "cover").in_bulk([int(name) for name in folders])
    count = 0
    for name in folders:
        article = articles.get(int(name))
        current = {name_of(card) for card in cards_of(article)} if article else set()
        for stray in set(default_storage.listdir(f"{CARDS}/{name}")[1]) - current:
            default_storage.delete(f"{CARDS}/{name}/{stray}")
            count += 1
    return count


def cards_of(article: Article) -> Iterator[Card]:
    """The article's card in each edition that it is in."""
    for edition in editions.EDITIONS:
        if edition.language in article.languages:
            with override(edition.code):
                yield Card.of(article)


def recently_released(since: datetime) -> QuerySet[Article]:
    """Articles published or changed for readers since then, and scheduled ones."""
    pks = set(
        Article.objects.filter(status=Article.Status.APPROVED, released_at__gte=since).values_list("pk", flat=True)
    )
    for code in TRANSLATIONS:
        with override(code):  # each language has an index for this query
            newest = Article.objects.filter(status=Article.Status.APPROVED, publish_at__gte=since).in_language()
            pks.update(newest.values_list("pk", flat=True))
    return Article.objects.filter(pk__in=pks)


def card_files(article: Article) -> set[str]:
    """The names of the stored cards of an article."""
    with suppress(FileNotFoundError):
        return set(default_storage.listdir(folder_of(article))[1])
    return set()


def load_or_draw(article: Article, card: Card) -> bytes:
    """The card's JPEG file, stored; it is drawn first if need be."""

    def render() -> bytes:
        file = BytesIO()
        draw_card(card, cover_of(article.cover)).save(file, **JPEG)
        return file.getvalue()

    return images.load_or_make(default_storage, f"{folder_of(article)}/{name_of(card)}", render, one_at_a_time)


def folder_of(article: Article) -> str:
    return f"{CARDS}/{article.pk}"


def name_of(card: Card) -> str:
    return f"{card.version}.jpg"


def cover_of(image: Image | None) -> Picture.Image | None:
    """The cover cropped around its focal point; None where there is no cover or its file is lost."""
    if image is None:
        return None
    try:
        content = images.rendition(image, f"{image.widest(1280)}.jpg")
    except FileNotFoundError:
        logger.error("The original of picture %s is lost: %s", image.pk, image.file.name)
        return None
    return images.crop_picture(image, Picture.open(BytesIO(content)).convert("RGB"), (COVER_WIDTH, HEIGHT))


def draw_card(card: Card, cover: Picture.Image | None) -> Picture.Image:
    picture = Picture.new("RGB", SHARE_SIZE, PAPER)
    width = WIDTH - 2 * MARGIN
    if cover:
        picture.paste(cover, (0 if card.is_from_right else WIDTH - COVER_WIDTH, 0))
        width -= COVER_WIDTH - MARGIN // 4
    else:
        crown = ornaments.shanyrak(620)
        picture.paste(CLOTH, (-250 if card.is_from_right else WIDTH - 370, 5), crown)
    band = ornaments.horns(WIDTH - COVER_WIDTH if cover else WIDTH, 32)
    picture.paste(BRAID, (COVER_WIDTH if cover and card.is_from_right else 0, HEIGHT - 32), band)
    write_texts(picture, card, width)
    return picture


def write_texts(picture: Picture.Image, card: Card, width: int) -> None:
    """Writes brand, title, source and day, aligned to the side where the edition's lines begin."""
    pen = ImageDraw.Draw(picture)
    edge = WIDTH - MARGIN if card.is_from_right else MARGIN
    step = -1 if card.is_from_right else 1

    def put(setting: typesetting.Setting, x: int, y: int, fill: str) -> None:
        setting.draw(pen, x, y, fill, from_right=card.is_from_right)

    picture.paste(GOLD, (edge - 48 * card.is_from_right, MARGIN - 8), ornaments.shanyrak(48))
    brand = typesetting.fit_text(card.brand, "regular", range(27, 19, -1), width - 66, 48)
    put(brand, edge + step * 66, MARGIN + 16 - brand.height // 2, SOFT)

    title = typesetting.fit_text(card.title, "bold", TITLE, width, TITLE_BOTTOM - TITLE_TOP)
    put(title, edge, (TITLE_TOP + TITLE_BOTTOM - title.height) // 2, INK)

    day = typesetting.fit_text(card.day, "regular", range(27, 19, -1), width // 2, 48)
    source = typesetting.fit_text(card.source, "bold", range(28, 19, -1), width - day.width - 24, 48)
    put(source, edge, LINE - source.height // 2, GOLD)
    put(day, edge + step * (source.width + 24), LINE - day.height // 2, SOFT)
