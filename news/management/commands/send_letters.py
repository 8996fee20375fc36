from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from news.newsletter import digests, sender, subscriptions


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Creates the letters to subscribers that are due and sends each once. A job; it stops after a "
            "while and continues in the next run."
        )
        parser.add_argument(
            "--seconds", type=float, default=sender.SECONDS, help=_("for how many seconds letters are sent")
        )

    def handle(self, *args: Any, seconds: float, **options: Any) -> None:
        subscriptions.delete_unconfirmed()
        digests.create_due_letters()
        try:
            done = sender.send_letters(seconds)
        except sender.NotSent as error:
            raise CommandError(str(error)) from error
        sentence = _("Letters sent: %(sent)d, come back: %(came_back)d, waiting: %(due)d, to be checked: %(unknown)d.")
        self.stdout.write(sentence % done)
