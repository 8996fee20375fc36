"""What templates ask about news beyond their view's own subject."""

from django import template

from news.models import Source

register = template.Library()


@register.simple_tag
def source_menu() -> list[Source]:
    """The institutions at work today, in the order of the menu."""
    return list(Source.objects.active())
