"""The pictures of an article's gallery and text as readers get them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from news.markup.sanitizer import PICTURE, pictures_in
from news.media.placements import content_of, picture_numbers
from news.models import Article, Image


def attach(articles: Iterable[Article]) -> None:
    """Brings the pictures of all of them by one question; by none when they have none."""
    wanted = {article: picture_numbers(content_of(article)) for article in articles}
    pks = set().union(*wanted.values())
    images = Image.objects.in_bulk(pks) if pks else {}
    for article in wanted:
        article.placed = images  # type: ignore[attr-defined]


def placed(article: Article) -> dict[int, Image]:
    """The pictures of its gallery and its texts, by number."""
    if not hasattr(article, "placed"):
        attach([article])
    return article.placed  # type: ignore[attr-defined]


def gallery(article: Article) -> list[Image]:
    images = placed(article)
    return [images[pk] for pk in article.gallery if pk in images]


def body(article: Article, *, is_plain: bool = False) -> SafeString:
    """Its text in the active language with its pictures."""
    text = article.body or ""
    return with_pictures(text, placed(article) if pictures_in(text) else {}, is_plain=is_plain)


def with_pictures(html: str, images: Mapping[int, Image], *, is_plain: bool = False) -> SafeString:
    """A sanitised text with its pictures whole, stills of videos without words; what has left the library is left out.

    A plain one has each picture in one width, for readers that know no others, such as those of feeds.
    """

    def shown(match: Any) -> str:
        image = images.get(int(match[1]))
        if not image:
            return ""
        if html.startswith("</figure>", match.end()):  # in a video, whose title says what is seen
            return render_to_string("components/still.html", {"image": image}).strip()
        return render_to_string("components/figure.html", {"image": image, "is_plain": is_plain})

    return mark_safe(PICTURE.sub(shown, html))  # noqa: S308  (sanitised)
