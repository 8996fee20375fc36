import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from news.newsletter import bounces, subscriptions
from news.newsletter.subscriptions import BounceKind


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Reads one letter that came back, from standard input: a mail server calls it for each letter to "
            "MAIL_BOUNCES. After three that find no mailbox, or a complaint, an address gets no more letters; a full "
            "mailbox and a refusal by policy are given weeks."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        bounce = bounces.read_report(sys.stdin.buffer.read(bounces.MAX_BYTES))
        if bounce is None:
            self.stdout.write(_("This does not report that one of our letters could not be delivered."))
            return
        row, kind = bounce
        subscriptions.record_bounce(row, kind)
        if kind == BounceKind.COMPLAINT:
            self.stdout.write(_("Recorded: subscriber № %d complained, and gets no more letters.") % row.pk)
        else:
            self.stdout.write(_("Recorded: a letter to subscriber № %d came back.") % row.pk)
