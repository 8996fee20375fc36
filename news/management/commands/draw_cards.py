from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from news.models import Article
from news.share_cards import article

LATELY = timedelta(days=2)


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Draws the pictures by which messengers show articles: those that are missing or out of date of the last "
            "two days' articles and of those to come. A job; publishing draws them too, and whoever asks for a missing "
            "one gets it drawn."
        )
        parser.add_argument("--all", action="store_true", help=_("of all articles, newest first"))

    def handle(self, *args: Any, **options: Any) -> None:
        articles = Article.objects.all() if options["all"] else article.lately_released(timezone.now() - LATELY)
        self.stdout.write(_("Pictures for sharing drawn: %d.") % article.prepare_all(articles))
