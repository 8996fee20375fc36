"""What a revision holds of an article: its fields by name, and how they come from and go to the article."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from news.content import internal_links
from news.media import placements
from news.models import TRANSLATIONS, Article, Attachment, HitTotal, Image, Person, Source, Topic
from news.models.article import TEXT_FIELDS
from news.search.indexing import Known, index_articles

Content = dict[str, Any]

TEXTS = [f"{field}_{code}" for code in TRANSLATIONS for field in TEXT_FIELDS]
BODIES = [f"body_{code}" for code in TRANSLATIONS]
CHOICES = ["kind", "source_id", "cover_id", "gallery", "publish_at", "pinned"]
SETS = ["topics", "people", "attachments"]
RELATED: dict[str, type[Model]] = {
    "source_id": Source,
    "cover_id": Image,
    "topics": Topic,
    "people": Person,
    "attachments": Attachment,
}
# modeltranslation keeps a column of the first language besides, under the field's own name.
ROW_COLUMNS = [*TEXTS, *TEXT_FIELDS, *(name.removesuffix("_id") for name in CHOICES), "changed_at"]


def read_content(article: Article) -> Content:
    """What the article's own row holds."""
    content: Content = {name: getattr(article, name) or "" for name in TEXTS}
    content |= {name: getattr(article, name) for name in CHOICES}
    content["publish_at"] = format_datetime(article.publish_at)
    for name in SETS:
        content[name] = sorted(each.pk for each in getattr(article, name).all()) if article.pk else []
    return content


def format_datetime(moment: datetime | None) -> str | None:
    return moment.astimezone(timezone.get_default_timezone()).isoformat() if moment else None


def show_content(article: Article, content: Content) -> None:
    """Puts the content on the article in memory, without saving it; topics, people and attachments stay as stored."""
    for name in TEXTS + CHOICES:
        if name in content:
            value = content[name]
            setattr(article, name, parse_datetime(value) if name == "publish_at" and value else value)


def store_content(article: Article, content: Content, before: Content | None = None) -> None:
    """Makes the content the article's own row, with everything that follows from it. No other column is written.

    `before` is what the row holds, for callers who know it: topics, people and attachments that stay are not looked up.
    """
    show_content(article, content)
    if article.pk:
        article.save(update_fields=ROW_COLUMNS)
    else:
        article.save()
    for name in SETS:
        if before is not None and content.get(name) == before.get(name):
            continue
        chosen = getattr(article, name)
        chosen.set(chosen.model.objects.filter(pk__in=content.get(name, [])))  # some may be deleted by now
    derive_from_rows([article])


def derive_from_rows(articles: Collection[Article], known: Known | None = None) -> None:
    """Renews what is kept beside the rows so that it can be queried: their pictures, words, links, place by readings.

    `known` are words of the search that are committed, for callers with many articles.

    This is the one list of what follows from an article's text; form, import and workflow all come here.
    """
    placements.record_placements(articles)
    internal_links.record_links(articles)
    index_articles([article.pk for article in articles], known)
    # Where nothing was read yet too, so that the list of editors can be sorted by readings.
    HitTotal.objects.bulk_create([HitTotal(article=article) for article in articles], ignore_conflicts=True)
