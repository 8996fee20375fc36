import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from news.newsletter import bounces, subscriptions


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Reads one letter that came back, from standard input: a mail server calls it for each letter to "
            "MAIL_BOUNCES. After three, an address gets no more letters."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        row = bounces.find_subscription(sys.stdin.buffer.read(bounces.MAX_BYTES))
        if row is None:
            self.stdout.write(_("This does not report that one of our letters could not be delivered."))
            return
        subscriptions.record_bounce(row)
        self.stdout.write(_("Recorded: a letter to subscriber № %d came back.") % row.pk)
