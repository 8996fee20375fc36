"""What a person can do with an article: one verb each, used alike by admin, commands and tests.

    draft ─ submit → review ─ approve → approved ─ schedule, publish → readers ─ correct
      ↑                │                                                 │
      └── returned ←───┘ return_to_writer          restore ← withdrawn ←─┘ withdraw

The text beside a published one (`article.pending`) goes the same way; publishing puts it in the published one's place.
A verb is one transaction under the lock of the article's row. Under the lock it checks anew whether it can be done and
whether the person has seen the newest text. It refuses in sentences an editor can act on, and logs who did what.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from news.editorial import revisions
from news.editorial.content import format_datetime, show_content, store_content
from news.editorial.errors import Refused
from news.editorial.readiness import find_blockers, name_language
from news.models import TRANSLATIONS, Article, Correction, Revision
from news.share_cards import article as article_cards
from portal.models import SiteSettings
from portal.page_cache.generation import invalidate_pages

Status = Article.Status
MOVES = (
    "Submitted for review.", "Returned.", "Approved.", "Scheduled.", "Published.", "Withdrawn.", "Restored.",
    "Put into the bin.", "Taken out of the bin.",
)  # fmt: skip
"""How the log's entries begin of the verbs that give an article another status."""


# What can be done with an article as it is: the admin offers by these what the verbs then ask again under the lock.


def can_submit(article: Article) -> bool:
    return article.deleted_at is None and article.stage in (Status.DRAFT, Status.RETURNED)


def can_return(article: Article) -> bool:
    return article.deleted_at is None and article.stage == Status.REVIEW


def can_approve(article: Article) -> bool:
    return article.deleted_at is None and has_unapproved_text(article)


def can_schedule(article: Article) -> bool:
    return article.deleted_at is None and article.status != Status.WITHDRAWN and not article.is_public


def can_publish(article: Article) -> bool:
    is_waiting = bool(article.pending) or not article.is_public
    return article.deleted_at is None and article.status != Status.WITHDRAWN and is_waiting


def can_correct(article: Article) -> bool:
    return article.deleted_at is None and article.is_public and bool(article.pending)


def can_withdraw(article: Article) -> bool:
    return article.is_promised


def can_restore(article: Article) -> bool:
    return article.deleted_at is None and article.status == Status.WITHDRAWN


def can_delete(article: Article) -> bool:
    return article.deleted_at is None and not article.is_promised


def can_undelete(article: Article) -> bool:
    return article.deleted_at is not None


def can_edit(article: Article) -> bool:
    return article.deleted_at is None


# On the way to readers


@transaction.atomic
def submit(article: Article, *, by: User, note: str = "") -> None:
    """The writer has finished: somebody else looks at it."""
    require(by, "news.change_article", "news.translate_article")
    lock(article)
    if not can_submit(article):
        raise Refused(_("Only a draft can be submitted for review."))
    if not newest_text(article).languages:
        raise Refused(_("The article has no title in any language."))
    move(article, Status.REVIEW)
    log(article, by, gettext_noop("Submitted for review."), note)


@transaction.atomic
def return_to_writer(article: Article, *, by: User, note: str) -> None:
    """Back to its writer, who is told why."""
    require_publisher(by)
    lock(article)
    if not can_return(article):
        raise Refused(_("Only an article that waits for review can be returned."))
    if not note.strip():
        raise Refused(_("Say in the note what the writer should do."))
    move(article, Status.RETURNED)
    log(article, by, gettext_noop("Returned."), note)


@transaction.atomic
def approve(article: Article, *, by: User, seen: int | None = None, note: str = "") -> str:
    """Its text may go to readers when its moment comes; returns what that means for this article, as a sentence.

    A text whose planned moment has passed goes out at once, and one of a scheduled article takes the place of the text
    that was to go out. `seen` is the number of the revision that the person has read; None means the newest one.
    """
    require_publisher(by)
    lock(article)
    if not can_approve(article):
        raise Refused(_("There is no newer text to approve."))
    revisions.refuse_unseen(article, seen)
    planned = newest_text(article).publish_at
    now = timezone.now()
    if article.status == Status.WITHDRAWN or article.is_public or not (planned or article.is_promised):
        refuse_unready(article, by)
        move(article, Status.APPROVED)
        log(article, by, gettext_noop("Approved."), note)
        return waiting_sentence(article)
    if article.is_promised and (planned is None or planned <= now):
        planned = article.publish_at
    assert planned is not None, "it has a moment of its own, or was promised for one"  # noqa: S101
    release(article, by, planned)
    moment = {"moment": date_format(timezone.localtime(planned), "DATETIME_FORMAT")}
    if planned <= now:
        log(article, by, gettext_noop("Published."), note)
        return _("Approved and published at once: the moment planned for it, %(moment)s, has passed.") % moment
    log(article, by, gettext_noop("Approved."), f"→ {format_datetime(planned)} {note}")
    return _("Approved: readers get this text on %(moment)s.") % moment


