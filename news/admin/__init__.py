"""The editors' side of the news; Django looks here for what is registered."""

from news.admin import articles

__all__ = ["articles"]
