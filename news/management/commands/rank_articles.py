from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from news.hits import ranking


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Brings the order of articles by readings up to date, in which the admin sorts its list. A job does so "
            "every five minutes."
        )

    def handle(self, **options):
        self.stdout.write(_("Articles with new readings: %(articles)d.") % {"articles": ranking.rank_articles()})
