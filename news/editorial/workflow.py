"""What a person can do with an article: one verb each, used alike by admin, commands and tests.

    draft ─ submit → review ─ approve → approved ─ schedule, publish → readers ─ correct
      ↑                │                                                 │
      └── returned ←───┘ return_to_writer          restore ← withdrawn ←─┘ withdraw

The text beside a published one (`article.pending`) goes the same way; publishing puts it in the published one's place.
A verb refuses in sentences an editor can act on, is one transaction, and writes down who did what and why.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import get_language_info, gettext_noop
from django.utils.translation import gettext as _

from news.content import images as content_images
from news.editorial import revisions
from news.markup.sanitizer import pictures_in
from news.models import TRANSLATIONS, Article, Correction, Revision
from news.share_cards import article as article_cards
from portal.models import SiteSettings
from portal.page_cache.generation import end_pages

Status = Article.Status


class Refused(Exception):
    """The verb cannot be done now; `sentences` say what to do first."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


# On the way to readers


@transaction.atomic
def submit(article: Article, *, by: User, note: str = "") -> None:
    """The writer has done: somebody else looks at it."""
    require(by, "news.change_article", "news.translate_article")
    lock(article)
    if article.stage not in (Status.DRAFT, Status.RETURNED):
        raise Refused(_("Only a draft can be submitted for review."))
    if not newest_text(article).languages:
        raise Refused(_("The article has no title in any language."))
    move(article, Status.REVIEW)
    write_down(article, by, gettext_noop("Submitted for review."), note)


@transaction.atomic
def return_to_writer(article: Article, *, by: User, note: str) -> None:
    """Back to its writer, who is told why."""
    require_publisher(by)
    lock(article)
    if article.stage != Status.REVIEW:
        raise Refused(_("Only an article that waits for review can be returned."))
    if not note.strip():
        raise Refused(_("Say in the note what the writer should do."))
    move(article, Status.RETURNED)
    write_down(article, by, gettext_noop("Returned."), note)


@transaction.atomic
def approve(article: Article, *, by: User, note: str = "") -> None:
    """Its text may go to readers when its moment comes; publishing or scheduling gives it one."""
    require_publisher(by)
    lock(article)
    if not has_unapproved_text(article):
        raise Refused(_("There is no newer text to approve."))
    refuse_unready(article, by)
    move(article, Status.APPROVED)
    write_down(article, by, gettext_noop("Approved."), note)


@transaction.atomic
def schedule(article: Article, *, by: User, at: datetime, note: str = "") -> None:
    """Readers get it at a moment to come."""
    require_publisher(by)
    lock(article)
    if at <= timezone.now():
        raise Refused(_("The moment of publication has passed already; publish it now instead."))
    if article.is_public:
        raise Refused(_("Readers have this article already."))
    release(article, by, at)
    write_down(article, by, gettext_noop("Scheduled."), f"→ {revisions.written(at)} {note}")


@transaction.atomic
def publish(article: Article, *, by: User, note: str = "") -> None:
    """Readers get the newest text now; one published before keeps its date. A moment to come is never passed over."""
    require_publisher(by)
    lock(article)
    if article.is_public and not article.pending:
        raise Refused(_("Readers have the newest text already."))
    now = timezone.now()
    planned = newest_text(article).publish_at
    if planned and planned > now:
        raise Refused(
            _("Its moment of publication is still to come: approve it to keep that moment, or empty it to publish now.")
        )
    release(article, by, planned or now)
    write_down(article, by, gettext_noop("Published."), note)


