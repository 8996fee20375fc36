"""An article as readers will see it: any of its states in memory, and links for people without an account."""

import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from news.content import images, prefetch
from news.editorial import workflow
from news.editorial.content import show_content
from news.models import Article, Image, PreviewLink, Revision
from news.models.preview_link import VALID_DAYS, hash_of

MADE = gettext_noop("Made a preview link.")
REVOKED = gettext_noop("Revoked a preview link.")


def state_of(article: Article, revision: Revision | None) -> Article:
    """The article as a revision has it, in memory only; None stands for the newest. It may be rendered, never saved."""
    shown = Article.objects.for_page().get(pk=article.pk)
    revision = revision or article.revisions.filter(is_set_aside=False).first()
    content = revision.content if revision else None  # one that came from an archive may have none yet: its row counts
    if content is not None:
        show_content(shown, content)
        shown.cover = Image.objects.filter(pk=content.get("cover_id")).first()  # an old one may be deleted by now
    prefetch.attach(shown, content)
    shown.publish_at = shown.publish_at or timezone.now()
    return shown


def pictures_of(shown: Article) -> list[Image]:
    """Those of the article itself, which may be unpublished like its text."""
    return [*([shown.cover] if shown.cover else []), *images.placed(shown).values()]


@transaction.atomic
def make_link(article: Article, *, by: User, revision: Revision | None = None, days: int = VALID_DAYS) -> str:
    """The token of a new link. It is told only now: the database keeps a hash."""
    workflow.require(by, "news.change_article")
    token = secrets.token_urlsafe(32)
    link = PreviewLink.objects.create(
        token_hash=hash_of(token),
        article=article,
        revision=revision,
        made_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    workflow.log(article, by, MADE, f"→ {timezone.localdate(link.expires_at)}")
    return token


@transaction.atomic
def revoke(link: PreviewLink, *, by: User) -> None:
    workflow.require(by, "news.change_article")
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        workflow.log(link.article, by, REVOKED)
