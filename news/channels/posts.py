"""Brings what readers get into the channels of Telegram, and keeps it there as readers have it.

A job. It looks what became public and is in no channel yet, what was corrected, what was withdrawn; so no publishing
waits for Telegram. A post is sent once (`news.models.delivery`); to change one or take it back may be repeated.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import override

from news.channels import telegram
from news.channels import texts as channel_texts
from news.media import images
from news.models import Article, Channel, ChannelPost
from news.models.image import SHARE
from news.models.querysets import ArticleQuerySet

logger = logging.getLogger(__name__)

LONGEST_LOOK = timedelta(days=3)
"""Older news is not posted, however long we were away: nobody wants a week of it in one minute."""
AS_WANTED = (
    "message is not modified",
    # Somebody has deleted it in the channel.
    "message to delete not found",
    "message to edit not found",
    "message_id_invalid",
)
TOO_OLD = "message can't be deleted"

State = ChannelPost.State


def post_to_channels() -> Counter[str]:
    """How many posts were sent, changed, taken back, and how many somebody has to look at (`unknown`).

    Raises telegram.NotTaken when Telegram cannot be had; what is left is done the next time.
    """
    done: Counter[str] = Counter(sent=0, changed=0, taken_back=0)
    ChannelPost.mark_broken_off()
    now = timezone.now()
    for channel in Channel.objects.filter(Q(waits_until=None) | Q(waits_until__lte=now), is_active=True):
        with override(channel.edition):
            line_up(channel)
            try:
                for post in to_take_back(channel):
                    done["taken_back"] += take_back(post)
                for post in to_compare(channel):
                    done["changed"] += renew(post)
                for post in to_send(channel):
                    done["sent"] += send(post)
            except telegram.NotTaken as refusal:
                if not refusal.seconds:
                    raise
                channel.waits_until = timezone.now() + timedelta(seconds=refusal.seconds)
                channel.save(update_fields=["waits_until"])
    done["unknown"] = ChannelPost.objects.filter(state=State.UNKNOWN).count()
    return done


def line_up(channel: Channel) -> None:
    """Writes down what the channel has to get."""
    since = max(channel.since, timezone.now() - LONGEST_LOOK)
    known = ChannelPost.objects.filter(channel=channel, article=OuterRef("pk"))
    missing = readable().filter(~Exists(known), publish_at__gt=since).order_by("publish_at", "pk")
    state = State.HELD if channel.is_held else State.DUE
    posts = [ChannelPost(channel=channel, article_id=pk, state=state) for pk in missing.values_list("pk", flat=True)]
    ChannelPost.objects.bulk_create(posts, ignore_conflicts=True)  # another process may have looked too
    # Readers have it again, and the channel has nothing of it any more.
    restored = posts_of(channel).filter(has_readers(), article__released_at__gt=F("compared_at"))
    restored.filter(state=State.TAKEN_BACK, message_id=None).update(state=state)


# A post that is new


def to_send(channel: Channel) -> Iterator[ChannelPost]:
    """One after the other, the oldest article first, as it stands when its turn has come."""
    due = posts_of(channel).filter(state=State.DUE).order_by("article__publish_at", "pk")
    for pk in list(due.values_list("pk", flat=True)):
        yield from posts_of(channel).filter(has_readers(), pk=pk)


def send(post: ChannelPost) -> bool:
    now, text, photo = timezone.now(), channel_texts.post(post.article), picture(post)
    if not post.begin(text=text, is_picture=photo is not None, compared_at=now):
        return False
    try:
        if photo is None:
            answer = telegram.ask("sendMessage", addressed(post, text=text))
        else:
            answer = telegram.ask("sendPhoto", addressed(post, caption=text), photo)
        number = telegram.number_of(answer)
    except telegram.NotTaken as reason:
        post.end(State.DUE, str(reason))
        raise
    except telegram.Refused as reason:
        post.end(State.REFUSED, str(reason))
        return False
    except telegram.Unsure as reason:
        post.end(State.UNKNOWN, str(reason))
        raise telegram.NotTaken(str(reason)) from reason  # or else the next ones may end like this one
    return post.end(State.SENT, message_id=number, sent_at=timezone.now())


def picture(post: ChannelPost) -> bytes | None:
    if post.article.cover is None:
        return None
    try:
        return images.rendition(post.article.cover, SHARE)
    except OSError:
        logger.exception("The post “%s” goes without its picture.", post)
        return None


# A post that is in the channel. To change it or take it back does no harm when repeated, and so is.


def to_compare(channel: Channel) -> QuerySet[ChannelPost]:
    """Whose article was renewed since, or is back where only a sentence stood in its place."""
    known = posts_of(channel).filter(has_readers(), message_id__isnull=False)
    return known.filter(state__in=[State.SENT, State.TAKEN_BACK], article__released_at__gt=F("compared_at"))


def renew(post: ChannelPost) -> bool:
    now, text = timezone.now(), channel_texts.post(post.article)
    if text == post.text:
        return keep(post, compared_at=now, state=State.SENT) and False
    return put(post, text) and keep(post, text=text, compared_at=now, state=State.SENT)


def to_take_back(channel: Channel) -> QuerySet[ChannelPost]:
    """Whose article readers have no longer, or not in this language."""
    return posts_of(channel).filter(~has_readers(), state=State.SENT, message_id__isnull=False)


def take_back(post: ChannelPost) -> bool:
    """Telegram may delete no message older than two days; then it says what has become of the article."""
    now = timezone.now()
    if change(post, "deleteMessage"):
        return keep(post, message_id=None, text="", compared_at=now, state=State.TAKEN_BACK)
    text = channel_texts.withdrawn(post.article)
    return (
        TOO_OLD in post.trouble and put(post, text) and keep(post, text=text, compared_at=now, state=State.TAKEN_BACK)
    )


def put(post: ChannelPost, text: str) -> bool:
    """Other words in its place."""
    if post.is_picture:
        return change(post, "editMessageCaption", parse_mode="HTML", caption=text)
    return change(post, "editMessageText", parse_mode="HTML", text=text)


def change(post: ChannelPost, method: str, **fields: str) -> bool:
    """Whether the channel has it so now; what was refused is tried again the next time."""
    try:
        telegram.ask(method, {"chat_id": post.channel.chat_id, "message_id": post.message_id, **fields})
    except telegram.Refused as reason:
        if not any(sign in str(reason).lower() for sign in AS_WANTED):
            keep(post, trouble=str(reason)[:300])
            return False
    except telegram.Unsure as reason:
        raise telegram.NotTaken(str(reason)) from reason
    post.trouble = ""
    return True


# What they share


def keep(post: ChannelPost, **known: Any) -> bool:
    for name, value in known.items():
        setattr(post, name, value)
    post.save(update_fields=[*known, "trouble"])
    return True


def addressed(post: ChannelPost, **texts: str) -> dict[str, str]:
    return {"chat_id": post.channel.chat_id, "parse_mode": "HTML", **texts}


def posts_of(channel: Channel) -> QuerySet[ChannelPost]:
    return ChannelPost.objects.filter(channel=channel).select_related("channel", "article__cover")


def has_readers() -> Exists:
    return Exists(readable().filter(pk=OuterRef("article")))


def readable() -> ArticleQuerySet:
    """In the language of the channel at hand."""
    return Article.objects.published().in_language()
