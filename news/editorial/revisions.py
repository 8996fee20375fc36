"""Saved states of an article: writing one down, merging two people's work, comparing, bringing one back.

The article's own row is what readers get. While an article is not approved, each revision is copied to the row at
once; when it is, newer revisions wait beside it until somebody publishes them.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from html import unescape
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from news.content import internal_links
from news.markup.sanitizer import PICTURE, VIDEO, sanitise
from news.media import placements
from news.models import (
    TRANSLATIONS,
    Article,
    Attachment,
    Image,
    Person,
    Revision,
    Source,
    Topic,
    TranslatorLanguage,
)
from news.search.indexing import index

Content = dict[str, Any]

TEXTS = [
    f"{field}_{code}" for code in TRANSLATIONS for field in ("title", "slug", "lead", "body", "dateline", "byline")
]
CHOICES = ["kind", "source_id", "cover_id", "gallery", "publish_at", "pinned"]
SETS = ["topics", "people", "attachments"]
THINGS: dict[str, type[Model]] = {
    "source_id": Source,
    "cover_id": Image,
    "topics": Topic,
    "people": Person,
    "attachments": Attachment,
}

BLOCK_END = re.compile(r"</(p|h2|h3|li|blockquote|tr|figure|figcaption)>|<br ?/?>")
WORDS = re.compile(r"\s+|[^\s]+")


class Outdated(Exception):
    """Somebody saved in between, and both changed the same fields."""

    def __init__(self, latest: Revision, mine: Content, conflicts: list[str]) -> None:
        super().__init__(", ".join(conflicts))
        self.latest = latest
        self.mine = mine
        """What was typed, merged with everything of the other's that does not collide."""
        self.conflicts = conflicts


def content_of(article: Article) -> Content:
    """What the article's own row holds."""
    content: Content = {name: getattr(article, name) or "" for name in TEXTS}
    content |= {name: getattr(article, name) for name in CHOICES}
    content["publish_at"] = written(article.publish_at)
    for name in SETS:
        content[name] = sorted(each.pk for each in getattr(article, name).all()) if article.pk else []
    return content


def written(moment: datetime | None) -> str | None:
    return moment.astimezone(timezone.get_default_timezone()).isoformat() if moment else None


def put_on(article: Article, content: Content) -> None:
    """Shows the content on the article in memory, without saving it; sets of others are left to `store`."""
    for name in TEXTS + CHOICES:
        if name in content:
            value = content[name]
            setattr(article, name, parse_datetime(value) if name == "publish_at" and value else value)


def store(article: Article, content: Content) -> None:
    """Makes the content what readers get."""
    put_on(article, content)
    article.save()
    for name in SETS:
        chosen = getattr(article, name)
        chosen.set(chosen.model.objects.filter(pk__in=content.get(name, [])))  # some may be deleted by now
    read_off(article)


def read_off(article: Article) -> None:
    """What is kept beside the row so that it can be asked for: its pictures, its words and its links."""
    placements.record_placements([article])
    index([article.pk])
    internal_links.write_down([article])


def latest(article: Article) -> Revision:
    """The newest revision; an article that came without any (imported) gets its first from its row."""
    return article.revisions.first() or first_revision(article, by=None)


def begin(article: Article, *, by: User) -> Revision:
    """The first revision of an article just written."""
    read_off(article)
    return first_revision(article, by=by)


def first_revision(article: Article, *, by: User | None) -> Revision:
    return Revision.objects.create(article=article, number=1, content=content_of(article), created_by=by)


@transaction.atomic
def save(article: Article, content: Content, *, by: User | None, base: int | None = None, note: str = "") -> Revision:
    """Writes a revision down. `base` is the number of the revision the person began from; None means the newest.

    Raises Outdated when somebody else changed the same fields since; what only one of them changed is merged.
    """
    Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    newest = latest(article)
    content = content | {f"body_{code}": sanitise(content[f"body_{code}"]) for code in TRANSLATIONS}
    if base is not None and base != newest.number:
        began_from = article.revisions.get(number=base)
        content, conflicts = merge(began_from.content, newest.content, content)
        if conflicts:
            raise Outdated(newest, content, conflicts)
    if content == newest.content:
        return newest
    if by is not None:
        refuse_foreign(newest.content, content, by)
    revision = Revision.objects.create(
        article=article, number=newest.number + 1, content=content, created_by=by, note=note
    )
    if article.is_in_the_open:
        if not article.pending:
            article.pending = Article.Status.DRAFT
            article.save(update_fields=["pending", "changed_at"])
    else:
        store(article, content)
    return revision


