from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from news.syndication import pings


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Tells the WebSub hub and the search engines of the settings what was published, corrected or withdrawn "
            "since they were last told. A job; what could not be told is told the next time."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = pings.announce()
        except pings.Untold as error:
            raise CommandError(str(error)) from error
        text = ", ".join(f"{receiver} {count}" for receiver, count in counts.items())
        self.stdout.write(_("Told of new addresses: %s.") % text if text else _("Nobody is to be told."))
