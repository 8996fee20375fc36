from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from news.hits import counting


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Counts the readings recorded on this node that are not counted yet. A running portal does so "
            "itself a few times a second; run this when the portal is stopped, for example before its disk is "
            "removed."
        )

    def handle(self, **options):
        try:
            folded = counting.fold_journals()
        except DatabaseError as error:
            raise CommandError(_("The readings stay in their journals: %s") % str(error).strip()) from error
        except OSError as error:
            raise CommandError(_("The journals of readings cannot be read: %s") % error) from error
        self.stdout.write(
            _("Readings counted: %(readings)d; finished journals deleted: %(finished)d.")
            % {"readings": folded.readings, "finished": folded.finished}
        )
