from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

BROKEN_OFF_AFTER = timedelta(minutes=10)
"""A sending takes a minute at the longest; who has not told its outcome by then has died."""


class Delivery(models.Model):
    """Something that has to reach others once: a post of a channel, a letter to a subscriber.

    Nobody can send and write that down in one step. So it is written down before that it is being sent, and after that
    what came of it. What was being sent when its process died is unknown: it is never sent again before a person has
    looked.
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
    """A name of the sending that wrote itself down last; its outcome counts and no other's."""
    began_at = models.DateTimeField(_("sending began"), null=True, blank=True, editable=False)
    trouble = models.CharField(_("trouble"), max_length=300, blank=True, editable=False)

    class Meta:
        abstract = True

    def begin(self, **known: object) -> bool:
        """Writes down that it is being sent. Only one of any number of processes may then send it."""
        self.claim, self.began_at = uuid4().hex, timezone.now()
        due = self.same.filter(state=self.State.DUE)
        return bool(due.update(state=self.State.SENDING, claim=self.claim, began_at=self.began_at, trouble="", **known))

    def end(self, state: str, trouble: str = "", **known: object) -> bool:
        """Writes down what came of it, also when it took so long that it was believed dead."""
        ours = self.same.filter(claim=self.claim, state__in=[self.State.SENDING, self.State.UNKNOWN])
        return bool(ours.update(state=state, trouble=trouble[:300], **known))

    @property
    def same(self) -> "models.QuerySet[Delivery]":
        return type(self)._base_manager.filter(pk=self.pk)

    @classmethod
    def mark_broken_off(cls) -> None:
        """Makes known what processes that died have left."""
        long_ago = timezone.now() - BROKEN_OFF_AFTER
        left = cls._base_manager.filter(state=cls.State.SENDING, began_at__lt=long_ago)
        left.update(state=cls.State.UNKNOWN)
