from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from news.newsletter import subscriptions
from portal.admin import audit


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Deletes what is kept about people for a time only: addresses of subscribers that were not confirmed or "
            "are not reached, and records of sign-ins. A job."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = {
            "addresses": subscriptions.delete_unconfirmed() + subscriptions.delete_unreached(),
            "sign_ins": audit.delete_old_sign_ins(),
        }
        sentence = _("Deleted: addresses of subscribers: %(addresses)d, records of sign-ins: %(sign_ins)d.")
        self.stdout.write(sentence % done)
