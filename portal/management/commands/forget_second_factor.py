from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from portal.admin import audit
from portal.sign_in import second_factor, sessions


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Lets somebody in without the second factor that they have lost, where nobody else can confirm it, such as "
            "the only superuser. They set up a new one when they next sign in. The log of the admin says so."
        )
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(_("There is no account %s.") % username)
        with transaction.atomic():
            second_factor.disable_lost(user)
            second_factor.forget_lost(user)
            sessions.end_sessions(user)
            audit.log_own_account(user, audit.SECOND_FACTOR_FORGOTTEN)
        self.stdout.write(_("%s signs in with the password alone and sets up a new second factor.") % username)