@transaction.atomic
def correct(article: Article, *, by: User, notes: Mapping[str, str]) -> None:
    """Puts the newest text in the published one's place and tells readers what was wrong, in each language it has."""
    require_publisher(by)
    lock(article)
    if not article.is_public:
        raise Refused(_("Only a published article can be corrected."))
    release(article, by, article.publish_at)
    missing = [code for code in article.languages if not notes.get(code, "").strip()]
    if missing:
        raise Refused(*(_("%(language)s: the correction needs a note for readers.") % named(code) for code in missing))
    Correction.objects.create(
        article=article, corrected_by=by, **{f"note_{code}": notes[code].strip() for code in article.languages}
    )
    write_down(article, by, gettext_noop("Corrected."), " / ".join(notes[code] for code in article.languages))


# Away from readers, and back


@transaction.atomic
def withdraw(article: Article, *, by: User, reasons: Mapping[str, str], replacement: Article | None = None) -> None:
    """Takes it from readers, who find the reason at its address instead."""
    require_publisher(by)
    lock(article)
    if article.status != Status.APPROVED or article.publish_at is None:
        raise Refused(_("Only a published or scheduled article can be withdrawn."))
    missing = [code for code in article.languages if not reasons.get(code, "").strip()]
    if missing:
        raise Refused(
            *(_("%(language)s: the withdrawal needs a reason for readers.") % named(code) for code in missing)
        )
    if replacement == article:
        raise Refused(_("An article cannot replace itself."))
    article.status = Status.WITHDRAWN
    article.withdrawn_at = timezone.now()
    article.replacement = replacement
    for code in TRANSLATIONS:
        setattr(article, f"withdrawal_reason_{code}", reasons.get(code, "").strip())
    article.save()
    end_pages()
    write_down(article, by, gettext_noop("Withdrawn."), " / ".join(reasons[code] for code in article.languages))


@transaction.atomic
def restore(article: Article, *, by: User, note: str = "") -> None:
    """Gives a withdrawn article back to readers at its old address and date."""
    require_publisher(by)
    lock(article)
    if article.status != Status.WITHDRAWN:
        raise Refused(_("Only a withdrawn article can be restored."))
    article.status, article.released_at = Status.APPROVED, timezone.now()
    article.withdrawn_at = article.replacement = None
    for code in TRANSLATIONS:
        setattr(article, f"withdrawal_reason_{code}", "")
    article.save()
    end_pages()
    write_down(article, by, gettext_noop("Restored."), note)


@transaction.atomic
def delete(article: Article, *, by: User, note: str = "") -> None:
    """Into the bin, from which it comes back whole."""
    require(by, "news.delete_article")
    lock(article)
    if article.is_promised:
        raise Refused(_("Withdraw the article first: readers may have it."))
    if article.status == Status.APPROVED:
        article.status = Status.DRAFT  # whoever takes it out again has it approved again
    article.deleted_at = timezone.now()
    article.save(update_fields=["status", "deleted_at", "changed_at"])
    write_down(article, by, gettext_noop("Put into the bin."), note, flag=DELETION)


@transaction.atomic
def undelete(article: Article, *, by: User, note: str = "") -> None:
    require(by, "news.delete_article")
    article.deleted_at = None
    article.save(update_fields=["deleted_at", "changed_at"])
    write_down(article, by, gettext_noop("Taken out of the bin."), note)


# What the verbs share


def blockers(article: Article) -> list[str]:
    """What the newest text lacks before readers may have it; empty when nothing."""
    return missing_texts(newest_text(article))


def missing_texts(article: Article) -> list[str]:
    sentences = [] if article.languages else [_("The article has no title in any language.")]
    for code in TRANSLATIONS:
        has_title = bool(getattr(article, f"title_{code}"))
        has_body = bool(strip_tags(getattr(article, f"body_{code}") or "").strip())
        if has_title and not has_body:
            sentences.append(_("%(language)s: there is a title, but no text.") % named(code))
        if has_body and not has_title:
            sentences.append(_("%(language)s: there is a text, but no title.") % named(code))
        if has_title and article.cover and not getattr(article.cover, f"alt_{code}"):
            sentences.append(_("%(language)s: the cover picture has no alternative text.") % named(code))
        if has_title:
            sentences += missing_in(article, code)
    return sentences


