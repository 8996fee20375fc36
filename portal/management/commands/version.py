from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

import portal


class Command(BaseCommand):
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.description = _("Prints the version of the portal.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(portal.__version__)
