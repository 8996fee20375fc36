"""What a person can do with an article; each verb says no in sentences an editor can act on."""

from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from news.models import TRANSLATIONS, Article


class NotPublishable(Exception):
    """The article lacks something; `blockers` are the sentences."""

    def __init__(self, blockers: list[str]) -> None:
        super().__init__(" ".join(blockers))
        self.blockers = blockers


def publish_blockers(article: Article) -> list[str]:
    """What has to be done before readers may see it; empty when nothing."""
    blockers = []
    if not article.languages:
        blockers.append(_("The article has no title in any language."))
    for code in TRANSLATIONS:
        language = get_language_info(code)["name_translated"]
        has_title = bool(getattr(article, f"title_{code}"))
        has_body = bool(strip_tags(getattr(article, f"body_{code}") or "").strip())
        if has_title and not has_body:
            blockers.append(_("%(language)s: there is a title, but no text.") % {"language": language})
        if has_body and not has_title:
            blockers.append(_("%(language)s: there is a text, but no title.") % {"language": language})
        if has_title and article.cover and not getattr(article.cover, f"alt_{code}"):
            blockers.append(_("%(language)s: the cover picture has no alternative text.") % {"language": language})
    return blockers


@transaction.atomic
def publish(article: Article, *, by: User, at: datetime | None = None) -> None:
    """Makes it public at `at`, or at its own moment, or now. Raises NotPublishable and PermissionDenied."""
    require_publisher(by)
    if blockers := publish_blockers(article):
        raise NotPublishable(blockers)
    article.publish_at = at or article.publish_at or timezone.now()
    article.status = Article.Status.APPROVED
    article.save(update_fields=["publish_at", "status", "changed_at"])
    write_down(article, by, "Published.")


@transaction.atomic
def withdraw(article: Article, *, by: User) -> None:
    """Takes it away from readers; its text and its moment are kept. Raises PermissionDenied."""
    require_publisher(by)
    article.status = Article.Status.WITHDRAWN
    article.save(update_fields=["status", "changed_at"])
    write_down(article, by, "Withdrawn.")


def require_publisher(user: User) -> None:
    if not user.has_perm("news.publish_article"):
        raise PermissionDenied(_("Only a chief editor may publish and withdraw articles."))


def write_down(article: Article, user: User, message: str) -> None:
    LogEntry.objects.log_actions(user.pk, [article], CHANGE, change_message=message, single_object=True)