def waiting_sentence(article: Article) -> str:
    if article.status == Status.WITHDRAWN:
        return _("Approved: restoring the article and publishing this text brings it to readers.")
    if article.is_public:
        return _("Approved: publishing it, or correcting, puts it in the place of the text readers have.")
    return _("Approved: publishing or scheduling brings it to readers.")


@transaction.atomic
def schedule(article: Article, *, by: User, at: datetime, seen: int | None = None, note: str = "") -> None:
    """Readers get it at a moment to come."""
    require_publisher(by)
    lock(article)
    refuse_withdrawn(article)
    if at <= timezone.now():
        raise Refused(_("The moment of publication has passed already; publish it now instead."))
    if not can_schedule(article):
        raise Refused(_("Readers have this article already."))
    revisions.refuse_unseen(article, seen)
    release(article, by, at)
    log(article, by, gettext_noop("Scheduled."), f"→ {format_datetime(at)} {note}")


@transaction.atomic
def publish(article: Article, *, by: User, seen: int | None = None, note: str = "") -> None:
    """Readers get the newest text now; one published before keeps its date. A moment to come is never passed over."""
    require_publisher(by)
    lock(article)
    refuse_withdrawn(article)
    if not can_publish(article):
        raise Refused(_("Readers have the newest text already."))
    revisions.refuse_unseen(article, seen)
    now = timezone.now()
    planned = past_moment(article) if article.is_public else newest_text(article).publish_at
    if planned and planned > now:
        raise Refused(
            _("Its moment of publication is still to come: approve it to keep that moment, or empty it to publish now.")
        )
    release(article, by, planned or now)
    log(article, by, gettext_noop("Published."), note)


@transaction.atomic
def correct(article: Article, *, by: User, notes: Mapping[str, str], seen: int | None = None) -> None:
    """Puts the newest text in the published one's place and tells readers what was wrong, in each language it has."""
    require_publisher(by)
    lock(article)
    if not article.is_public:
        raise Refused(_("Only a published article can be corrected."))
    if not can_correct(article):
        raise Refused(_("Readers have the newest text already."))
    revisions.refuse_unseen(article, seen)
    release(article, by, past_moment(article))
    missing = [code for code in article.languages if not notes.get(code, "").strip()]
    if missing:
        raise Refused(
            *(_("%(language)s: the correction needs a note for readers.") % name_language(code) for code in missing)
        )
    Correction.objects.create(
        article=article, corrected_by=by, **{f"note_{code}": notes[code].strip() for code in article.languages}
    )
    log(article, by, gettext_noop("Corrected."), " / ".join(notes[code] for code in article.languages))


# Away from readers, and back


@transaction.atomic
def withdraw(article: Article, *, by: User, reasons: Mapping[str, str], replacement: Article | None = None) -> None:
    """Takes it from readers, who find the reason at its address instead."""
    require_publisher(by)
    lock(article)
    if not can_withdraw(article):
        raise Refused(_("Only a published or scheduled article can be withdrawn."))
    missing = [code for code in article.languages if not reasons.get(code, "").strip()]
    if missing:
        raise Refused(
            *(_("%(language)s: the withdrawal needs a reason for readers.") % name_language(code) for code in missing)
        )
    if replacement == article:
        raise Refused(_("An article cannot replace itself."))
    had_readers = article.is_public
    article.status = Status.WITHDRAWN
    article.withdrawn_at = timezone.now()
    article.replacement = replacement
    for code in TRANSLATIONS:
        setattr(article, f"withdrawal_reason_{code}", reasons.get(code, "").strip())
    article.save()
    invalidate_pages(copies=had_readers)
    log(article, by, gettext_noop("Withdrawn."), " / ".join(reasons[code] for code in article.languages))


@transaction.atomic
def restore(article: Article, *, by: User, note: str = "") -> None:
    """Gives a withdrawn article back to readers at its old address and date."""
    require_publisher(by)
    lock(article)
    if not can_restore(article):
        raise Refused(_("Only a withdrawn article can be restored."))
    article.status, article.released_at = Status.APPROVED, timezone.now()
    article.withdrawn_at = article.replacement = None
    for code in TRANSLATIONS:
        setattr(article, f"withdrawal_reason_{code}", "")
    article.save()
    invalidate_pages()
    log(article, by, gettext_noop("Restored."), note)


