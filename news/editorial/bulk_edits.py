"""What is done to articles without writing: to several at once, or to make another one from one."""

from django.contrib.admin.models import ADDITION
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_noop

from news.editorial import revisions
from news.editorial.content import store_content
from news.editorial.workflow import lock, log, require
from news.models import Article, Source, Topic


@transaction.atomic
def add_topic(article: Article, *, by: User, topic: Topic) -> None:
    require(by, "news.change_article")
    lock(article)
    topics = revisions.latest(article).content["topics"]
    if topic.pk in topics:
        return
    revisions.save(article, {"topics": sorted([*topics, topic.pk])}, by=by)
    log(article, by, gettext_noop("Topic added."), topic.name)


@transaction.atomic
def change_source(article: Article, *, by: User, source: Source) -> None:
    require(by, "news.change_article")
    lock(article)
    if revisions.latest(article).content["source_id"] == source.pk:
        return
    revisions.save(article, {"source_id": source.pk}, by=by)
    log(article, by, gettext_noop("Source changed."), source.short_name)


@transaction.atomic
def duplicate(article: Article, *, by: User) -> Article:
    """A new draft with the newest text; its readings, its date and its place on the front page are not copied."""
    require(by, "news.add_article")
    copy = Article(source_id=article.source_id)
    store_content(copy, revisions.latest(article).content | {"publish_at": None, "pinned": False})
    revisions.create_first(copy, by=by)
    log(copy, by, gettext_noop("Duplicated."), f"№ {article.pk}", flag=ADDITION)
    return copy
