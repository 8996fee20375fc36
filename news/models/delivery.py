from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

BROKEN_OFF_AFTER = timedelta(minutes=10)
"""Sending takes a minute at most, so a process without a result after this time has died."""


class Delivery(models.Model):
    """Something that has to be sent exactly once: a post to a channel, a letter to a subscriber.

    It cannot be sent and recorded in one step. So the row first says that it is being sent, and then what the result
    was. If the process dies in between, the result is unknown, and it is not sent again before a person has checked.
    """

    class State(models.TextChoices):
        HELD = "held", _("waits for a chief editor")
        DUE = "due", _("to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", pgettext_lazy("of a message", "sent")
        UNKNOWN = "unknown", _("unknown, look")
        REFUSED = "refused", pgettext_lazy("of a message", "refused")
        SKIPPED = "skipped", _("not to be sent")
        TAKEN_BACK = "taken_back", _("taken back")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DUE, editable=False)
    claim = models.CharField(max_length=32, blank=True, editable=False)
    """The name of the latest attempt. Only its result counts."""
    began_at = models.DateTimeField(_("sending began"), null=True, blank=True, editable=False)
    trouble = models.CharField(_("trouble"), max_length=300, blank=True, editable=False)

    class Meta:
        abstract = True

    def begin(self, **fields: object) -> bool:
        """Records that it is being sent. Returns whether this process may send it: only one may."""
        self.claim, self.began_at = uuid4().hex, timezone.now()
        due = self.same.filter(state=self.State.DUE)
        return bool(
            due.update(state=self.State.SENDING, claim=self.claim, began_at=self.began_at, trouble="", **fields)
        )

    def end(self, state: str, trouble: str = "", **fields: object) -> bool:
        """Records the result, also if it took so long that the process was believed dead. Returns whether it counts."""
        ours = self.same.filter(claim=self.claim, state__in=[self.State.SENDING, self.State.UNKNOWN])
        return bool(ours.update(state=state, trouble=trouble[:300], **fields))

    @property
    def same(self) -> "models.QuerySet[Delivery]":
        return type(self)._base_manager.filter(pk=self.pk)

    @classmethod
    def mark_broken_off(cls) -> None:
        """Sets those to UNKNOWN whose process has died."""
        long_ago = timezone.now() - BROKEN_OFF_AFTER
        left = cls._base_manager.filter(state=cls.State.SENDING, began_at__lt=long_ago)
        left.update(state=cls.State.UNKNOWN)
