"""Any state of an article as readers would see it, built in memory; and links to it for people without an account."""

import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from news.content import images, prefetch
from news.editorial import workflow
from news.editorial.content import show_content
from news.editorial.errors import Refused
from news.models import Article, Image, PreviewLink, Revision
from news.models.preview_link import VALID_DAYS, hash_token

LINK_CREATED = gettext_noop("Created a preview link.")
LINK_REVOKED = gettext_noop("Revoked a preview link.")


def state_of(article: Article, revision: Revision | None) -> Article:
    """The article as of a revision, or as of the newest one for None. It may be rendered but must never be saved."""
    state = Article.objects.for_page().get(pk=article.pk)
    revision = revision or article.revisions.filter(is_set_aside=False).first()
    # An imported article may have no revision yet; then its row is the text.
    content = revision.content if revision else None
    if content is not None:
        show_content(state, content)
        # The cover of an old revision may have been deleted.
        state.cover = Image.objects.filter(pk=content.get("cover_id")).first()
    prefetch.attach_related(state, content)
    state.publish_at = state.publish_at or timezone.now()
    return state


def pictures_of(state: Article) -> list[Image]:
    """The pictures of the article itself, which may be unpublished like its text."""
    return [*([state.cover] if state.cover else []), *images.load_placed_images(state).values()]


def can_link(article: Article) -> bool:
    """Whether links lead to the article now: while it is withdrawn or in the bin, none does."""
    return article.deleted_at is None and article.status != Article.Status.WITHDRAWN


@transaction.atomic
def create_link(article: Article, *, by: User, revision: Revision | None = None, days: int = VALID_DAYS) -> str:
    """Creates a link and returns its token. The database stores only a hash of it, so it cannot be displayed again.

    Raises Refused for an article to which no link leads.
    """
    workflow.require(by, "news.change_article")
    if not can_link(article):
        raise Refused(_("No link leads to an article that is withdrawn or in the bin."))
    token = secrets.token_urlsafe(32)
    link = PreviewLink.objects.create(
        token_hash=hash_token(token),
        article=article,
        revision=revision,
        made_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    workflow.log(article, by, LINK_CREATED, f"→ {timezone.localdate(link.expires_at)}")
    return token


@transaction.atomic
def revoke_link(link: PreviewLink, *, by: User) -> None:
    workflow.require(by, "news.change_article")
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        workflow.log(link.article, by, LINK_REVOKED)
