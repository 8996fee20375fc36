from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from news.syndication import pings


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Notifies the WebSub hub and the search engines in the settings of what was published, corrected "
            "or withdrawn since the last notification. A job; what fails is repeated in the next run."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = pings.announce_changes()
        except pings.PingFailed as error:
            raise CommandError(str(error)) from error
        text = ", ".join(f"{receiver} {count}" for receiver, count in counts.items())
        self.stdout.write(_("Notified of new addresses: %s.") % text if text else _("Nobody has to be notified."))
