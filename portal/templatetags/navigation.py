from django import template

from portal.editions import Edition

register = template.Library()


@register.filter
def is_below(path: str, address: str) -> bool:
    """Whether the page at a path stands below an address, as an article stands below the list of articles."""
    return path != address and path.startswith(address)


@register.filter
def other_languages(alternates: list[tuple[Edition, str]], edition: Edition) -> list[tuple[Edition, str]]:
    """The editions with their addresses, but those that only set the same words in other letters."""
    return [(each, url) for each, url in alternates if each.language != edition.language and not each.is_derived]
