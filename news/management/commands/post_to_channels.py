from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from news.channels import posts, telegram
from news.models import Channel


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Brings what was published, corrected or withdrawn into the channels of Telegram that are in the admin. "
            "A job; what could not be done is done the next time, and no post is sent twice."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not Channel.objects.filter(is_active=True).exists():
            self.stdout.write(_("No channel is to get posts."))
            return
        if not settings.TELEGRAM_TOKEN:
            raise CommandError(_("There are channels, but TELEGRAM_TOKEN is not set."))
        try:
            done = posts.post_to_channels()
        except telegram.NotTaken as error:
            raise CommandError(str(error)) from error
        sentence = _(
            "Posted: %(sent)d, changed: %(changed)d, taken back: %(taken_back)d, to be looked at: %(unknown)d."
        )
        self.stdout.write(sentence % done)
