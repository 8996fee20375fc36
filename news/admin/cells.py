"""What several lists and forms of the admin show: a thumbnail, a thumbnail with its name, a link to a form."""

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html

from news.models import Image

ROWS = 50
"""Of a page of any list whose rows are lines of text."""


def thumbnail(image: Image | None) -> str:
    """Beside the words that say what it is; so without an alternative text of its own."""
    if image is None:
        return ""
    return format_html('<img class="thumbnail {}" src="{}" alt="" loading="lazy">', image.focus_class, image.thumbnail)


def headline(image, thing):
    """A column of pictures would be links without words; so both stand in one."""
    return format_html('<span class="headline">{}<strong>{}</strong></span>', thumbnail(image), thing)


def change_address(thing: Model) -> str:
    return reverse(f"admin:{thing._meta.label_lower.replace('.', '_')}_change", args=[thing.pk])