@transaction.atomic
def delete(article: Article, *, by: User, note: str = "") -> None:
    """Into the bin, from which it comes back whole."""
    require(by, "news.delete_article")
    lock(article)
    refuse_deletion(article)
    if article.status == Status.APPROVED:  # whoever takes it out again has it approved again
        article.status, article.pending = Status.DRAFT, ""
        store_content(article, revisions.latest(article).content)
    article.deleted_at = timezone.now()
    article.save(update_fields=["status", "pending", "deleted_at", "changed_at"])
    if article.status == Status.WITHDRAWN:
        invalidate_pages()  # its address and the feeds stop saying that it was withdrawn
    log(article, by, gettext_noop("Put into the bin."), note, flag=DELETION)


@transaction.atomic
def undelete(article: Article, *, by: User, note: str = "") -> None:
    """Out of the bin, as the draft or the withdrawn article that it was."""
    require(by, "news.delete_article")
    revisions.lock(article)
    if not can_undelete(article):
        raise Refused(_("The article is not in the bin."))
    article.deleted_at = None
    article.save(update_fields=["deleted_at", "changed_at"])
    if article.status == Status.WITHDRAWN:
        invalidate_pages()
    log(article, by, gettext_noop("Taken out of the bin."), note)


# What the verbs share


def list_blockers(article: Article) -> list[str]:
    """What the newest text lacks before readers may have it; empty when nothing."""
    return find_blockers(newest_text(article))


def newest_text(article: Article) -> Article:
    """The article as its newest revision has it, in memory only."""
    shown = Article.objects.get(pk=article.pk)
    show_content(shown, revisions.latest(article).content)
    return shown


def has_unapproved_text(article: Article) -> bool:
    return article.stage in (Status.DRAFT, Status.REVIEW, Status.RETURNED)


def past_moment(article: Article) -> datetime | None:
    """Since when readers have a public article: its newest text may say another moment, but none to come."""
    said = newest_text(article).publish_at
    return said if said and said <= timezone.now() else article.publish_at


def refuse_deletion(article: Article) -> None:
    if article.deleted_at:
        raise Refused(_("The article is in the bin already."))
    if not can_delete(article):
        raise Refused(_("Withdraw the article first: readers may have it."))


def refuse_withdrawn(article: Article) -> None:
    if article.status == Status.WITHDRAWN:
        raise Refused(_("The article was withdrawn; only restoring gives it back to readers."))


def refuse_unready(article: Article, by: User) -> None:
    if sentences := list_blockers(article):
        raise Refused(*sentences)
    if SiteSettings.load().four_eyes and by.pk in authors_since_approval(article):
        raise Refused(_("Somebody else has to approve what you wrote yourself."))


def authors_since_approval(article: Article) -> set[int]:
    """Who wrote any of the text that nobody has approved yet."""
    unapproved = article.revisions.filter(number__gt=article.approved_number, is_set_aside=False)
    return set(unapproved.filter(created_by__isnull=False).values_list("created_by", flat=True))


def release(article: Article, by: User, at: datetime | None) -> None:
    """The newest text becomes the row that readers get from `at` on, and the newest revision says that moment."""
    refuse_unready(article, by)
    newest: Revision = revisions.latest(article)
    planned = newest.content["publish_at"]
    if (parse_datetime(planned) if planned else None) != at:
        newest = revisions.create(article, newest.content | {"publish_at": format_datetime(at)}, by=by)
    had_readers = article.is_public
    store_content(article, newest.content)
    article.status, article.pending, article.approved_number = Status.APPROVED, "", newest.number
    article.released_at = timezone.now()
    article.save(update_fields=["status", "pending", "approved_number", "released_at"])
    invalidate_pages(copies=had_readers)
    transaction.on_commit(partial(article_cards.prepare_all_cards, Article.objects.filter(pk=article.pk)), robust=True)


def move(article: Article, stage: str) -> None:
    if article.is_in_the_open:
        article.pending = stage
    else:
        article.status = stage
    if stage == Status.APPROVED:
        article.approved_number = revisions.latest(article).number
    article.save(update_fields=["status", "pending", "approved_number", "changed_at"])
    if article.is_promised:
        invalidate_pages()


def lock(article: Article) -> None:
    """The second of two people sees what the first one did. Raises Refused for an article in the bin."""
    revisions.lock(article)
    if article.deleted_at:
        raise Refused(_("The article is in the bin; take it out first."))


def require_publisher(user: User) -> None:
    require(user, "news.publish_article")


def require(user: User, *permissions: str) -> None:
    """Any of them is enough. Raises PermissionDenied."""
    if not any(map(user.has_perm, permissions)):
        raise PermissionDenied(_("Your role does not allow this."))


def log(article: Article, user: User, message: str, note: str = "", *, flag: int = CHANGE) -> None:
    """`message` is a fixed English sentence, translated when it is read (`portal.admin.audit`)."""
    message = f"{message} {note}".strip()
    LogEntry.objects.log_actions(user.pk, [article], flag, change_message=message, single_object=True)
