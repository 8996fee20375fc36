"""What people have typed into the admin's forms and not saved yet, kept for them; and who else has a form open.

Each open form makes up a key for itself and has a row of its own. Saving the form, or throwing its text away, finishes
the row: the browser then drops its own copy, and a late request cannot bring the text back.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from news.markup.sanitizer import sanitise
from news.models import Autosave

Typed = dict[str, Any]

LARGEST = 4 * 1024 * 1024
"""Bytes of one unsaved article: three texts as long as they may be, and as much again."""
LIFE = timedelta(days=30)
HERE = timedelta(seconds=20)
MAX_TEXTS = 200
"""Unsaved texts of one person. Another one is refused and stays in the browser; none is thrown away for it."""
MAX_OFFERED = 20
"""The newest unsaved texts of one form, which it offers when it opens."""
FIELDS = 100
FINISHED: dict[str, Any] = {"is_finished": True, "content": None, "base": None, "saved_at": None}

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
KEY = re.compile(r"[a-z0-9]{1,40}")
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


class UnreadableForm(ValueError):
    """It is not what a form of the admin sends."""


class TooManyTexts(ValueError):
    """The person has MAX_TEXTS unsaved texts already."""


@dataclass(frozen=True)
class Place:
    """What a form edits: a row of a model, or a new one."""

    model: str
    number: int = 0
    label: str = ""

    @classmethod
    def of(cls, thing: Model | type[Model]) -> Self:
        if isinstance(thing, Model) and thing.pk:
            return cls(thing._meta.label_lower, thing.pk, str(thing)[:200])
        return cls(thing._meta.label_lower)


@dataclass(frozen=True)
class Sent:
    """One request of a form."""

    key: str
    turn: int = 0
    base: int | None = None
    content: Typed | None = None
    """What was typed, {} if nothing; None in a request that only says that the form is open."""


def keep(user: User, place: Place, sent: Sent) -> bool:
    """Keeps what was typed. Returns False for a form that is finished. Raises TooManyTexts."""
    if sent.content is not None:
        tidy(user)
        others = Autosave.objects.filter(user=user, content__isnull=False).exclude(key=sent.key)
        if sent.content and others.count() >= MAX_TEXTS:
            raise TooManyTexts
    row, now = row_of(user, place, sent.key), timezone.now()
    values: dict[str, Any] = {"seen_at": now}
    if sent.content is not None:
        values |= {
            "turn": sent.turn,
            "label": place.label,
            "base": sent.base,
            "content": sent.content or None,
            "saved_at": now,
        }
    # The conditions hold at the moment of writing, whatever another request of this form has done meanwhile.
    open_row = Autosave.objects.filter(pk=row.pk, is_finished=False)
    if open_row.filter(turn__lte=sent.turn).update(**values):
        return True
    return open_row.exists()


def finish(user: User, place: Place, key: str) -> None:
    """What was typed into this form has been saved, or thrown away; into another one, it stays."""
    if KEY.fullmatch(key):  # a form without a script keeps nothing
        row = row_of(user, place, key)
        Autosave.objects.filter(pk=row.pk).update(**FINISHED)


def discard(user: User, pk: int) -> bool:
    """Throws one text of the person away. Returns False if they have no such text."""
    return bool(unsaved_texts(user).filter(pk=pk).update(**FINISHED))


def unsaved_texts(user: User) -> QuerySet[Autosave]:
    """What the person typed and did not save, the newest first."""
    return Autosave.objects.filter(user=user, content__isnull=False).order_by("-saved_at", "-pk")


def offer(user: User, place: Place, key: str = "") -> Typed:
    """What a form needs to know when it opens: which forms are finished, and the texts, of which `key` has one."""
    here, now = Autosave.objects.filter(user=user, model=place.model, number=place.number), timezone.now()
    texts = list(unsaved_texts(user).filter(pk__in=here)[:MAX_OFFERED])
    if key and key not in {text.key for text in texts}:
        texts += unsaved_texts(user).filter(pk__in=here, key=key)
    return {
        "finished": list(here.filter(is_finished=True).order_by("pk").values_list("key", flat=True)),
        "texts": [
            {
                "key": text.key,
                "base": text.base,
                "content": text.content,
                "age": (now - (text.saved_at or now)).total_seconds(),  # clocks differ, ages do not
            }
            for text in texts
        ],
    }


def others(user: User, place: Place) -> list[str]:
    """The names of those who have the form open now."""
    if not place.number:
        return []
    here = Autosave.objects.filter(model=place.model, number=place.number, seen_at__gt=timezone.now() - HERE)
    here = here.exclude(user=user).select_related("user").only("user")
    return sorted({each.user.get_full_name() or each.user.get_username() for each in here})


def read(body: bytes) -> Sent:
    """The request as the form sends it; text comes out fit for the database and for a page."""
    if len(body) > LARGEST:
        raise UnreadableForm("too long")
    try:
        sent = json.loads(body)
        key, base, content = sent["key"], sent.get("base"), sent.get("content")
        turn = sent.get("turn", 0)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableForm("not a form") from error
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise UnreadableForm("no key")
    if base is not None and not (type(base) is int and 0 < base < 2**31):
        raise UnreadableForm("no base")
    if not (type(turn) is int and 0 <= turn < 2**53):
        raise UnreadableForm("no turn")
    return Sent(key, turn, base, None if content is None else clean(content))


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
            return clean_body(text) if name.startswith("body_") else text
        case list() if all(is_choice(each) for each in value):
            return [[NOT_TEXT.sub("", text) for text in each] for each in value]
    raise UnreadableForm("not a value")


def clean_body(html: str) -> str:
    try:
        return sanitise(html)
    except ValidationError as error:
        raise UnreadableForm("too long") from error


def is_choice(each: Any) -> bool:
    return isinstance(each, list) and len(each) == 2 and all(isinstance(text, str) for text in each)


def row_of(user: User, place: Place, key: str) -> Autosave:
    row, _ = Autosave.objects.only("pk").get_or_create(
        user=user, model=place.model, number=place.number, key=key, defaults={"seen_at": timezone.now()}
    )
    return row


def tidy(user: User) -> None:
    """Away with the person's oldest, so that nobody has to clean up behind them."""
    now = timezone.now()
    only_looked = Q(content__isnull=True, is_finished=False, seen_at__lt=now - timedelta(hours=1))
    Autosave.objects.filter(Q(seen_at__lt=now - LIFE) | only_looked, user=user).delete()
