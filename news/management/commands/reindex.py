from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from tqdm import tqdm

from news.models import Article
from news.search import indexing


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Rebuilds the search index from all articles. Search keeps working meanwhile: each article is "
            "found by its old entry until its turn comes. It may be repeated."
        )

    def handle(self, **options):
        with tqdm(total=Article.objects.count(), disable=None) as bar:
            done = indexing.reindex_articles(bar.update)
        self.stdout.write(_("Articles indexed: %d.") % done)
