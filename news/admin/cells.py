"""What several lists and forms of the admin show: a thumbnail, a thumbnail with its name, a link to a form."""

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html

from news.models import Image

ROWS = 50
"""Rows on a page of a list of text lines."""


def thumbnail(image: Image | None) -> str:
    """The picture has no alternative text, because it always stands beside words that say what it is."""
    if image is None:
        return ""
    return format_html('<img class="thumbnail {}" src="{}" alt="" loading="lazy">', image.focus_class, image.thumbnail)


def headline(image, thing):
    """A picture and a name in one cell: a column of pictures alone would be links without words."""
    return format_html('<span class="headline">{}<strong>{}</strong></span>', thumbnail(image), thing)


def change_address(thing: Model) -> str:
    return reverse(f"admin:{thing._meta.label_lower.replace('.', '_')}_change", args=[thing.pk])
