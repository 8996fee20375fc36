from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from news.models import Article
from news.share_cards import article

RECENT = timedelta(days=2)


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Draws the pictures that messengers show for articles: the missing and the outdated ones of the "
            "last two days' articles and of scheduled ones. A job; publishing draws them too, and a missing "
            "one is drawn when it is requested."
        )
        parser.add_argument("--all", action="store_true", help=_("draw those of all articles, newest first"))

    def handle(self, *args: Any, **options: Any) -> None:
        articles = Article.objects.all() if options["all"] else article.recently_released(timezone.now() - RECENT)
        self.stdout.write(_("Pictures for sharing drawn: %d.") % article.prepare_all_cards(articles))
