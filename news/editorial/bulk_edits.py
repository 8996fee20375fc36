"""What is done to articles without writing: to several at once, or to make another one from one."""

from django.contrib.admin.models import ADDITION
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_noop

from news.editorial import revisions
from news.editorial.workflow import lock, require, write_down
from news.models import Article, Source, Topic


@transaction.atomic
def add_topic(article: Article, *, by: User, topic: Topic) -> None:
    require(by, "news.change_article")
    lock(article)
    content = revisions.latest(article).content
    if topic.pk in content["topics"]:
        return
    revisions.save(article, content | {"topics": sorted([*content["topics"], topic.pk])}, by=by)
    write_down(article, by, gettext_noop("Topic added."), topic.name)


@transaction.atomic
def change_source(article: Article, *, by: User, source: Source) -> None:
    require(by, "news.change_article")
    lock(article)
    content = revisions.latest(article).content
    if content["source_id"] == source.pk:
        return
    revisions.save(article, content | {"source_id": source.pk}, by=by)
    write_down(article, by, gettext_noop("Source changed."), source.short_name)


@transaction.atomic
def duplicate(article: Article, *, by: User) -> Article:
    """A new draft with the newest text; its readings, its date and its place on the front page are not copied."""
    require(by, "news.add_article")
    copy = Article(source_id=article.source_id)
    content = revisions.latest(article).content | {"publish_at": None, "pinned": False}
    revisions.store(copy, content)
    revisions.first_revision(copy, by=by)
    write_down(copy, by, gettext_noop("Duplicated."), f"№ {article.pk}", flag=ADDITION)
    return copy
