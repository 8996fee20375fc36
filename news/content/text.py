"""What an article says in one language as plain text: for spelling, terms of law and other checks."""

from news.markup.plain_text import plain_text
from news.models import Article


def text_of(article: Article, language: str) -> str:
    """Title, lead and body, one under the other."""
    title, lead, body = (getattr(article, f"{name}_{language}") or "" for name in ("title", "lead", "body"))
    return f"{title}\n{lead}\n{plain_text(body)}"
