from collections.abc import Iterator
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from news.api import dumps
from news.models import Person, Source, Topic
from news.share_cards import article as article_cards
from news.syndication.feed_formats import FORMATS
from portal import editions
from portal.page_cache.comparison import find_wrong_pages
from portal.page_cache.generation import invalidate_pages


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Compares what readers can fetch with what is published: the dump line by line, the stored pictures for "
            "sharing, and feeds, sitemaps and lists in the shared cache. Mends what differs and says what it "
            "was. A job."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        mended = [*self.check_dump(), *self.check_cards(), *self.check_pages()]
        for sentence in mended:
            self.stderr.write(sentence)
        self.stdout.write(_("Every public file and page is as it should be.") if not mended else _("All is mended."))

    def check_dump(self) -> Iterator[str]:
        if stray := dumps.delete_stray_dumps():
            yield _("Files of dumps that were never finished, deleted: %d.") % stray
        dump = dumps.latest_dump()
        if dump and (problem := dumps.check_dump(dump)):
            dumps.delete_dump(dump)  # first, so that nobody gets it if the next one cannot be made
            try:
                dumps.make_dump()
            except OSError as error:
                raise CommandError(_("The dump cannot be written: %s.") % (error.strerror or error)) from error
            yield _("%(problem)s It was made anew.") % {"problem": problem}

    def check_cards(self) -> Iterator[str]:
        if count := article_cards.delete_stray_cards():
            yield _("Pictures for sharing that no article has any more, deleted: %d.") % count

    def check_pages(self) -> Iterator[str]:
        if wrong := find_wrong_pages(WSGIHandler(), self.list_paths()):
            invalidate_pages()
            yield _("Cached pages that said something else than the site does, dropped: %s.") % ", ".join(wrong[:20])

    def list_paths(self) -> Iterator[str]:
        """The feeds, sitemaps and lists of news; no page of one article, which is rendered again at each change."""
        yield from (reverse(name) for name in ("sitemap", "sitemap_pages", "sitemap_news"))
        things: list[Source | Topic | Person] = [*Source.objects.all(), *Topic.objects.all(), *Person.objects.all()]
        for edition in editions.EDITIONS:
            with override(edition.code):
                yield reverse("feed")
                for form in FORMATS:
                    yield reverse("feed_file", args=[form])
                for thing in things:
                    yield thing.get_absolute_url()
                    yield f"{thing.get_absolute_url()}feed.rss"
