"""Quotation cards: a quotation from an article as a picture that editors post in social networks."""

import re
from dataclasses import dataclass
from html import unescape
from io import BytesIO

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image as Picture
from PIL import ImageDraw

from news.models import Article
from news.share_cards import ornaments, typesetting
from news.share_cards.article import BRAID, CLOTH, GOLD, INK, PAPER, SOFT
from portal import editions

SIZES = {
    "square": (1080, 1080, gettext_lazy("Square")),
    "story": (1080, 1920, gettext_lazy("Upright")),
    "wide": (1200, 675, gettext_lazy("Wide")),
}
MARGIN = 84
TEXT = range(84, 25, -2)
BELOW = 190
"""The height in pixels that speaker, office, source and day take above the band."""
BAND = 40

QUOTATION = re.compile(r"<blockquote>((?:[^<]|<(?!/?blockquote>))*+)</blockquote>")
SPEAKER = re.compile(r"<cite>((?:[^<]|<(?!/?cite>))*+)</cite>")
BLOCK_END = re.compile(r"</(?:p|li|h[2-4])>|<br ?/?>")
SEPARATORS = " ,;–—-"
FULL_STOP = re.compile(r"(?<!\.)\.$")
"""Where the marks are «», a full stop follows the closing one; a picture needs none."""
QUOTES = {"en": "“”"}
OTHER_QUOTES = "«»"
"""The marks of Kazakh, Russian and any language that is not named above."""


@dataclass(frozen=True)
class Quotation:
    """A quotation in the script of its edition; speaker and office are empty where they are unknown."""

    text: str
    speaker: str
    office: str


def quotations(article: Article) -> list[Quotation]:
    """The quotations of the text in the active language, in their order."""
    edition = editions.current()
    marks = QUOTES.get(edition.language, OTHER_QUOTES)
    found = []
    for inside in QUOTATION.findall(article.body or ""):
        cited = " ".join(plain_words(each) for each in SPEAKER.findall(inside))
        speaker, _comma, office = cited.partition(",")
        text = plain_words(SPEAKER.sub("", inside)).strip(SEPARATORS)
        if text and not text.startswith(("«", "“", '"')):
            text = f"{marks[0]}{FULL_STOP.sub('', text) if marks == OTHER_QUOTES else text}{marks[1]}"
        if text:
            found.append(Quotation(*(edition.transliterate(each.strip()) for each in (text, speaker, office))))
    return found


def plain_words(html: str) -> str:
    return typesetting.BREAK.sub(" ", unescape(strip_tags(BLOCK_END.sub(" ", html)))).strip()


def picture_of(article: Article, quotation: Quotation, size: str) -> bytes:
    """The card as PNG, in the active language and in one of SIZES."""
    file = BytesIO()
    draw_quotation(article, quotation, size).save(file, "PNG", optimize=True)
    return file.getvalue()


def draw_quotation(article: Article, quotation: Quotation, size: str) -> Picture.Image:
    width, height, _label = SIZES[size]
    is_from_right = editions.current().dir == "rtl"
    picture = Picture.new("RGB", (width, height), PAPER)
    crown = min(width, height)
    picture.paste(CLOTH, (-crown // 2 if is_from_right else width - crown // 2, 40), ornaments.shanyrak(crown))
    picture.paste(BRAID, (0, height - BAND), ornaments.horns(width, BAND))
    write_texts(picture, article, quotation)
    return picture


def write_texts(picture: Picture.Image, article: Article, quotation: Quotation) -> None:
    """Writes site, quotation, speaker, office, source and day, aligned to the side where the edition's lines begin."""
    pen = ImageDraw.Draw(picture)
    edition = editions.current()
    is_from_right = edition.dir == "rtl"
    edge, step = (picture.width - MARGIN, -1) if is_from_right else (MARGIN, 1)
    room = picture.width - 2 * MARGIN

    def put(setting: typesetting.Setting, x: int, y: int, fill: str) -> int:
        return setting.draw(pen, x, y, fill, from_right=is_from_right)

    picture.paste(GOLD, (edge - 52 * is_from_right, MARGIN - 20), ornaments.shanyrak(52))
    brand = typesetting.fit_text(
        edition.transliterate(_("Parliament News")), "regular", range(30, 21, -1), room - 72, 52
    )
    put(brand, edge + step * 72, MARGIN + 6 - brand.height // 2, SOFT)

    day = date_format(timezone.localdate(article.publish_at))
    origin = typesetting.fit_text(
        edition.transliterate(f"{article.source.short_name}, {day}"), "regular", range(28, 19, -1), room, 46
    )
    speaker = typesetting.fit_text(
        quotation.speaker or edition.transliterate(article.source.name), "bold", range(38, 25, -1), room, 60
    )
    office = typesetting.fit_text(quotation.office, "regular", range(28, 21, -1), room, 90)
    top, bottom = MARGIN + 70, picture.height - BAND - 36 - BELOW
    text = typesetting.fit_text(quotation.text, "bold", TEXT, room, bottom - top)
    put(text, edge, (top + bottom - text.height) // 2, INK)

    below = bottom + 16
    pen.rectangle((min(edge, edge + step * 72), below, max(edge, edge + step * 72), below + 4), fill=GOLD)
    below = put(speaker, edge, below + 14, GOLD)
    if quotation.office:
        below = put(office, edge, below, SOFT)
    put(origin, edge, min(below + 4, picture.height - BAND - 20 - origin.height), SOFT)
