"""The pictures of an article's gallery and text as readers get them."""

import re
from collections.abc import Iterable, Mapping

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from news.markup.sanitizer import PICTURE, image_numbers
from news.media.placements import content_of, picture_numbers
from news.models import Article, Image


def attach_images(articles: Iterable[Article]) -> None:
    """Loads the pictures of all the articles with one query, or without any when they have no picture."""
    numbers = {article: picture_numbers(content_of(article)) for article in articles}
    pks = set().union(*numbers.values())
    images = Image.objects.in_bulk(pks) if pks else {}
    for article in numbers:
        article.placed_images = images  # type: ignore[attr-defined]


def load_placed_images(article: Article) -> dict[int, Image]:
    """The pictures of the article's gallery and texts, by number; with a query unless they are attached already."""
    if not hasattr(article, "placed_images"):
        attach_images([article])
    return article.placed_images  # type: ignore[attr-defined]


def gallery_images(article: Article) -> list[Image]:
    """The pictures of the gallery in its order, without those that have left the library."""
    images = load_placed_images(article)
    return [images[pk] for pk in article.gallery if pk in images]


def body_with_pictures(article: Article, *, is_plain: bool = False) -> SafeString:
    """The article's text in the active language with its pictures."""
    text = article.body or ""
    return insert_pictures(text, load_placed_images(article) if image_numbers(text) else {}, is_plain=is_plain)


def insert_pictures(html: str, images: Mapping[int, Image], *, is_plain: bool = False) -> SafeString:
    """Replaces the numbers in a sanitised text by the pictures; one that has left the library is left out.

    The still of a video has no caption. A plain text has each picture in one width, since feed readers and the like
    do not choose among several.
    """

    def insert(match: re.Match[str]) -> str:
        image = images.get(int(match[1]))
        if not image:
            return ""
        if html.startswith("</figure>", match.end()):  # in a video, whose title describes it
            return render_to_string("components/still.html", {"image": image}).strip()
        return render_to_string("components/figure.html", {"image": image, "is_plain": is_plain})

    return mark_safe(PICTURE.sub(insert, html))  # noqa: S308  (sanitised)
