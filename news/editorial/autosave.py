"""What editors have typed and not saved yet, kept for them; and who else has an article open.

Each form an editor opens makes up a key for itself. Saving the form forgets what was typed under its key, and
remembers the key: the browser then drops its own copy, and a late request cannot bring the text back.
"""

import json
import re
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from news.markup.sanitizer import sanitise
from news.models import Article, Autosave

Typed = dict[str, Any]

LARGEST = 4 * 1024 * 1024
"""Bytes of one unsaved article: three texts as long as they may be, and as much again."""
LIFE = timedelta(days=30)
HERE = timedelta(seconds=20)
NEW_ARTICLES = 10
"""Unsaved new articles of one person."""
SAVED_KEYS = 20
FIELDS = 100

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
KEY = re.compile(r"[a-z0-9]{1,40}")
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


class UnreadableForm(ValueError):
    """It is not what the form of an article sends."""


def keep(user: User, article: Article | None, key: str, *, base: int | None = None, content: Typed | None) -> None:
    """Keeps what was typed ({} is nothing); without content only notes that the person is there."""
    if content is not None:
        tidy(user)
    elif article is None:
        return
    with transaction.atomic():
        row = row_of(user, article, key)
        row.seen_at = timezone.now()
        if content is not None and key not in row.saved_keys:
            row.key, row.base, row.content, row.saved_at = key, base, content or None, row.seen_at
        row.save()


def forget(user: User, article: Article | None, key: str) -> None:
    """What was typed into this form has been saved, or thrown away; into another one, it stays."""
    if not KEY.fullmatch(key):
        return  # a form without a script keeps nothing
    with transaction.atomic():
        row = row_of(user, article, key)
        if row.key == key:
            row.content = row.base = row.saved_at = None
        row.saved_keys = [*(each for each in row.saved_keys if each != key), key][-SAVED_KEYS:]
        row.save()


def found(user: User, article: Article | None) -> Autosave | None:
    """The newest text that was typed and not saved."""
    return mine(user, article).filter(content__isnull=False).order_by("-saved_at").first()


def offer(user: User, article: Article | None) -> Typed:
    """What a form needs to know when it opens."""
    text, now = found(user, article), timezone.now()
    return {
        "saved": saved_keys(user, article),
        "text": text
        and {
            "key": text.key,
            "base": text.base,
            "content": text.content,
            "age": (now - (text.saved_at or now)).total_seconds(),  # clocks differ, ages do not
        },
    }


def saved_keys(user: User, article: Article | None) -> list[str]:
    """The forms whose text need not be kept any longer."""
    return [key for keys in mine(user, article).values_list("saved_keys", flat=True) for key in keys]


def others(user: User, article: Article | None) -> list[str]:
    """The names of those who have the article open now."""
    if article is None:
        return []
    here = article.autosaves.filter(seen_at__gt=timezone.now() - HERE).exclude(user=user).select_related("user")
    return sorted(each.user.get_full_name() or each.user.get_username() for each in here)


def read(body: bytes) -> tuple[str, int | None, Typed | None]:
    """Key, base and content as the form sends them; text comes out fit for the database and for a page."""
    if len(body) > LARGEST:
        raise UnreadableForm("too long")
    try:
        sent = json.loads(body)
        key, base, content = sent["key"], sent.get("base"), sent.get("content")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableForm("not a form") from error
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise UnreadableForm("no key")
    if base is not None and not (type(base) is int and 0 < base < 2**31):
        raise UnreadableForm("no base")
    return key, base, None if content is None else clean(content)


def clean(content: Any) -> Typed:
    if not isinstance(content, dict) or len(content) > FIELDS or not all(map(NAME.fullmatch, content)):
        raise UnreadableForm("not the fields of a form")
    return {name: clean_value(name, value) for name, value in content.items()}


def clean_value(name: str, value: Any) -> Any:
    """Text, a tick, or the pairs of value and label that were chosen."""
    match value:
        case bool():
            return value
        case str():
            text = NOT_TEXT.sub("", value)
            return body(text) if name.startswith("body_") else text
        case list() if all(is_choice(each) for each in value):
            return [[NOT_TEXT.sub("", text) for text in each] for each in value]
    raise UnreadableForm("not a value")


def body(html: str) -> str:
    try:
        return sanitise(html)
    except ValidationError as error:
        raise UnreadableForm("too long") from error


def is_choice(each: Any) -> bool:
    return isinstance(each, list) and len(each) == 2 and all(isinstance(text, str) for text in each)


def mine(user: User, article: Article | None) -> Any:
    return Autosave.objects.filter(user=user, article=article)


def row_of(user: User, article: Article | None, key: str) -> Autosave:
    """One row for each person and article, or for each form of a new one; locked until the transaction ends."""
    same = {"article": None, "key": key} if article is None else {"article": article}
    row, _ = Autosave.objects.select_for_update(of=("self",)).get_or_create(
        user=user, **same, defaults={"key": key, "seen_at": timezone.now()}
    )
    return row


def tidy(user: User) -> None:
    """Away with the person's oldest, so that nobody has to clean up behind them."""
    rows = Autosave.objects.filter(user=user)
    rows.filter(seen_at__lt=timezone.now() - LIFE).delete()
    newest = rows.filter(article=None).order_by("-seen_at").values_list("pk", flat=True)[:NEW_ARTICLES]
    rows.filter(article=None).exclude(pk__in=list(newest)).delete()
