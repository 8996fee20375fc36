"""Saving an article: every way in (form, verbs, bulk edits, restoring) comes through `attempt` and `store`.

The article's own row is what readers get. While an article is not approved, each revision is copied to the row at
once; when it is, newer revisions wait beside it until somebody publishes them. Nothing that was read before the row
was locked is stored whole: what a person typed is merged with the newest revision as it is under the lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from news.editorial.content import BODIES, TEXTS, Content, derive_from_rows, read_content, store_content
from news.editorial.errors import NewerText
from news.editorial.merging import Decision, Merge, merge
from news.markup.sanitizer import sanitise
from news.media import placements
from news.models import Article, Revision, TranslatorLanguage

APPROVED, DRAFT = Article.Status.APPROVED, Article.Status.DRAFT


class Outdated(Exception):
    """Somebody saved in between, and both changed the same places; `attempt` says which."""

    def __init__(self, attempt: "Attempt") -> None:
        super().__init__(", ".join(attempt.merged.fields))
        self.attempt = attempt


@dataclass(frozen=True)
class Attempt:
    """A save under the lock of the article's row, before it is stored."""

    article: Article
    newest: Revision
    """What the typed text was compared with."""
    typed: Content
    merged: Merge
    by: User | None
    is_merged: bool
    """Somebody else saved after the person had begun."""

    @property
    def undecided(self) -> list[Decision]:
        return self.merged.undecided


def lock(article: Article) -> None:
    """Two people's actions take turns: in memory the article becomes what the row holds now. Needs a transaction."""
    article.refresh_from_db(from_queryset=Article.objects.select_for_update(of=("self",)))


def latest(article: Article) -> Revision:
    """The newest revision; an article that came without any (imported) gets its first from its row."""
    return article.revisions.filter(is_set_aside=False).first() or create_first(article, by=None)


@transaction.atomic
def create_first(article: Article, *, by: User | None) -> Revision:
    """Revision 1, of the row under its lock, which an import may be changing just now.

    Two people who open an imported article at once get the same one.
    """
    locked = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    first, _is_new = Revision.objects.get_or_create(
        article=article, number=1, defaults={"content": read_content(locked), "created_by": by}
    )
    return first


def begin(article: Article, *, by: User) -> Revision:
    """The first revision of an article just written."""
    derive_from_rows([article])
    return create_first(article, by=by)


def find_base(article: Article, base: int | None, newest: Revision) -> Revision:
    """The revision that a person began from; None is the newest, and a number that never was is the first one.

    The first, because then nothing that others wrote is taken for seen.
    """
    if base is None or base == newest.number:
        return newest
    earlier = article.revisions.filter(is_set_aside=False).order_by("number")
    return earlier.filter(number=base).first() or earlier[0]


def attempt(
    article: Article,
    typed: Content,
    *,
    by: User | None,
    base: int | None = None,
    answers: Mapping[str, str] | None = None,
    compared: int | None = None,
) -> Attempt:
    """Locks the article and merges what was typed with its newest text; needs a transaction, which keeps the lock.

    `typed` may leave fields out, which then stay. `base` is the number of the revision that the person began from; None
    is the newest. `answers` decide conflicts, and count only if `compared` is the number of the newest still: after a
    third save the person is asked again.
    """
    lock(article)
    newest = latest(article)
    began_from = find_base(article, base, newest)
    whole = began_from.content | typed
    whole |= {name: sanitise(whole.get(name) or "") for name in BODIES}
    merged = merge(began_from.content, newest.content, whole, answers if compared == newest.number else None)
    if began_from != newest:
        merged.content |= {name: sanitise(merged.content.get(name) or "") for name in BODIES}
    return Attempt(article, newest, whole, merged, by, is_merged=began_from != newest)


def store(attempt: Attempt, *, note: str = "") -> Revision:
    """Makes a revision of an attempt without open decisions; the newest one, if it says the same.

    A text that somebody had approved is a draft again: the approval was not of these words. Raises Outdated.
    """
    if attempt.undecided:
        raise Outdated(attempt)
    article, newest, content = attempt.article, attempt.newest, attempt.merged.content
    if content == newest.content:
        return newest
    if attempt.by is not None:
        refuse_foreign(newest.content, content, attempt.by)
    revision = create(
        article, content, by=attempt.by, note=note, overrides=newest if attempt.merged.overridden else None
    )
    if not article.is_in_the_open:
        store_content(article, content, before=newest.content)
    elif article.pending in ("", APPROVED):
        article.pending = DRAFT
        article.save(update_fields=["pending", "changed_at"])
    return revision


@transaction.atomic
def save(article: Article, typed: Content, *, by: User | None, base: int | None = None, note: str = "") -> Revision:
    """An attempt that is stored at once. Raises Outdated where both changed the same places."""
    return store(attempt(article, typed, by=by, base=base), note=note)


def create(
    article: Article,
    content: Content,
    *,
    by: User | None,
    note: str = "",
    overrides: Revision | None = None,
    is_set_aside: bool = False,
) -> Revision:
    """The next revision of a locked article."""
    number = article.revisions.aggregate(last=Max("number"))["last"] or 0
    return Revision.objects.create(
        article=article,
        number=number + 1,
        content=content,
        created_by=by,
        note=note,
        overrides=overrides,
        is_set_aside=is_set_aside,
    )


def set_aside(attempt: Attempt) -> Revision:
    """Keeps what was typed and did not become the newest text because of a conflict, under its author's name.

    The same text is kept once, however often the page of the conflict is sent.
    """
    mine = attempt.article.revisions.filter(is_set_aside=True, created_by=attempt.by)
    last = mine.first()
    if last and last.content == attempt.typed:
        return last
    return create(attempt.article, attempt.typed, by=attempt.by, is_set_aside=True)


def refuse_unseen(article: Article, seen: int | None) -> None:
    """Nobody answers for words that were saved after the page was opened. Raises NewerText."""
    newest = latest(article)
    if seen in (None, newest.number):
        return
    name = newest.author_name or _("Somebody")
    moment = date_format(timezone.localtime(newest.created_at), "TIME_FORMAT")
    sentence = _("%(name)s saved a newer text at %(moment)s: look at it first.") % {"name": name, "moment": moment}
    raise NewerText(sentence, newest=newest, seen=seen or 0)


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


@transaction.atomic
def restore(article: Article, number: int, *, by: User, seen: int | None = None) -> Revision:
    """An old state as a new revision; nothing in between is lost. Pictures that left the library are left out.

    Of an article that readers have or were promised, the moment of publication stays.
    """
    lock(article)
    refuse_unseen(article, seen)
    content = placements.drop_lost_pictures(article.revisions.get(number=number).content)
    if article.is_in_the_open:
        content["publish_at"] = latest(article).content["publish_at"]
    return save(article, content, by=by, note=f"← {number}")