def merge(base: Content, theirs: Content, mine: Content) -> tuple[Content, list[str]]:
    """Three-way: what one side changed wins, what both changed alike is agreed, the rest is named as a conflict."""
    merged, conflicts = dict(theirs), []
    for name in [*TEXTS, *CHOICES]:
        ours, other, first = mine.get(name), theirs.get(name), base.get(name)
        if ours in (first, other):
            continue
        merged[name] = ours
        if other != first:
            conflicts.append(name)
    for name in SETS:
        first, other, ours = (set(side.get(name, [])) for side in (base, theirs, mine))
        together = sorted((other | (ours - first)) - (first - ours))
        if together or name in theirs:  # a revision may be older than the field
            merged[name] = together
    return merged, conflicts


def refuse_foreign(old: Content, new: Content, by: User) -> None:
    """Writers change everything, translators the texts of the languages given to them."""
    if by.has_perm("news.change_article"):
        return
    languages = languages_of(by)
    own = {name for name in TEXTS if name.rpartition("_")[2] in languages}
    if any(old.get(name) != new.get(name) for name in {*old, *new} - own):
        raise PermissionDenied(_("You may change only the texts in the languages given to you."))


def languages_of(translator: User) -> set[str]:
    if not translator.has_perm("news.translate_article"):
        return set()
    return set(TranslatorLanguage.objects.filter(user=translator).values_list("language", flat=True))


def restore(article: Article, number: int, *, by: User) -> Revision:
    """An old state as a new revision; nothing in between is lost. Pictures that left the library are left out."""
    content = placements.drop_lost_pictures(article.revisions.get(number=number).content)
    return save(article, content, by=by, note=f"← {number}")


@dataclass(frozen=True)
class Difference:
    """One field of two states: runs of its text, each "same", "gone" or "new"."""

    field: str
    runs: list[tuple[str, str]]


def compare(old: Content, new: Content) -> list[Difference]:
    """The fields that differ, in words as a person reads them, never HTML source."""
    return [
        Difference(name, word_runs(readable(name, old), readable(name, new)))
        for name in [*TEXTS, *CHOICES, *SETS]
        if (old.get(name) or None) != (new.get(name) or None)
    ]


def readable(name: str, content: Content) -> str:
    """A field's value in the reader's words; a body keeps its paragraphs as lines."""
    value = content.get(name)
    if name.startswith("body_"):
        text = VIDEO.sub(r"<p>▶ \2 (\1)</p>\3", value or "")
        text = PICTURE.sub(lambda match: f"<p>[{_('picture')} № {match[1]}]</p>", text)
        return unescape(strip_tags(BLOCK_END.sub("\n", text))).strip()
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value in (None, "", []):
        return ""
    if name == "publish_at":
        return date_format(timezone.localtime(parse_datetime(value)), "DATETIME_FORMAT")
    if name == "kind":
        return str(Article.Kind(value).label)
    if name in TEXTS:
        return value
    if name == "gallery":
        images = Image.objects.in_bulk(value)
        return ", ".join(f"№ {pk} {images.get(pk, '')}".strip() for pk in value)
    things = THINGS[name]._default_manager.filter(pk__in=value if name in SETS else [value])
    return ", ".join(map(str, things))


def word_runs(old: str, new: str) -> list[tuple[str, str]]:
    """The shortest way from the old text to the new one, in whole words."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    runs: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("same", "".join(before[i1:i2])))
            continue
        runs += [
            (kind, text) for kind, text in (("gone", "".join(before[i1:i2])), ("new", "".join(after[j1:j2]))) if text
        ]
    return runs