def missing_in(article: Article, code: str) -> list[str]:
    """What the pictures of the text and of the gallery lack in a language."""
    images = content_images.placed(article)
    sentences = []
    for pks, gone, unsaid in (
        (
            pictures_in(getattr(article, f"body_{code}") or ""),
            _("%(language)s: picture %(number)d of the text is no longer in the library (№ %(pk)d)."),
            _("%(language)s: picture %(number)d of the text has no alternative text (№ %(pk)d)."),
        ),
        (
            article.gallery,
            _("%(language)s: picture %(number)d of the gallery is no longer in the library (№ %(pk)d)."),
            _("%(language)s: picture %(number)d of the gallery has no alternative text (№ %(pk)d)."),
        ),
    ):
        for number, pk in enumerate(pks, 1):
            if pk not in images or not getattr(images[pk], f"alt_{code}"):
                sentence = unsaid if pk in images else gone
                sentences.append(sentence % {**named(code), "number": number, "pk": pk})
    return sentences


def named(code: str) -> dict[str, str]:
    return {"language": get_language_info(code)["name_translated"]}


def newest_text(article: Article) -> Article:
    """The article as its newest revision has it, in memory only."""
    shown = Article.objects.get(pk=article.pk)
    revisions.put_on(shown, revisions.latest(article).content)
    return shown


def has_unapproved_text(article: Article) -> bool:
    return article.stage in (Status.DRAFT, Status.REVIEW, Status.RETURNED)


def refuse_unready(article: Article, by: User) -> None:
    if sentences := blockers(article):
        raise Refused(*sentences)
    if SiteSettings.load().four_eyes and by.pk in authors_since_approval(article):
        raise Refused(_("Somebody else has to approve what you wrote yourself."))


def authors_since_approval(article: Article) -> set[int]:
    """Who wrote any of the text that nobody has approved yet."""
    return set(
        article.revisions.filter(number__gt=article.approved_number, created_by__isnull=False).values_list(
            "created_by", flat=True
        )
    )


def release(article: Article, by: User, at: datetime | None) -> None:
    """The newest text becomes the row that readers get from `at` on."""
    if has_unapproved_text(article):
        refuse_unready(article, by)
    newest: Revision = revisions.latest(article)
    revisions.store(article, newest.content | {"publish_at": revisions.written(at)})
    article.status, article.pending, article.approved_number = Status.APPROVED, "", newest.number
    article.released_at = timezone.now()
    article.save(update_fields=["status", "pending", "approved_number", "released_at"])
    end_pages()
    transaction.on_commit(partial(article_cards.prepare_all, Article.objects.filter(pk=article.pk)), robust=True)


def move(article: Article, stage: str) -> None:
    if article.is_in_the_open:
        article.pending = stage
    else:
        article.status = stage
    if stage == Status.APPROVED:
        article.approved_number = revisions.latest(article).number
    article.save(update_fields=["status", "pending", "approved_number", "changed_at"])
    if article.is_promised:
        end_pages()


def lock(article: Article) -> None:
    """Two people's verbs take turns; the second one sees what the first one did."""
    article.refresh_from_db(from_queryset=Article.objects.select_for_update(of=("self",)))
    if article.deleted_at:
        raise Refused(_("The article is in the bin; take it out first."))


def require_publisher(user: User) -> None:
    require(user, "news.publish_article")


def require(user: User, *permissions: str) -> None:
    """Any of them is enough."""
    if not any(map(user.has_perm, permissions)):
        raise PermissionDenied(_("Your role does not allow this."))


def write_down(article: Article, user: User, message: str, note: str = "", *, flag: int = CHANGE) -> None:
    """`message` is a fixed English sentence, translated when it is read (`portal.admin.audit`)."""
    message = f"{message} {note}".strip()
    LogEntry.objects.log_actions(user.pk, [article], flag, change_message=message, single_object=True)
