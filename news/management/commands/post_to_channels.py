from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from news.channels import posts, telegram
from news.models import Channel


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Posts what was published, corrected or withdrawn in the Telegram channels of the admin. A job; "
            "what fails is repeated in the next run, and no post is sent twice."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not Channel.objects.filter(is_active=True).exists():
            self.stdout.write(_("No channel is active."))
            return
        if not settings.TELEGRAM_TOKEN:
            raise CommandError(_("There are channels, but TELEGRAM_TOKEN is not set."))
        try:
            done = posts.post_to_channels()
        except telegram.NotDone as error:
            raise CommandError(str(error)) from error
        sentence = _("Posted: %(sent)d, changed: %(changed)d, taken back: %(taken_back)d, to be checked: %(unknown)d.")
        self.stdout.write(sentence % done)
