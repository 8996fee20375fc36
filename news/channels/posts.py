"""Posts public articles in Telegram channels, and keeps the posts in step with the articles.

A job, so that publishing never waits for Telegram: it looks for articles that became public, were corrected or were
withdrawn. A post is sent once (`news.models.delivery`); changing one or taking it back may be repeated.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from news.channels import telegram
from news.channels import texts as channel_texts
from news.media import images
from news.models import Article, Channel, ChannelPost
from news.models.image import SHARE

logger = logging.getLogger(__name__)

ALREADY_DONE = (
    "message is not modified",
    # Somebody has deleted the message in the channel.
    "message to delete not found",
    "message to edit not found",
    "message_id_invalid",
)
TOO_OLD = "message can't be deleted"

State = ChannelPost.State


def post_to_channels() -> Counter[str]:
    """Returns how many posts were `sent`, `changed`, `taken_back`, and how many need a person (`unknown`).

    Raises telegram.NotDone if Telegram cannot be reached; the next run does what is left.
    """
    done: Counter[str] = Counter(sent=0, changed=0, taken_back=0)
    ChannelPost.mark_broken_off()
    now = timezone.now()
    for channel in Channel.objects.filter(Q(waits_until=None) | Q(waits_until__lte=now), is_active=True):
        with override(channel.edition):
            queue_posts(channel)
            try:
                done.update(keep_in_step(channel))
            except telegram.NotDone as refusal:
                if not refusal.seconds:
                    raise
                channel.waits_until = timezone.now() + timedelta(seconds=refusal.seconds)
                channel.save(update_fields=["waits_until"])
    done["unknown"] = ChannelPost.objects.filter(state=State.UNKNOWN).count()
    return done


def keep_in_step(channel: Channel) -> Counter[str]:
    """Does what waits for a channel. What Telegram refuses the channel waits on, and the next run tries one of it.

    Each step by itself: a bot that may not delete messages can post all the same. Raises telegram.NotDone.
    """
    done: Counter[str] = Counter()
    trouble = ""
    for name, posts, act in (
        ("taken_back", posts_to_take_back, take_back_post),
        ("changed", posts_to_compare, update_post),
        ("sent", posts_to_send, send_post),
    ):
        try:
            for post in posts(channel):
                done[name] += act(post)
        except telegram.ChannelRefused as refusal:
            trouble = str(refusal)
            if refusal.chat_id:
                channel.chat_id = str(refusal.chat_id)
                channel.save(update_fields=["chat_id"])
    if trouble:
        skip_old_posts(channel)
    if trouble or done.total():
        channel.trouble = trouble[:300]
        channel.save(update_fields=["trouble"])
    return done


def queue_posts(channel: Channel) -> None:
    """Creates the posts that the channel does not have yet."""
    since = max(channel.since, oldest_to_post(channel))
    posted = ChannelPost.objects.filter(channel=channel, article=OuterRef("pk"))
    missing = Article.objects.readable().filter(~Exists(posted), publish_at__gt=since).order_by("publish_at", "pk")
    state = State.HELD if channel.is_held else State.DUE
    posts = [ChannelPost(channel=channel, article_id=pk, state=state) for pk in missing.values_list("pk", flat=True)]
    ChannelPost.objects.bulk_create(posts, ignore_conflicts=True)  # another process may run at the same time
    # The article is public again, and its message is no longer in the channel.
    restored = posts_of(channel).filter(has_readers(), article__released_at__gt=F("compared_at"))
    restored.filter(state=State.TAKEN_BACK, message_id=None).update(state=state)


def oldest_to_post(channel: Channel) -> datetime:
    return timezone.now() - timedelta(days=channel.max_age)


def skip_old_posts(channel: Channel) -> None:
    """Gives up the posts that have waited too long for the channel; an editor may still release them."""
    old = posts_of(channel).filter(state=State.DUE, article__publish_at__lt=oldest_to_post(channel))
    old.update(state=State.SKIPPED, trouble=_("It had to wait too long for its channel."))


# A post that is new


def posts_to_send(channel: Channel) -> Iterator[ChannelPost]:
    """The posts that are due, oldest article first; each is read from the database when its turn comes."""
    due = posts_of(channel).filter(state=State.DUE).order_by("article__publish_at", "pk")
    for pk in list(due.values_list("pk", flat=True)):
        yield from posts_of(channel).filter(has_readers(), pk=pk)


def send_post(post: ChannelPost) -> bool:
    now, text, photo = timezone.now(), channel_texts.post_text(post.article), load_picture(post)
    if not post.begin(text=text, is_picture=photo is not None, compared_at=now):
        return False
    try:
        if photo is None:
            answer = telegram.call_method("sendMessage", message_fields(post, text=text))
        else:
            answer = telegram.call_method("sendPhoto", message_fields(post, caption=text), photo)
        number = telegram.message_number(answer)
    except (telegram.NotDone, telegram.ChannelRefused) as reason:
        post.end(State.DUE, str(reason))
        raise
    except telegram.Rejected as reason:
        post.end(State.REFUSED, str(reason))
        return False
    except telegram.UnknownOutcome as reason:
        post.end(State.UNKNOWN, str(reason))
        raise telegram.NotDone(str(reason)) from reason  # the next posts would probably fail the same way
    return post.end(State.SENT, message_id=number, sent_at=timezone.now())


def load_picture(post: ChannelPost) -> bytes | None:
    if post.article.cover is None:
        return None
    try:
        return images.rendition(post.article.cover, SHARE)
    except OSError:
        logger.exception("The post “%s” is sent without its picture.", post)
        return None


# A post that is in the channel. Changing it or taking it back is harmless when repeated, so it is retried.


def posts_to_compare(channel: Channel) -> QuerySet[ChannelPost]:
    """The posts whose article has a newer text, or is public again after a notice took the place of the post."""
    posts = posts_of(channel).filter(has_readers(), message_id__isnull=False)
    return posts.filter(state__in=[State.SENT, State.TAKEN_BACK], article__released_at__gt=F("compared_at"))


def update_post(post: ChannelPost) -> bool:
    now, text = timezone.now(), channel_texts.post_text(post.article)
    if text == post.text:
        return save_post(post, compared_at=now, state=State.SENT) and False
    return replace_text(post, text) and save_post(post, text=text, compared_at=now, state=State.SENT)


def posts_to_take_back(channel: Channel) -> QuerySet[ChannelPost]:
    """The posts whose article is no longer public, or not in this language."""
    return posts_of(channel).filter(~has_readers(), state=State.SENT, message_id__isnull=False)


def take_back_post(post: ChannelPost) -> bool:
    """Deletes the message. Telegram deletes none older than two days; such a one is replaced by a notice."""
    now = timezone.now()
    if change_message(post, "deleteMessage"):
        return save_post(post, message_id=None, text="", compared_at=now, state=State.TAKEN_BACK)
    text = channel_texts.withdrawal_text(post.article)
    return (
        TOO_OLD in post.trouble
        and replace_text(post, text)
        and save_post(post, text=text, compared_at=now, state=State.TAKEN_BACK)
    )


def replace_text(post: ChannelPost, text: str) -> bool:
    """Replaces the text of the message."""
    if post.is_picture:
        return change_message(post, "editMessageCaption", parse_mode="HTML", caption=text)
    return change_message(post, "editMessageText", parse_mode="HTML", text=text)


def change_message(post: ChannelPost, method: str, **fields: str) -> bool:
    """Whether the change is in effect now; a refused one is tried again in the next run."""
    try:
        telegram.call_method(method, {"chat_id": post.channel.chat_id, "message_id": post.message_id, **fields})
    except telegram.Rejected as reason:
        if not any(sign in str(reason).lower() for sign in ALREADY_DONE):
            save_post(post, trouble=str(reason)[:300])
            return False
    except telegram.UnknownOutcome as reason:
        raise telegram.NotDone(str(reason)) from reason
    post.trouble = ""
    return True


# Shared by the functions above


def save_post(post: ChannelPost, **values: Any) -> bool:
    for name, value in values.items():
        setattr(post, name, value)
    post.save(update_fields=[*values, "trouble"])
    return True


def message_fields(post: ChannelPost, **texts: str) -> dict[str, str]:
    return {"chat_id": post.channel.chat_id, "parse_mode": "HTML", **texts}


def posts_of(channel: Channel) -> QuerySet[ChannelPost]:
    return ChannelPost.objects.filter(channel=channel).select_related("channel", "article__cover")


def has_readers() -> Exists:
    return Exists(Article.objects.readable().filter(pk=OuterRef("article")))
